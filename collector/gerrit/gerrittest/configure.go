//go:build gerrit

package gerrittest

import "testing"

// Groups that every Gerrit has.
const (
	Administrators = "Administrators"
	ServiceUsers   = "Service Users" // makes an account a robot: tags it SERVICE_USER
)

// label is a review label and the submit requirement of the same name.
type label struct {
	name        string
	description string // of the requirement
	values      map[string]string
	copies      string // condition under which a new patch set keeps a vote
	limit       int    // everybody may vote from -limit to limit
}

// labels are those of review.opendev.org.
var labels = []label{
	{
		name: "Verified", description: "Verified in gate by CI", limit: 2,
		values: map[string]string{"-2": "Fails", "-1": "Does not seem to work", " 0": "No score", "+1": "Works for me", "+2": "Verified"},
	},
	{
		name: "Code-Review", description: "Code reviewed by core reviewer", limit: 2, copies: "changekind:TRIVIAL_REBASE OR is:MIN",
		values: map[string]string{
			"-2": "This shall not be submitted", "-1": "I would prefer this is not submitted as is", " 0": "No score",
			"+1": "Looks good to me, but someone else must approve", "+2": "Looks good to me, approved",
		},
	},
	{
		name: "Workflow", description: "Approved for gate by core reviewer", limit: 1, copies: "is:MIN",
		values: map[string]string{"-1": "Work in progress", " 0": "Ready for reviews", "+1": "Approved"},
	},
}

// configure gives the server what review.opendev.org has and a new one lacks:
// its labels, their submit requirements, and the right of everybody who is signed
// in to do what its developers and robots do.
func (s *Server) configure(t testing.TB) {
	t.Helper()
	type rule struct {
		Action string `json:"action"`
		Force  bool   `json:"force,omitempty"`
		Min    int    `json:"min,omitempty"`
		Max    int    `json:"max,omitempty"`
	}
	type permission struct {
		Label string          `json:"label,omitempty"`
		Rules map[string]rule `json:"rules"`
	}
	everybody := func(label string, r rule) permission {
		return permission{label, map[string]rule{"global:Registered-Users": r}}
	}
	permissions := map[string]permission{
		"editTopicName": everybody("", rule{Action: "ALLOW", Force: true}), // of closed changes too
	}
	for _, name := range []string{"submit", "abandon", "editHashtags", "deleteOwnChanges", "removeReviewer", "revert"} {
		permissions[name] = everybody("", rule{Action: "ALLOW"})
	}
	for _, l := range labels {
		s.define(t, l)
		permissions["label-"+l.name] = everybody(l.name, rule{Action: "ALLOW", Min: -l.limit, Max: l.limit})
	}
	s.Admin.Call(t, "POST", "projects/All-Projects/access", map[string]any{
		"add": map[string]any{"refs/heads/*": map[string]any{"permissions": permissions}},
	}, nil)
	if !Before(t, 11) { // a new site has one more requirement than review.opendev.org
		s.Admin.Call(t, "DELETE", "projects/All-Projects/submit_requirements/No-Unresolved-Comments", nil, nil)
	}
}

// define makes or changes a label. Its highest vote is needed, its lowest one
// blocks, by the submit requirement, or by the label's own function where REST
// can't make a requirement: before 3.7.
func (s *Server) define(t testing.TB, l label) {
	t.Helper()
	function := "NoBlock"
	if Before(t, 7) {
		function = "MaxWithBlock"
	}
	in := map[string]any{"values": l.values, "function": function}
	if l.copies != "" {
		in["copy_condition"] = l.copies
	}
	s.Admin.Call(t, "PUT", "projects/All-Projects/labels/"+l.name, in, nil)
	if Before(t, 7) {
		return
	}
	s.Admin.Call(t, "PUT", "projects/All-Projects/submit_requirements/"+l.name, map[string]any{
		"name":                             l.name,
		"description":                      l.description,
		"submittability_expression":        "label:" + l.name + "=MAX AND -label:" + l.name + "=MIN",
		"allow_override_in_child_projects": true,
	}, nil)
}
