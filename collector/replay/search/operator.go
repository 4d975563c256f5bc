package search

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// predicate reports whether a change is found.
type predicate func(*Change) bool

// compiler turns a parsed query into a predicate, with the words of Gerrit's
// ChangeQueryBuilder for what it refuses.
type compiler struct {
	mergeable bool // the server computes it
	leaves    int  // terms so far, as the index would see them
}

// Patterns of Gerrit's ChangeQueryBuilder.
var (
	numberPattern   = regexp.MustCompile(`^[1-9][0-9]*$`)
	changeIDPattern = regexp.MustCompile(`^[iI][0-9a-f]{4,}`)
	tripletPattern  = regexp.MustCompile(`^([^~]+)~([^~]+)~([iI][0-9a-f]{4,}.*)$`)
)

func (c *compiler) compile(e *expr) (predicate, error) {
	if e.op == term {
		return c.term(e)
	}
	kids := make([]predicate, 0, len(e.kids))
	for _, kid := range e.kids {
		p, err := c.compile(kid)
		if err != nil {
			return nil, err
		}
		kids = append(kids, p)
	}
	switch e.op {
	case not:
		return func(ch *Change) bool { return !kids[0](ch) }, nil
	case and:
		return func(ch *Change) bool {
			return !slices.ContainsFunc(kids, func(p predicate) bool { return !p(ch) })
		}, nil
	}
	return func(ch *Change) bool {
		return slices.ContainsFunc(kids, func(p predicate) bool { return p(ch) })
	}, nil
}

func (c *compiler) term(e *expr) (predicate, error) {
	if e.field == "" {
		return nil, refuse(fmt.Sprintf("replay: %q without an operator is not known here", e.value))
	}
	c.leaves++
	if f, ok := operators[e.field]; ok {
		return f(c, e.value)
	}
	if slices.Contains(unknownHere, e.field) {
		return nil, refuse("replay: operator " + e.field + ": is Gerrit's, but not known here")
	}
	return nil, refuse("Unsupported operator " + e.field + ":" + e.value)
}

// operators are those that a reader of a topic has a use for.
var operators = map[string]func(*compiler, string) (predicate, error){
	"topic":       (*compiler).topic,
	"prefixtopic": (*compiler).prefixTopic,
	"project":     (*compiler).project,
	"repo":        (*compiler).project,
	"repository":  (*compiler).project,
	"p":           (*compiler).project,
	"branch":      (*compiler).branch,
	"ref":         (*compiler).ref,
	"change":      (*compiler).change,
	"commit":      (*compiler).commit,
	"status":      (*compiler).status,
	"is":          (*compiler).is,
	"message":     (*compiler).message,
	"revertof":    (*compiler).revertOf,
	"after":       (*compiler).after,
	"since":       (*compiler).after,
	"before":      (*compiler).before,
	"until":       (*compiler).before,
}

// unknownHere are operators of a real Gerrit that are not known here. They
// are refused in our own words, so that nobody takes the refusal for Gerrit's.
var unknownHere = strings.Fields(`added age assignee attention author bug cc cherrypickof comment
	commentby committer conflicts deleted delta destination dir directory ext extension f file footer
	from has hasfooter hashtag inhashtag intopic label limit mergedafter mergedbefore o onlyexts
	onlyextensions owner ownerin parentof parentproject parentrepo parentrepository path prefixhashtag
	projects query r repos repositories reviewedby reviewer reviewerin rule size star submissionid
	submittable tr unresolved uploader uploaderin visibleto`)

func (c *compiler) topic(v string) (predicate, error) {
	return func(ch *Change) bool { return ch.Topic == v }, nil
}

// prefixTopic of nothing finds the changes without a topic, not all.
func (c *compiler) prefixTopic(v string) (predicate, error) {
	if v == "" {
		return c.topic(v)
	}
	return func(ch *Change) bool { return strings.HasPrefix(ch.Topic, v) }, nil
}

func (c *compiler) project(v string) (predicate, error) {
	if strings.HasPrefix(v, "^") {
		return regex("project", v, func(ch *Change) string { return ch.Project })
	}
	return func(ch *Change) bool { return ch.Project == v }, nil
}

// branch becomes a ref, and a regular expression gets refs/heads/ before it:
// "^a|b" so means refs/heads/a or b.
func (c *compiler) branch(v string) (predicate, error) {
	if re, ok := strings.CutPrefix(v, "^"); ok {
		return c.ref("^" + FullRef(re))
	}
	return c.ref(FullRef(v))
}

func (c *compiler) ref(v string) (predicate, error) {
	if strings.HasPrefix(v, "^") {
		return regex("ref", v, func(ch *Change) string { return FullRef(ch.Branch) })
	}
	return func(ch *Change) bool { return FullRef(ch.Branch) == v }, nil
}

// FullRef is the name of a branch in git: refs/heads/ and what Gerrit shows.
func FullRef(branch string) string {
	if strings.HasPrefix(branch, "refs/") || branch == "HEAD" {
		return branch
	}
	return "refs/heads/" + branch
}

func (c *compiler) change(v string) (predicate, error) {
	if m := tripletPattern.FindStringSubmatch(v); m != nil {
		return func(ch *Change) bool {
			return ch.Project == m[1] && ch.Branch == strings.TrimPrefix(m[2], "refs/heads/") && ch.ChangeID == upperI(m[3])
		}, nil
	}
	if n, err := strconv.ParseInt(v, 10, 32); err == nil && numberPattern.MatchString(v) {
		return func(ch *Change) bool { return ch.Number == int(n) }, nil
	}
	if changeIDPattern.MatchString(v) {
		return func(ch *Change) bool { return strings.HasPrefix(ch.ChangeID, upperI(v)) }, nil
	}
	return nil, refuse("Invalid change format")
}

func upperI(changeID string) string { return "I" + changeID[1:] }

func (c *compiler) commit(v string) (predicate, error) {
	low := strings.ToLower(v)
	return func(ch *Change) bool {
		if ch.Commits == nil {
			return false
		}
		for sha := range ch.Commits {
			if strings.HasPrefix(sha, low) {
				return true
			}
		}
		return false
	}, nil
}

// status takes the beginning of a word: status:m is status:merged.
func (c *compiler) status(v string) (predicate, error) {
	low := strings.ToLower(v)
	for _, s := range []struct {
		word   string
		status []string
	}{
		{"abandoned", []string{"ABANDONED"}},
		{"closed", []string{"MERGED", "ABANDONED"}},
		{"merged", []string{"MERGED"}},
		{"new", []string{"NEW"}},
		{"open", []string{"NEW"}},
		{"pending", []string{"NEW"}},
	} {
		if strings.HasPrefix(s.word, low) {
			return func(ch *Change) bool { return slices.Contains(s.status, ch.Status) }, nil
		}
	}
	return nil, refuse("Unrecognized value: " + v)
}

// is knows the flags of a change. wip is the flag alone, which abandoned changes
// keep.
func (c *compiler) is(v string) (predicate, error) {
	switch strings.ToLower(v) {
	case "wip":
		return func(ch *Change) bool { return ch.WIP }, nil
	case "private":
		return func(ch *Change) bool { return ch.Private }, nil
	case "started":
		return func(ch *Change) bool { return ch.Started }, nil
	case "cherrypick":
		return func(ch *Change) bool { return ch.CherryPick }, nil
	case "visible":
		return func(*Change) bool { return true }, nil
	case "mergeable":
		if !c.mergeable {
			return nil, refuse("'is:mergeable' operator is not supported on this gerrit host")
		}
		return func(ch *Change) bool { return ch.Mergeable }, nil
	case "starred", "watched", "owner", "uploader", "reviewer", "cc", "attention":
		return nil, errSignIn
	case "reviewed", "submittable", "merge", "pure-revert", "assigned", "unassigned", "ignored":
		return nil, refuse("replay: is:" + v + " is Gerrit's, but not known here")
	}
	return c.status(v)
}

var errSignIn = &Error{http.StatusForbidden, "Must be signed-in to use this operator"}

func (c *compiler) message(v string) (predicate, error) {
	if strings.HasPrefix(v, "^") {
		return regex("message", v, func(ch *Change) string { return ch.Message })
	}
	return fullText(v, func(ch *Change) string { return ch.Message })
}

func (c *compiler) revertOf(v string) (predicate, error) {
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil {
		return nil, refuse("'revertof' must be an integer")
	}
	return func(ch *Change) bool { return ch.RevertOf == int(n) && n != 0 }, nil
}

func (c *compiler) after(v string) (predicate, error) {
	t, err := queryTime(v)
	return func(ch *Change) bool { return !ch.Updated.Before(t) }, err
}

func (c *compiler) before(v string) (predicate, error) {
	t, err := queryTime(v)
	return func(ch *Change) bool { return !ch.Updated.After(t) }, err
}
