//go:build gerrit

package gerrittest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// writeNotes writes a change's log to its meta ref.
func writeNotes(t testing.TB, s *stream, l *changeLog) {
	t.Helper()
	parent := ""
	for i, e := range l.entries {
		by := ident{fmt.Sprintf("Gerrit User %d", e.by), fmt.Sprintf("%d@%s", e.by, serverID), e.at}
		server := ident{"Gerrit Code Review", "gerrit@example.org", e.at}
		if e.by == 0 {
			by = server
		}
		c := commit{changeRef(l.change.Number, "meta"), parent, by, server, e.message(i == 0), nil}
		if i == len(l.entries)-1 {
			c.files = notesOf(t, l)
		}
		parent = s.write(t, c)
	}
}

// message is the commit message of an entry: a line that nobody reads, the change
// message, and the footers.
func (e *entry) message(first bool) string {
	var b strings.Builder
	if first {
		b.WriteString("Create change\n\n")
	} else {
		fmt.Fprintf(&b, "Update patch set %d\n\n", e.patchSet)
	}
	if e.text != "" {
		b.WriteString(e.text + "\n\n")
	}
	fmt.Fprintf(&b, "Patch-set: %d\n", e.patchSet)
	if e.tag != "" {
		fmt.Fprintf(&b, "Tag: %s\n", e.tag)
	}
	for _, footer := range e.footers {
		b.WriteString(footer + "\n")
	}
	return b.String()
}

// The files of NoteDb's tree are JSON, named by the commit that they are about.
type (
	notesFile struct {
		Comments []comment          `json:"comments"`
		Results  []requirementNotes `json:"submitRequirementResults,omitempty"`
	}
	comment struct {
		Unresolved bool       `json:"unresolved"`
		Key        commentKey `json:"key"`
		Line       int        `json:"lineNbr"`
		Author     struct {
			ID int `json:"id"`
		} `json:"author"`
		Written  string `json:"writtenOn"`
		Side     int    `json:"side"`
		Message  string `json:"message"`
		Revision string `json:"revId"`
		Server   string `json:"serverId"`
	}
	commentKey struct {
		UUID     string `json:"uuid"`
		File     string `json:"filename"`
		PatchSet int    `json:"patchSetId"`
	}
	requirementNotes struct {
		Requirement struct {
			Name          string     `json:"name"`
			Description   value      `json:"description"`
			Applicability struct{}   `json:"applicabilityExpression"`
			Expression    expression `json:"submittabilityExpression"`
			Override      struct{}   `json:"overrideExpression"`
			InChildren    bool       `json:"allowOverrideInChildProjects"`
		} `json:"submitRequirement"`
		Applicability struct{} `json:"applicabilityExpressionResult"`
		Result        value    `json:"submittabilityExpressionResult"`
		Override      struct{} `json:"overrideExpressionResult"`
		Commit        string   `json:"patchSetCommitId"`
		Legacy        value    `json:"legacy"`
		Forced        struct{} `json:"forced"`
		Hidden        struct{} `json:"hidden"`
	}
	value struct {
		Value any `json:"value"`
	}
	expression struct {
		Text string `json:"expressionString"`
	}
)

// notesOf are comments, as many as were recorded, and how a closed change stood
// with the submit requirements; for an open one Gerrit finds that out itself.
func notesOf(t testing.TB, l *changeLog) map[string]string {
	t.Helper()
	c := l.change
	current := l.code.names[c.CurrentRevision]
	file := notesFile{Comments: []comment{}}
	for i := range c.TotalComments {
		n := comment{
			Unresolved: i < c.UnresolvedComments, Line: 1, Side: 1, Message: "A comment.",
			Key:     commentKey{voteID(c, "comment", i)[:17], "/COMMIT_MSG", c.PatchSet},
			Written: l.last().at.UTC().Format("2006-01-02T15:04:05Z"), Revision: current, Server: serverID,
		}
		n.Author.ID = c.Owner.ID
		file.Comments = append(file.Comments, n)
	}
	if c.Status != "NEW" {
		for _, r := range c.SubmitRequirements {
			file.Results = append(file.Results, resultOf(r, current))
		}
	}
	if len(file.Comments) == 0 && file.Results == nil {
		return nil
	}
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		t.Fatalf("gerrittest: notes of change %d: %v", c.Number, err)
	}
	return map[string]string{current: string(text)}
}

func resultOf(r replay.Requirement, commit string) requirementNotes {
	n := requirementNotes{Commit: commit, Legacy: value{r.Legacy}}
	n.Requirement.Name, n.Requirement.Description, n.Requirement.InChildren = r.Name, value{r.Description}, true
	if r.Result != nil {
		n.Requirement.Expression.Text = r.Result.Expression
		n.Result.Value = map[string]any{
			"expression":   expression{r.Result.Expression},
			"status":       r.Result.Status,
			"errorMessage": value{nil},
			"passingAtoms": append([]string{}, r.Result.Passing...),
			"failingAtoms": append([]string{}, r.Result.Failing...),
		}
	}
	return n
}
