package replay

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// predicate tells whether a change is found.
type predicate func(*Change) bool

// compiler turns a parsed query into a predicate, with the words of Gerrit's
// ChangeQueryBuilder for what it refuses.
type compiler struct {
	accounts map[int]Account // who can be named
	merges   bool            // the server computes mergeable
	leaves   int             // terms so far, as the index would see them
	limit    int             // of limit:, 0 if there is none
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
		return c.bare(e.value)
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
var operators = map[string]func(*compiler, string) (predicate, error){}

func init() { // not a literal, because bare words refer to it
	for names, f := range map[string]func(*compiler, string) (predicate, error){
		"topic":                       (*compiler).topic,
		"prefixtopic":                 (*compiler).prefixTopic,
		"intopic":                     (*compiler).inTopic,
		"hashtag":                     (*compiler).hashtag,
		"prefixhashtag":               (*compiler).prefixHashtag,
		"project repo repository p":   (*compiler).project,
		"projects repos repositories": (*compiler).projects,
		"branch":                      (*compiler).branch,
		"ref":                         (*compiler).ref,
		"change":                      (*compiler).change,
		"commit":                      (*compiler).commit,
		"status":                      (*compiler).status,
		"is":                          (*compiler).is,
		"owner o":                     (*compiler).owner,
		"uploader":                    (*compiler).uploader,
		"message":                     (*compiler).message,
		"comment":                     (*compiler).comment,
		"revertof":                    (*compiler).revertOf,
		"cherrypickof":                (*compiler).cherryPickOf,
		"after since":                 (*compiler).after,
		"before until":                (*compiler).before,
		"mergedafter":                 (*compiler).mergedAfter,
		"mergedbefore":                (*compiler).mergedBefore,
		"limit":                       (*compiler).limited,
	} {
		for name := range strings.FieldsSeq(names) {
			operators[name] = f
		}
	}
}

// unknownHere are operators of a real Gerrit that a Server does not know. They
// are refused in our own words, so that nobody takes the refusal for Gerrit's.
var unknownHere = strings.Fields(`added age assignee attention author bug cc commentby committer
	conflicts deleted delta destination dir directory ext extension f file footer from has
	hasfooter inhashtag label onlyexts onlyextensions ownerin parentof parentproject parentrepo
	parentrepository path query r reviewedby reviewer reviewerin rule size star submissionid
	submittable tr unresolved uploaderin visibleto`)

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

func (c *compiler) inTopic(v string) (predicate, error) {
	switch {
	case strings.HasPrefix(v, "^"):
		return regex("intopic", v, func(ch *Change) string { return ch.Topic })
	case v == "":
		return c.topic(v)
	}
	return fullText(v, func(ch *Change) []string { return []string{ch.Topic} })
}

func (c *compiler) hashtag(v string) (predicate, error) {
	return func(ch *Change) bool {
		if v == "" {
			return len(ch.Hashtags) == 0
		}
		return slices.ContainsFunc(ch.Hashtags, func(h string) bool { return strings.EqualFold(h, strings.TrimPrefix(v, "#")) })
	}, nil
}

func (c *compiler) prefixHashtag(v string) (predicate, error) {
	if v == "" {
		return c.hashtag(v)
	}
	low := strings.ToLower(strings.TrimPrefix(v, "#"))
	return func(ch *Change) bool {
		return slices.ContainsFunc(ch.Hashtags, func(h string) bool { return strings.HasPrefix(strings.ToLower(h), low) })
	}, nil
}

func (c *compiler) project(v string) (predicate, error) {
	if strings.HasPrefix(v, "^") {
		return regex("project", v, func(ch *Change) string { return ch.Project })
	}
	return func(ch *Change) bool { return ch.Project == v }, nil
}

func (c *compiler) projects(v string) (predicate, error) {
	return func(ch *Change) bool { return strings.HasPrefix(ch.Project, v) }, nil
}

// branch becomes a ref, and a regular expression gets refs/heads/ before it:
// "^a|b" so means refs/heads/a or b.
func (c *compiler) branch(v string) (predicate, error) {
	if re, ok := strings.CutPrefix(v, "^"); ok {
		return c.ref("^" + fullRef(re))
	}
	return c.ref(fullRef(v))
}

func (c *compiler) ref(v string) (predicate, error) {
	if strings.HasPrefix(v, "^") {
		return regex("ref", v, func(ch *Change) string { return fullRef(ch.Branch) })
	}
	return func(ch *Change) bool { return fullRef(ch.Branch) == v }, nil
}

func fullRef(branch string) string {
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
	return func(ch *Change) bool {
		for sha := range ch.Revisions {
			if strings.HasPrefix(sha, strings.ToLower(v)) {
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
		{"abandoned", []string{statusAbandoned}},
		{"closed", []string{statusMerged, statusAbandoned}},
		{"merged", []string{statusMerged}},
		{"new", []string{statusNew}},
		{"open", []string{statusNew}},
		{"pending", []string{statusNew}},
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
		return func(ch *Change) bool { return ch.ReviewStarted }, nil
	case "cherrypick":
		return func(ch *Change) bool { return ch.CherryPickOf != 0 }, nil
	case "visible":
		return func(*Change) bool { return true }, nil
	case "mergeable":
		if !c.merges {
			return nil, refuse("'is:mergeable' operator is not supported on this gerrit host")
		}
		return func(ch *Change) bool { return ch.Mergeable != nil && *ch.Mergeable }, nil
	case "starred", "watched", "owner", "uploader", "reviewer", "cc", "attention":
		return nil, errSignIn
	case "reviewed", "submittable", "merge", "pure-revert", "assigned", "unassigned", "ignored":
		return nil, refuse("replay: is:" + v + " is Gerrit's, but not known here")
	}
	return c.status(v)
}

var errSignIn = &refusal{http.StatusForbidden, "Must be signed-in to use this operator"}

func (c *compiler) message(v string) (predicate, error) {
	if strings.HasPrefix(v, "^") {
		return regex("message", v, func(ch *Change) string { return ch.commit().Message })
	}
	return fullText(v, messageText)
}

func messageText(ch *Change) []string { return []string{ch.commit().Message} }

// comment searches what reviewers and robots wrote.
func (c *compiler) comment(v string) (predicate, error) { return fullText(v, commentTexts) }

func commentTexts(ch *Change) []string {
	texts := make([]string, len(ch.Messages))
	for i, m := range ch.Messages {
		texts[i] = m.Message
	}
	return texts
}

func (c *compiler) revertOf(v string) (predicate, error) {
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil {
		return nil, refuse("'revertof' must be an integer")
	}
	return func(ch *Change) bool { return ch.RevertOf == int(n) && n != 0 }, nil
}

func (c *compiler) cherryPickOf(v string) (predicate, error) {
	number, patchSet, both := strings.Cut(v, ",")
	n, err := strconv.ParseInt(number, 10, 32)
	ps, err2 := strconv.ParseInt(patchSet, 10, 32)
	if err != nil || both && err2 != nil {
		return nil, refuse(fmt.Sprintf("'%s' is not a valid input. It must be in the 'ChangeNumber[,PatchsetNumber]' format.", v))
	}
	return func(ch *Change) bool {
		return n != 0 && ch.CherryPickOf == int(n) && (!both || ch.CherryPickOfPatchSet == int(ps))
	}, nil
}

func (c *compiler) after(v string) (predicate, error) {
	t, err := queryTime(v)
	return func(ch *Change) bool { return !ch.Updated.Before(t) }, err
}

func (c *compiler) before(v string) (predicate, error) {
	t, err := queryTime(v)
	return func(ch *Change) bool { return !ch.Updated.After(t) }, err
}

func (c *compiler) mergedAfter(v string) (predicate, error) {
	t, err := queryTime(v)
	return func(ch *Change) bool { return !mergedOn(ch).IsZero() && !mergedOn(ch).Before(t) }, err
}

func (c *compiler) mergedBefore(v string) (predicate, error) {
	t, err := queryTime(v)
	return func(ch *Change) bool { return !mergedOn(ch).IsZero() && !mergedOn(ch).After(t) }, err
}

// mergedOn is zero for a change that is not merged, whatever its submitted says.
func mergedOn(ch *Change) time.Time {
	if ch.Status != statusMerged {
		return time.Time{}
	}
	return ch.Submitted.Time
}

func (c *compiler) limited(v string) (predicate, error) {
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil {
		return nil, refuse("Invalid limit: " + v)
	}
	if n <= 0 {
		return nil, refuse("limit must be positive: " + v)
	}
	c.limit = int(n)
	return func(*Change) bool { return true }, nil
}
