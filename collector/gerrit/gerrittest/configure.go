//go:build gerrit

package gerrittest

import (
	"testing"
)

// Groups that every Gerrit has.
const (
	Administrators = "Administrators"
	ServiceUsers   = "Service Users" // makes an account a robot: tags it SERVICE_USER
)

// configure gives the server what OpenDev's has and a new one lacks: two more
// labels, their submit requirements, and the right of everybody who is signed in
// to do what its developers and robots do.
func (s *Server) configure(t testing.TB) {
	t.Helper()
	s.addLabel(t, "Verified", map[string]string{
		"-2": "Fails", "-1": "Doesn't seem to work", " 0": "No score", "+1": "Works for me", "+2": "Verified",
	})
	s.addLabel(t, "Workflow", map[string]string{
		"-1": "Work in progress", " 0": "Ready for reviews", "+1": "Approved",
	})
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
	allow := permission{Rules: map[string]rule{"global:Registered-Users": {Action: "ALLOW"}}}
	always := permission{Rules: map[string]rule{"global:Registered-Users": {Action: "ALLOW", Force: true}}}
	vote := func(label string, limit int) permission {
		return permission{Label: label, Rules: map[string]rule{
			"global:Registered-Users": {Action: "ALLOW", Min: -limit, Max: limit},
		}}
	}
	type section struct {
		Permissions map[string]permission `json:"permissions"`
	}
	s.Admin.Call(t, "POST", "projects/All-Projects/access", map[string]any{
		"add": map[string]section{
			"refs/heads/*": {map[string]permission{
				"label-Code-Review": vote("Code-Review", 2),
				"label-Verified":    vote("Verified", 2),
				"label-Workflow":    vote("Workflow", 1),
				"submit":            allow,
				"abandon":           allow,
				"editTopicName":     always, // of closed changes too
				"editHashtags":      allow,
				"deleteOwnChanges":  allow,
				"removeReviewer":    allow,
			}},
		},
	}, nil)
}

// addLabel defines a label with a submit requirement of the same name: its
// highest vote is needed, its lowest one blocks. Votes are kept by a new patch
// set that changes no code.
func (s *Server) addLabel(t testing.TB, name string, values map[string]string) {
	t.Helper()
	s.Admin.Call(t, "PUT", "projects/All-Projects/labels/"+name, map[string]any{
		"values":         values,
		"function":       "NoBlock",
		"copy_condition": "changekind:NO_CODE_CHANGE",
	}, nil)
	s.Admin.Call(t, "PUT", "projects/All-Projects/submit_requirements/"+name, map[string]any{
		"name":                             name,
		"submittability_expression":        "label:" + name + "=MAX AND -label:" + name + "=MIN",
		"allow_override_in_child_projects": true,
	}, nil)
}
