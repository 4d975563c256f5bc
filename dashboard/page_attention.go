package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// longestList is how many changes the attention page shows of one list; the rest
// is a click away.
const longestList = 40

// waiting is what waits on one of those who must act.
type waiting struct {
	actor
	Lists   []waitingList // by reason, in the order of the rules
	ListURL string        // of all of it, with every filter
}

// waitingList is what waits for one reason.
type waitingList struct {
	Title string
	Next  string
	Count string
	Rows  []changeRow
	More  string // how many are not shown
}

type attentionPage struct {
	basePage
	Heading string
	Actors  []waiting
	Empty   bool
	Loading bool
	Total   figure
	Unknown string // how many changes in flight nobody can judge yet
	NoVotes string // how many, because Gerrit left their votes out
	Only    string // the project or team, "" for all of the goal
	All     string // the page of all of the goal
	Review  string // everything in review, to search in
}

// attention shows who must act on what, the longest waiting first, and what clears
// each.
func (s *Server) attention(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	of, err := q.askedScope(result)
	if err != nil {
		return nil, err
	}
	var changes []*progress.Change
	if of.n.Loading == nil {
		changes = of.changes((*progress.Change).InReview)
	}
	p := attentionPage{
		basePage: q.base(result, "Who must act · "+result.Goal.Title, "attention"), Heading: "Who must act",
		Only: of.only(), All: q.links.Attention(result.Goal.Name), Review: of.rows("state", inFlight),
		Total: of.inReview(), Empty: len(changes) == 0, Loading: of.n.Loading != nil,
	}
	p.AsOf = asOfNumbers(result, of.n, result.LoadingIn(of.Scope))
	byActor := map[string][]*progress.Change{}
	withoutVotes := 0
	for _, c := range changes {
		if c.VotesUnknown {
			withoutVotes++
			continue
		}
		byActor[string(c.WaitsOn)] = append(byActor[string(c.WaitsOn)], c)
	}
	for _, a := range of.actors() {
		if waits := byActor[a.Code]; len(waits) > 0 {
			p.Actors = append(p.Actors, waiting{a, q.waitingLists(result, waits), a.figure.URL})
		}
	}
	if unknown := len(byActor[""]); unknown > 0 {
		p.Unknown = changesWord(unknown)
	}
	if withoutVotes > 0 {
		p.NoVotes = changesWord(withoutVotes)
	}
	resp, err := q.page("attention", p)
	return notKept(resp, of), err
}

// waitingLists divides changes by reason.
func (q *request) waitingLists(result *progress.Result, changes []*progress.Change) []waitingList {
	q.sortChanges(changes, "attention")
	var out []waitingList
	for _, m := range result.Reasons() {
		var rows []changeRow
		for _, c := range changes {
			if string(c.Reason.Code) == m.Code {
				rows = append(rows, q.changeRow(result, c))
			}
		}
		if len(rows) == 0 {
			continue
		}
		l := waitingList{Title: title(m.Title), Next: m.Next, Count: changesWord(len(rows)), Rows: rows}
		if hidden := len(rows) - longestList; hidden > 0 {
			l.Rows, l.More = rows[:longestList], plural(hidden, "more change", "more changes")
		}
		out = append(out, l)
	}
	return out
}
