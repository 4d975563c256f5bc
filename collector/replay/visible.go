package replay

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/collector/replay/search"
)

// view is what a request for p sees of c: the fields its options ask for, and of
// those only what Gerrit would show. The caller holds the lock.
func (s *Server) view(c *Change, p *params) *Change {
	v := &Change{}
	*v = *c
	v.ids()
	v.Labels, v.Messages, v.ReviewerUpdates = nil, nil, nil
	v.Revisions, v.CurrentRevision, v.SubmitRequirements = nil, "", nil
	v.Mergeable, v.Submittable = nil, nil
	v = v.clone()
	v.Hashtags = append([]string{}, v.Hashtags...)
	v.SubmitRecords = append([]SubmitRecord{}, v.SubmitRecords...)
	s.viewState(v, c, p)
	if len(p.options) > 0 {
		viewOptions(v, c.clone(), p)
		s.relink(v, p.base)
	}
	v.eachAccount(func(a *Account) { s.show(a, p.options["DETAILED_ACCOUNTS"]) })
	return v
}

// viewOptions adds to v what the options ask for of full, which v may keep.
func viewOptions(v, full *Change, p *params) {
	viewRevisions(v, full, p)
	if p.options["LABELS"] || p.options["DETAILED_LABELS"] {
		// The index keeps no labels of abandoned changes (gerrit-observed.md §4).
		v.Labels = map[string]Label{}
		if full.Status != StatusAbandoned || p.single {
			maps.Copy(v.Labels, full.Labels)
		}
	}
	if p.options["MESSAGES"] {
		v.Messages = append([]Message{}, full.Messages...)
	}
	if p.options["REVIEWER_UPDATES"] {
		v.ReviewerUpdates = []ReviewerUpdate{}
		if p.lazy() { // the index does not have them
			v.ReviewerUpdates = append(v.ReviewerUpdates, full.ReviewerUpdates...)
		}
	}
	if p.options["SUBMIT_REQUIREMENTS"] {
		v.SubmitRequirements = append([]Requirement{}, full.SubmitRequirements...)
	}
}

// viewState sets what only an open change has.
func (s *Server) viewState(v, c *Change, p *params) {
	if c.Status != StatusNew {
		v.SubmitType = ""
		return
	}
	if v.SubmitType == "" {
		v.SubmitType = "MERGE_IF_NECESSARY"
	}
	if s.config.Mergeable {
		v.Mergeable = c.Mergeable
	}
	if p.options["SUBMITTABLE"] {
		ok := !slices.ContainsFunc(c.SubmitRequirements, func(r Requirement) bool { return r.Status != "SATISFIED" })
		v.Submittable = &ok
	}
}

// viewRevisions adds patch sets, and commits to them: CURRENT_COMMIT alone adds
// nothing.
func viewRevisions(v, c *Change, p *params) {
	all, current := p.options["ALL_REVISIONS"], p.options["CURRENT_REVISION"]
	if !all && !current {
		return
	}
	v.CurrentRevision = c.CurrentRevision
	v.Revisions = map[string]Revision{}
	for sha, r := range c.Revisions {
		isCurrent := sha == c.CurrentRevision
		if !all && !isCurrent {
			continue
		}
		r.Fetch, r.Branch = &struct{}{}, search.FullRef(c.Branch)
		if p.options["ALL_COMMITS"] || isCurrent && p.options["CURRENT_COMMIT"] {
			r.Commit = withAddresses(r.Commit)
		} else {
			r.Commit = nil
		}
		v.Revisions[sha] = r
	}
}

// relink makes links to the Gerrit of the topic, as in a Depends-On, links to
// this one, which stands in for it at base. Searches go by the texts as recorded.
func (s *Server) relink(v *Change, base string) {
	if s.header.Gerrit == "" {
		return
	}
	home := strings.NewReplacer(strings.TrimSuffix(s.header.Gerrit, "/")+"/", base)
	for i := range v.Messages {
		v.Messages[i].Message = home.Replace(v.Messages[i].Message)
	}
	v.eachCommit(func(k *Commit) { k.Message = home.Replace(k.Message) })
}

// show is an account as anybody sees it: its number, or with details its name,
// and an address that nobody has.
func (s *Server) show(a *Account, details bool) {
	*a = Account{ID: a.ID}
	if known, ok := s.accounts[a.ID]; ok && details {
		*a = known
		a.Email = "account-" + strconv.Itoa(a.ID) + "@example.org"
	}
}

func withAddresses(k *Commit) *Commit {
	if k == nil {
		return nil
	}
	shown := *k
	shown.Author.Email = "author@example.org"
	shown.Committer.Email = "committer@example.org"
	return &shown
}
