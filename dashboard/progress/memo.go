package progress

import (
	"sync"
	"time"
)

// rememberedDays is how many past days a result remembers: each is as large as the
// result itself, and a crawler may ask for all there are.
const rememberedDays = 8

// memo is what a result has answered of the past: page, chart, badge and API ask for
// the same. Who asks for what is being computed waits for it.
type memo struct {
	mu        sync.Mutex
	histories map[Scope][]Day
	days      map[time.Time]*Result
}

func newMemo() *memo { return &memo{histories: map[Scope][]Day{}, days: map[time.Time]*Result{}} }

func (m *memo) history(s Scope, compute func() []Day) []Day {
	m.mu.Lock()
	defer m.mu.Unlock()
	days, ok := m.histories[s]
	if !ok {
		days = compute()
		m.histories[s] = days
	}
	return days
}

func (m *memo) on(day time.Time, compute func() *Result) *Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	past, ok := m.days[day]
	if !ok {
		if len(m.days) == rememberedDays {
			clear(m.days)
		}
		past = compute()
		m.days[day] = past
	}
	return past
}
