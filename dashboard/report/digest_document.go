package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/statuses"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// Document is a digest in words.
func (d Digest) Document() Document {
	period := d.Period()
	doc := Document{Title: d.Title + ": " + period.Title()}
	if d.Cycle != nil {
		doc.Title = d.Title + " in " + *d.Cycle + ": " + period.Title()
	}
	doc.AsOf = signature(d.AsOf, d.Stale, d.URL)
	if d.End == nil {
		doc.Lead = append(doc.Lead, text(*d.Note))
		return doc
	}
	if d.Answer != nil {
		doc.Lead = append(doc.Lead, text(*d.Answer))
	}
	if d.Project == nil {
		doc.Lead = append(doc.Lead, champions(d.ProjectsByStatus)...)
	}
	if d.Now != nil {
		doc.Lead = append(doc.Lead, text(where(d.Now, true)))
	} else {
		doc.Lead = append(doc.Lead, text(where(d.End, false)))
	}
	if !d.empty() {
		doc.Lead = append(doc.Lead, text(d.became(period)))
	}
	if d.Note != nil {
		doc.Lead = append(doc.Lead, text(*d.Note))
	}
	add := func(id, heading string, blocks ...Block) {
		doc.Sections = append(doc.Sections, Section{id, heading, blocks})
	}
	list := func(id, word string, l *List, more ...Block) {
		if l != nil && l.Count > 0 {
			add(id, word+": "+when.Changes(l.Count)+inProjects(l), append(l.blocks(), more...)...)
		}
	}
	list("merged", "Merged", d.Merged, d.byWhom()...)
	if len(d.NothingNow) > 0 {
		add("nothing-left", "Nothing left in review: "+when.Plural(len(d.NothingNow), "project", "projects"), Block{Items: d.nothingNow()})
	}
	list("uploaded", "Uploaded", d.Uploaded)
	list("abandoned", "Abandoned", d.Abandoned)
	list("reverted", "Reverted, with the reverts themselves", d.Reverted)
	list("left", "No longer in the goal", d.Left)
	list("stuck", fmt.Sprintf("Newly stuck, after %d days of waiting", int(progress.OldAfter/(24*time.Hour))), d.Stuck)
	if len(d.Contradictions) > 0 {
		add("contradictions", "Contradictions: "+strconv.Itoa(len(d.Contradictions)), Block{Items: d.contradictions()})
	}
	if a := d.Attention; a != nil {
		add("act", "What is waiting, and for whom", a.blocks()...)
	}
	if len(d.Deadlines) > 0 {
		add("deadlines", "Deadlines", Block{Items: judged(d.Deadlines)})
	}
	if len(d.Cycles) > 0 {
		add("cycles", "Merged in each cycle", Block{Items: d.cycles()})
	}
	return doc
}

// signature says what the numbers are worth, and where they are from.
func signature(asOf *time.Time, stale bool, url *string) Paragraph {
	p := text("No reading of all changes is complete yet.")
	switch {
	case asOf != nil && stale:
		p = text("As of " + when.Exact(*asOf) + ", not up to date: the polls since then failed or did not come.")
	case asOf != nil:
		p = text("As of " + when.Exact(*asOf) + ".")
	}
	if url != nil {
		p = append(p, Span{" ", ""}, Span{"Live page", *url})
	}
	return p
}

// champions is the sentence that a champion reports first; nothing without projects.
func champions(projects statuses.Counts) []Paragraph {
	if sentence := projects.Sentence(); sentence != "" {
		return []Paragraph{text(clean(sentence) + ".")}
	}
	return nil
}

// where is how far the goal is, or was.
func where(p *Point, now bool) string {
	were, was, by := "are", "is", "so far"
	if !now {
		were, was, by = "were", "was", "by then"
	}
	if p.Percent == nil {
		if now {
			return "No change that counts is uploaded."
		}
		return "No change that counts was uploaded by then."
	}
	uploaded := "uploaded " + by
	switch {
	case p.Expected != nil && now:
		uploaded = "uploaded or expected so far"
	case p.Expected != nil:
		uploaded = "uploaded by then, or expected today,"
	}
	s := fmt.Sprintf("%d%% of the changes %s %s merged: %d of %d.", *p.Percent, uploaded, were, p.Merged, p.Of)
	switch left := p.Open + p.WIP; left {
	case 0:
		return s + " Nothing " + was + " in review."
	case 1:
		return s + " 1 " + was + " not merged yet: " + inReview(p) + "."
	default:
		return s + fmt.Sprintf(" %d %s not merged yet: %s.", left, were, inReview(p))
	}
}

func inReview(p *Point) string {
	switch {
	case p.WIP == 0:
		return "in review"
	case p.Open == 0:
		return "work in progress"
	}
	return fmt.Sprintf("%d in review, %d work in progress", p.Open, p.WIP)
}

// became is what the time brought.
func (d Digest) became(p Period) string {
	merged := when.Changes(d.Merged.Count) + " were merged"
	switch d.Merged.Count {
	case 0:
		merged = "no change was merged"
	case 1:
		merged = "1 change was merged"
	}
	uploaded := strconv.Itoa(d.Uploaded.Count)
	if d.Uploaded.Count == 0 {
		uploaded = "none"
	}
	s := days(p) + ", " + merged + " and " + uploaded + " uploaded"
	switch begin, end := d.Begin.Open+d.Begin.WIP, d.End.Open+d.End.WIP; {
	case end > begin:
		return s + fmt.Sprintf("; what was not merged yet grew from %d to %d.", begin, end)
	case end < begin:
		return s + fmt.Sprintf("; what was not merged yet fell from %d to %d.", begin, end)
	case end == 0:
		return s + "; nothing was in review, as before."
	default:
		return s + fmt.Sprintf("; %d were not merged yet, as before.", end)
	}
}

func days(p Period) string {
	switch n := p.Days(); {
	case p.Cycle != "":
		return "In this cycle"
	case n == 1:
		return "On this day"
	default:
		return fmt.Sprintf("In these %d days", n)
	}
}

func inProjects(l *List) string {
	if len(l.Projects) == 1 {
		return " in " + l.Projects[0].Project
	}
	return fmt.Sprintf(" in %d projects", len(l.Projects))
}

// blocks are a list by project: a line for each, and one for each change.
func (l *List) blocks() []Block {
	var out []Block
	shown := 0
	for _, p := range l.Projects {
		block := Block{}
		if len(l.Projects) > 1 {
			block.Text = text(p.Project + ", " + when.Changes(p.Count))
		}
		for _, c := range p.Changes {
			block.Items = append(block.Items, c.line())
		}
		shown += len(p.Changes)
		out = append(out, block)
	}
	if hidden := l.Count - shown; hidden > 0 {
		more := when.Plural(hidden, "more is not named here; it is in ", "more are not named here; they are in ")
		out = append(out, Block{Text: Paragraph{{more, ""}, {"the list of changes", l.All}, {".", ""}}})
	}
	return out
}

// line is a change with whose it is and when it happened.
func (c Change) line() Paragraph {
	p := Paragraph{{cmp.Or(clean(c.Subject), "without a subject"), c.URL}}
	var facts []string
	if c.Owner != nil {
		facts = append(facts, clean(*c.Owner))
	}
	if c.At != nil {
		at := unbroken(when.Date(*c.At))
		if c.Reason != nil {
			at = "waiting since " + at
		}
		facts = append(facts, at)
	}
	if len(facts) > 0 {
		p = append(p, Span{" (" + strings.Join(facts, ", ") + ")", ""})
	}
	if c.Reason != nil {
		p = append(p, Span{". " + *c.Reason, ""})
	}
	return p
}

func (d Digest) byWhom() []Block {
	if len(d.By) == 0 {
		return nil
	}
	var names []string
	for _, p := range d.By {
		names = append(names, unbroken(fmt.Sprintf("%s (%d)", clean(p.Name), p.Merged)))
	}
	return []Block{{Text: text("By whom: " + strings.Join(names, ", ") + ".")}}
}

func (d Digest) nothingNow() []Paragraph {
	var out []Paragraph
	for _, p := range d.NothingNow {
		out = append(out, Paragraph{{p.Project, p.URL}, {" since " + unbroken(when.Date(p.At)), ""}})
	}
	return out
}

func (d Digest) contradictions() []Paragraph {
	var out []Paragraph
	for _, c := range d.Contradictions {
		out = append(out, text(c.Project+": "+c.Text))
	}
	return out
}

// actors follow "wait on".
var actors = map[string]string{
	string(progress.Reviewers): "reviewers", string(progress.Author): "their authors", string(progress.Dependency): "another change",
	string(progress.CI): "CI", string(progress.Gate): "the gate",
}

func (a *Attention) blocks() []Block {
	var parts []string
	for _, w := range a.Waits {
		if w.Count > 0 {
			parts = append(parts, strconv.Itoa(w.Count)+" on "+cmp.Or(actors[w.On], w.On))
		}
	}
	if len(parts) == 0 {
		return []Block{{Text: text("Nobody has to act: nothing is in review.")}}
	}
	out := []Block{{Text: text("Waiting: " + strings.Join(parts, ", ") + ".")}}
	if len(a.Longest) > 0 {
		block := Block{}
		for _, c := range a.Longest {
			block.Items = append(block.Items, c.waiting())
		}
		block.Text = text("Waiting longest:")
		out = append(out, block)
	}
	return out
}

// waiting is a change with where it is, since when it waits and what is next.
func (c Change) waiting() Paragraph {
	p := Paragraph{{cmp.Or(clean(c.Subject), "without a subject"), c.URL}, {" (" + clean(c.Project), ""}}
	if c.At != nil {
		p = append(p, Span{", since " + unbroken(when.Date(*c.At)), ""})
	}
	p = append(p, Span{").", ""})
	if c.Reason != nil {
		p = append(p, Span{" " + *c.Reason, ""})
	}
	return p
}

// judged are deadlines in sentences: "all deliverables, due 1 Jan 2027. About 3 months late
// at the present pace."
func judged(deadlines []Deadline) []Paragraph {
	var out []Paragraph
	for _, d := range deadlines {
		line := clean(d.Name)
		if d.Due != nil {
			line += ", due " + when.Date(*d.Due)
		}
		if d.Judgement != nil {
			line += ". " + progress.Capital(clean(d.Judgement.Text))
		}
		out = append(out, text(line+"."))
	}
	return out
}

func (d Digest) cycles() []Paragraph {
	var out []Paragraph
	for _, c := range d.Cycles {
		line := fmt.Sprintf("%s: %d", c.Name, c.MergedByThen)
		switch days := when.Plural(c.Days, "day", "days"); {
		case c.Ended && c.Merged != c.MergedByThen:
			line += fmt.Sprintf(" in its first %s, %d in all", days, c.Merged)
		case c.Ended:
			line += " in all"
		default:
			line += " in its first " + days
		}
		out = append(out, text(line))
	}
	return out
}

// absolute is an address that can be followed from anywhere, "" for one of ours while
// nobody knows where readers find us.
func absolute(address string) string {
	if strings.Contains(address, "://") {
		return address
	}
	return ""
}
