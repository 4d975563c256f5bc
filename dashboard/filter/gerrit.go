package filter

import (
	"maps"
	"net/url"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store/query"
)

// Values are the filter as parameters of an address.
func (f *Filter) Values() url.Values {
	values := maps.Clone(f.Search.Terms)
	if text := (link.Search{Words: f.Search.Words}).String(); text != "" {
		values.Set("q", text)
	}
	return values
}

// InGerrit is the search for what the filter chooses, "" if Gerrit has no words for
// it.
func (f *Filter) InGerrit(result *progress.Result) string {
	for name := range f.Search.Terms {
		if name != "project" && name != "team" && name != "state" && name != "class" {
			return ""
		}
	}
	of := progress.Scope{Team: f.Team}
	if len(f.named) == 1 {
		of = progress.Scope{Project: f.named[0]}
	} else if len(f.named) > 1 {
		return ""
	}
	if len(f.words) > 0 || f.Class == AllClasses {
		return ""
	}
	return result.Search(of, f.Class == Backports, f.States...)
}

// ByNumbers is a search that finds exactly these changes, as far as Gerrit still
// shows them; "" if it shows none.
func ByNumbers(changes []*progress.Change) string {
	if len(changes) > MaxNumbers*2 {
		return "" // no link is so long
	}
	var numbers []int
	for _, c := range changes {
		if c.State != progress.Gone {
			numbers = append(numbers, c.Change.Number)
		}
	}
	return query.Or(query.Numbered("change", numbers)...)
}
