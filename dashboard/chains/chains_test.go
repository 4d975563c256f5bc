package chains_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/chains"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// waits is an open change that waits for others, which are open unless they are odd.
func waits(number int, others ...int) *progress.Change {
	c := &progress.Change{Member: store.Member{Change: &store.Change{Row: store.Row{Number: number}}}, State: progress.Open}
	for _, n := range others {
		state := progress.Open
		if n%2 == 1 {
			state = progress.Merged
		}
		c.Depends = append(c.Depends, progress.DependsOn{Number: n, State: state})
	}
	return c
}

func open(number int, next ...chains.Link) chains.Link {
	return chains.Link{Number: number, State: progress.Open, Next: next}
}

func TestOf(t *testing.T) {
	alsoFor := func(l chains.Link, others ...int) chains.Link {
		l.Others = others
		return l
	}
	for _, test := range []struct {
		name    string
		changes []*progress.Change
		most    int
		want    []chains.Link
		hidden  int
	}{
		{"nobody waits", []*progress.Change{waits(2), waits(4)}, 9, nil, 0},
		{"what has merged is left out", []*progress.Change{waits(2, 1)}, 9, nil, 0},
		{"in the order of the merges", []*progress.Change{waits(2, 6), waits(4, 2)}, 9, []chains.Link{open(6, open(2, open(4)))}, 0},
		{"below the first only", []*progress.Change{waits(6, 2, 4)}, 9, []chains.Link{open(2, alsoFor(open(6), 4)), open(4)}, 0},
		{"a ring", []*progress.Change{waits(2, 4), waits(4, 2)}, 9, []chains.Link{alsoFor(open(2, open(4)), 4)}, 0},
		{"no more than asked for", []*progress.Change{waits(4, 2), waits(6, 4), waits(8, 6)}, 2, []chains.Link{open(2, open(4))}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, hidden := chains.Of(test.changes, test.most)
			if diff := cmp.Diff(test.want, got); diff != "" || hidden != test.hidden {
				t.Errorf("%d hidden, want %d (-want +got):\n%s", hidden, test.hidden, diff)
			}
		})
	}
}
