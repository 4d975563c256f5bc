package gerrit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/eventlet-removal/headway/store/query"
)

// detailOptions fill Change. Without one of the first three Gerrit answers from
// its index alone; ALL_REVISIONS is the dear one on a cold server and MESSAGES
// most of the bytes. DETAILED_LABELS and DETAILED_ACCOUNTS look alike but only the
// second is cheap: the first is asked for only where LABELS brings no votes. No
// REVIEWER_UPDATES: nothing is counted from them.
var detailOptions = []string{
	"ALL_REVISIONS",
	"CURRENT_COMMIT",
	"MESSAGES",
	"LABELS",
	"DETAILED_ACCOUNTS",
	"SUBMIT_REQUIREMENTS", // since 3.5
	"SUBMITTABLE",
}

// spareOptions are those of detailOptions without which the rest is still true; every
// Gerrit of the last ten years knows the others.
var spareOptions = detailOptions[5:]

// Details is the answer for a batch of numbers.
type Details struct {
	Changes []Change // by number, each number once
	Bad     []Bad    // what can't be decoded or was not asked for
	Missing []int    // asked for and in neither; not in the index or left out, which proves nothing
	Dropped []string // options that the server does not know: what they give is unknown
}

// Details asks for everything about a batch of changes in one query, by number, in
// whatever project they are now. At least one and at most 300 numbers.
func (c *Client) Details(ctx context.Context, numbers []int) (*Details, error) {
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	switch {
	case len(numbers) == 0:
		return nil, fmt.Errorf("details: %w", errEmptyQuery)
	case numbers[0] <= 0:
		return nil, fmt.Errorf("details: not a change number: %d", numbers[0])
	case len(numbers) > query.MaxNamed:
		return nil, fmt.Errorf("details: %d changes in a batch, more than %d", len(numbers), query.MaxNamed)
	}
	for {
		dropped := c.unknown.list()
		options := slices.DeleteFunc(slices.Clone(detailOptions), func(o string) bool { return slices.Contains(dropped, o) })
		rows, err := c.detailRows(ctx, numbers, options)
		var failed *Error
		if errors.As(err, &failed) {
			// One unknown option fails the whole request, and only one is named.
			option := failed.unknownOption()
			if slices.Contains(options, option) && slices.Contains(spareOptions, option) {
				c.unknown.add(option)
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		if !c.detailedLabels.Load() && summarised(rows.changes) {
			c.detailedLabels.Store(true)
			continue
		}
		out := sortOut(numbers, rows)
		out.Dropped = dropped
		return out, nil
	}
}

// unknownOptions are those that a server turned out not to know. They are left out
// for the life of the client: one failing request each, and not one for every batch.
type unknownOptions struct {
	mu    sync.Mutex
	names []string
}

func (u *unknownOptions) list() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.names)
}

func (u *unknownOptions) add(option string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !slices.Contains(u.names, option) {
		u.names = append(u.names, option)
	}
}

// summarised reports whether the labels came without their votes, as LABELS gives
// them before Gerrit 3.6: only who approved or rejected.
func summarised(changes []Change) bool {
	labels, values := 0, 0
	for _, change := range changes {
		for _, label := range change.Labels {
			labels++
			values += len(label.Values)
		}
	}
	return labels > 0 && values == 0
}

// detailRows asks once, for detailed labels if the server is known to need it.
func (c *Client) detailRows(ctx context.Context, numbers []int, options []string) (page, error) {
	if c.detailedLabels.Load() {
		options = slices.Clone(options)
		options[slices.Index(options, "LABELS")] = "DETAILED_LABELS"
	}
	r := detailRequest(c.public(query.Or(query.Numbered("change", numbers)...)), len(numbers), options)
	body, err := c.do(ctx, r)
	if err != nil {
		return page{}, err
	}
	rows, err := decodePage(body)
	if err != nil {
		return page{}, c.newAnswerError(r, err)
	}
	return rows, nil
}

func detailRequest(query string, most int, options []string) request {
	return request{op: "details", path: "changes/", query: url.Values{
		"q": {query},
		"n": {strconv.Itoa(most + 1)}, // one more shows a number of two projects
		"o": options,
	}}
}

// sortOut divides the elements of an answer by what was asked for; numbers are
// sorted.
func sortOut(numbers []int, rows page) *Details {
	out := new(Details)
	good, bad := make(map[int]Change), make(map[int]bool)
	for _, change := range rows.changes {
		known, twice := good[change.Number]
		if change.Private { // as if it had not come
			continue
		}
		if _, asked := slices.BinarySearch(numbers, change.Number); !asked {
			out.Bad = append(out.Bad, Bad{change.Number, change.Project, errors.New("not asked for")})
		} else if twice && known.Project != change.Project {
			out.Bad = append(out.Bad, Bad{change.Number, known.Project, twoProjects(change.Number, known.Project, change.Project)})
			delete(good, change.Number)
			bad[change.Number] = true
		} else if !twice || change.Updated.After(known.Updated.Time) {
			good[change.Number] = change
		}
	}
	for _, element := range rows.bad {
		if _, known := good[element.Number]; !known {
			out.Bad = append(out.Bad, element.Bad)
			bad[element.Number] = true
		}
	}
	for _, number := range numbers {
		if change, ok := good[number]; ok {
			out.Changes = append(out.Changes, change)
		} else if !bad[number] {
			out.Missing = append(out.Missing, number)
		}
	}
	return out
}
