package progress_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// crowd is n changes of a hundred projects with five patch sets and some twenty
// messages each; one in fifty is a revert, one in ten a backport.
func crowd(n int) (*progress.Goal, progress.Input) {
	g := newGoal()
	g.Selector = "topic:x"
	changes := make([]*history, n)
	for i := range changes {
		hours := float64(24 * (100 + i%1000))
		c := newChange(i+1, ago(hours)).in(fmt.Sprintf("openstack/p%02d", i/100%100))
		for range 4 {
			hours -= 24
			c.zuul(ago(hours+20), store.CIFailed, -1).comment(ago(hours+10), alice).comment(ago(hours+5), owner).upload(ago(hours), owner)
		}
		c.zuul(ago(hours-1), store.CISucceeded, 1).vote(ago(hours-2), alice, "Code-Review", 2)
		switch {
		case i%50 == 49:
			c.with(func(m *store.Member) { m.RevertText = []string{"This reverts commit " + sha(i+1-37, 5) + "."} }).merge(ago(hours - 30))
		case i%10 == 9:
			c.on("stable/1").id(fmt.Sprint("I", i)).merge(ago(hours - 20))
		case i%10 < 6:
			c.merge(ago(hours - 20))
		case i%10 == 6:
			c.abandon(ago(hours - 20))
		default:
			c.with(func(m *store.Member) { m.Parents = []string{sha(i, 5)} })
		}
		changes[i] = c
	}
	return g, input(changes)
}

func BenchmarkCompute(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		g, in := crowd(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				progress.Compute(g, in)
			}
		})
	}
}

func BenchmarkHistory(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		g, in := crowd(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				r := progress.Compute(g, in) // a result remembers its history
				b.StartTimer()
				r.History(progress.Scope{})
			}
		})
	}
}

// BenchmarkNext is what a poll costs that changed twenty changes in as many projects,
// and a minute in which nothing did.
func BenchmarkNext(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		g, in := crowd(n)
		polled := in
		polled.Members, polled.All = slices.Clone(in.Members), slices.Clone(in.All)
		for i := range 20 {
			at := (i*n/20 + i*100) % n
			c := *in.All[at]
			polled.All[at], polled.Members[at].Change = &c, &c
		}
		later := in
		later.Now = now.Add(time.Minute)
		r := progress.Compute(g, in)
		for name, next := range map[string]progress.Input{"poll": polled, "minute": later} {
			b.Run(fmt.Sprint(n, "/", name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r.Next(next)
				}
			})
		}
	}
}
