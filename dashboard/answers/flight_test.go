package answers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/dashboard/answers"
)

// held is a maker whose answers wait until they are released, except of "/free".
func held() (*maker, chan struct{}) {
	release := make(chan struct{})
	return &maker{handler: func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/free" {
			<-release
		}
		page(w, r)
	}}, release
}

// ask asks at the same time as others do, and hands the status over.
func ask(ctx context.Context, c http.Handler, address string) <-chan *http.Response {
	got := make(chan *http.Response, 1)
	go func() { got <- do(ctx, c, http.MethodGet, address) }()
	return got
}

func TestConcurrentMissesAreMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := held()
		c := m.cache()
		var all []<-chan *http.Response
		for range 500 {
			all = append(all, ask(t.Context(), c, "/a"))
		}
		synctest.Wait()
		close(release)
		for _, got := range all {
			if resp := <-got; resp.StatusCode != http.StatusOK {
				t.Fatal(resp.Status)
			}
		}
		if got := m.count("/a"); got != 1 {
			t.Errorf("made %d times, want once", got)
		}
		for i := range 2000 { // so many readers are no flood
			get(c, fmt.Sprintf("/a?on=%d", i))
		}
		get(c, "/a")
		if got := m.count("/a"); got != 1 {
			t.Errorf("pushed out, made %d times", got)
		}
	})
}

func TestAReaderWhoGoesLeavesTheAnswerToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := held()
		c := m.cache()
		ctx, cancel := context.WithCancel(t.Context())
		first := ask(ctx, c, "/a")
		synctest.Wait()
		second := ask(t.Context(), c, "/a")
		synctest.Wait()
		cancel()
		<-first // it does not wait for the answer
		close(release)
		if resp := <-second; resp.StatusCode != http.StatusOK || len(body(t, resp)) < 1000 {
			t.Errorf("the other reader: %s", resp.Status)
		}
		if got := m.count("/a"); got != 1 {
			t.Errorf("made %d times, want once", got)
		}
	})
}

// A poll ends while an answer is made: who comes after it does not get that one.
func TestAnAnswerOfAnOldVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		m := &maker{}
		m.handler = func(w http.ResponseWriter, _ *http.Request) {
			made := m.now()
			<-release
			fmt.Fprint(w, made.Revision)
		}
		c := m.cache()
		before := ask(t.Context(), c, "/a")
		beforeOnly := ask(t.Context(), c, "/b")
		synctest.Wait()
		m.move(answers.Version{Revision: 1})
		after := ask(t.Context(), c, "/a")
		synctest.Wait()
		close(release)
		if first, second := body(t, <-before), body(t, <-after); first != "0" || second != "1" {
			t.Errorf("revisions %s and then %s, want 0 and 1", first, second)
		}
		<-beforeOnly
		synctest.Wait()
		if got := body(t, get(c, "/b")); got != "1" {
			t.Errorf("revision %s is kept, want 1", got)
		}
	})
}

func TestTooMuchWorkIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := held()
		c := m.cache()
		get(c, "/free")
		get(c, "/free")
		room := answers.AtOnce() + answers.MaxWaiting
		var all []<-chan *http.Response
		for i := range room {
			all = append(all, ask(t.Context(), c, fmt.Sprintf("/%d", i)))
		}
		synctest.Wait()
		started := time.Now()
		resp := get(c, "/another")
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("beyond the limit: %s, %v", resp.Status, resp.Header)
		}
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || s < 1 {
			t.Errorf("Retry-After %q", resp.Header.Get("Retry-After"))
		}
		m.move(answers.Version{Revision: 1})
		if resp := get(c, "/free"); resp.StatusCode != http.StatusOK || time.Since(started) != 0 {
			t.Errorf("what was asked for before: %s after %s", resp.Status, time.Since(started))
		}
		<-time.After(answers.Patience)
		synctest.Wait()
		refused := 0
		for _, got := range all {
			select {
			case resp := <-got:
				if resp.StatusCode != http.StatusServiceUnavailable {
					t.Errorf("an answer that nobody made: %s", resp.Status)
				}
				refused++
			default:
			}
		}
		if refused != answers.MaxWaiting {
			t.Errorf("%d were refused after a while, want the %d that had no turn", refused, answers.MaxWaiting)
		}
		close(release)
		synctest.Wait()
		if resp := get(c, "/another"); resp.StatusCode != http.StatusOK {
			t.Errorf("after the flood: %s", resp.Status)
		}
	})
}

// slow is a reader that takes nothing until it is released.
type slow struct {
	*httptest.ResponseRecorder
	release chan struct{}
}

func (w slow) Write(p []byte) (int, error) { <-w.release; return w.ResponseRecorder.Write(p) }

func TestSlowReadersHoldLimitedBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 1_500_000
		m := &maker{handler: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/small" {
				w.Write(make([]byte, 1000))
				return
			}
			w.Write(make([]byte, size))
		}}
		c := m.cache()
		release := make(chan struct{})
		var all []slow
		for i := range 40 {
			w := slow{httptest.NewRecorder(), release}
			all = append(all, w)
			go c.ServeHTTP(w, httptest.NewRequest(http.MethodGet, fmt.Sprintf("/%d", i), nil))
			synctest.Wait()
			if lent := c.Lent(); lent > answers.MaxLent {
				t.Fatalf("%d bytes are lent", lent)
			}
		}
		if resp := get(c, "/small"); resp.StatusCode != http.StatusOK {
			t.Errorf("a small answer: %s", resp.Status)
		}
		close(release)
		synctest.Wait()
		refused := 0
		for _, w := range all {
			if w.Code == http.StatusServiceUnavailable {
				refused++
			} else if w.Code != http.StatusOK || w.Body.Len() != size {
				t.Errorf("%d with %d bytes", w.Code, w.Body.Len())
			}
		}
		if want := 40 - answers.MaxLent/size; refused < want || refused > want+2 {
			t.Errorf("%d were refused, want %d", refused, want)
		}
		if lent := c.Lent(); lent != 0 {
			t.Errorf("%d bytes are still lent", lent)
		}
	})
}

func TestManyReadersOfOneAnswerShareItsBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &maker{handler: func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 200_000)) }}
		c := m.cache()
		release := make(chan struct{})
		for range 1000 {
			go c.ServeHTTP(slow{httptest.NewRecorder(), release}, httptest.NewRequest(http.MethodGet, "/a", nil))
		}
		synctest.Wait()
		if lent := c.Lent(); lent < 200_000 || lent > 250_000 {
			t.Errorf("%d bytes are lent, want those of one answer", lent)
		}
		close(release)
		synctest.Wait()
		if lent := c.Lent(); lent != 0 {
			t.Errorf("%d bytes are still lent", lent)
		}
	})
}

func TestWhatReadersComeBackToIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &maker{}
		c := m.cache()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- c.Run(ctx) }()
		pass := func(d time.Duration) { <-time.After(d); synctest.Wait() }

		get(c, "/once")
		for i := range 2 * answers.MaxRegulars {
			get(c, fmt.Sprintf("/regular?n=%d", i))
			get(c, fmt.Sprintf("/regular?n=%d", i))
		}
		for range 3 {
			m.move(answers.Version{Minute: 1})
			pass(answers.LookInterval + answers.Breath)
		}
		last, oldest := fmt.Sprintf("/regular?n=%d", 2*answers.MaxRegulars-1), "/regular?n=0"
		for address, want := range map[string]int{"/once": 1, last: 4, oldest: 1} {
			if got := m.count(address); got != want {
				t.Errorf("%s was made %d times, want %d", address, got, want)
			}
		}
		if n, _, _ := c.Kept(); n != answers.MaxRegulars {
			t.Errorf("%d answers are kept, want %d", n, answers.MaxRegulars)
		}
		get(c, last)
		if got := m.count(last); got != 4 {
			t.Errorf("a reader had to wait: made %d times", got)
		}
		pass(answers.Recent + time.Second)
		m.move(answers.Version{Minute: 1})
		pass(answers.LookInterval + answers.Breath)
		if got := m.count(last); got != 4 {
			t.Errorf("made again for nobody: %d times", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
}

// While the answers of a new version are made, nobody waits for them.
func TestReadersGetTheOldAnswerMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, release := &maker{}, make(chan struct{})
		m.handler = func(w http.ResponseWriter, r *http.Request) {
			made := m.now()
			if made.Revision == 1 {
				<-release
			}
			fmt.Fprint(w, made.Revision)
		}
		c := m.cache()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- c.Run(ctx) }()
		synctest.Wait()
		for range 2 {
			get(c, "/again")
		}
		get(c, "/once")
		m.move(answers.Version{Revision: 1})
		start := time.Now()
		if got := body(t, get(c, "/again")); got != "0" || time.Since(start) != 0 {
			t.Errorf("revision %s after %s, want the old one at once", got, time.Since(start))
		}
		insisting := make(chan *http.Response, 1)
		go func() { insisting <- do(t.Context(), c, http.MethodGet, "/again", "Cache-Control", "max-age=0") }()
		once := ask(t.Context(), c, "/once") // nobody makes it again: it is asked for, and waits
		synctest.Wait()
		if got := body(t, get(c, "/again")); got != "0" {
			t.Errorf("revision %s while the new one is being made", got)
		}
		<-time.After(answers.Bridge)
		late := ask(t.Context(), c, "/again")
		synctest.Wait()
		if len(late) > 0 || len(once) > 0 || len(insisting) > 0 {
			t.Error("an old answer was given for too long, or to one who wanted none")
		}
		close(release)
		for _, got := range []<-chan *http.Response{once, late, insisting} {
			if got := body(t, <-got); got != "1" {
				t.Errorf("revision %s, want the new one", got)
			}
		}
		if got := m.count("/again"); got != 2 {
			t.Errorf("made %d times, want once for each version", got)
		}
		if got := body(t, get(c, "/again")); got != "1" {
			t.Errorf("revision %s at last, want 1", got)
		}
		cancel()
		<-ended
		m.move(answers.Version{Revision: 1})
		if got := body(t, get(c, "/again")); got != "2" {
			t.Errorf("revision %s without Run, want 2 at once", got)
		}
	})
}

// A reader's request wakes Run, which takes no processor at first, then half of one, or all
// if the bridge might be too short.
func TestRunLeavesReadersTime(t *testing.T) {
	for _, took := range []time.Duration{10 * time.Millisecond, 3 * answers.MaxPause, answers.Bridge / 5} {
		synctest.Test(t, func(t *testing.T) {
			const many = 5
			var last time.Time
			m := &maker{handler: func(w http.ResponseWriter, r *http.Request) {
				<-time.After(took)
				last = time.Now()
				page(w, r)
			}}
			c := m.cache()
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- c.Run(ctx) }()
			for i := range 2 * many {
				get(c, fmt.Sprint("/", i%many))
			}
			m.move(answers.Version{Revision: 1})
			start := time.Now()
			get(c, "/0")
			<-time.After(2 * answers.Bridge)
			synctest.Wait()
			want := answers.Breath
			for left := many; left > 0; left-- {
				if pause := min(took, answers.MaxPause); left < many && answers.Bridge-want >= time.Duration(left)*took+pause {
					want += pause
				}
				want += took
			}
			if got := last.Sub(start); got != want || m.count("/0") != 2 {
				t.Errorf("%d answers of %s were made again within %s, want %s", many, took, got, want)
			}
			cancel()
			<-ended
		})
	}
}

// A version each second is usual while all changes are read for the first time. However
// much is to be made, nobody gets what has been out of date for long.
func TestNoAnswerIsOldForLong(t *testing.T) {
	for _, every := range []time.Duration{50 * time.Millisecond, time.Second} {
		for _, took := range []time.Duration{10 * time.Millisecond, 40 * time.Millisecond} {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				m := &maker{}
				m.handler = func(w http.ResponseWriter, _ *http.Request) {
					<-time.After(took)
					fmt.Fprint(w, m.now().Revision)
				}
				c := m.cache()
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error)
				go func() { ended <- c.Run(ctx) }()
				for range 2 {
					for i := range answers.MaxRegulars {
						get(c, fmt.Sprint("/", i))
					}
				}
				moved := []time.Time{start}
				for time.Since(start) < 20*time.Second && !t.Failed() {
					<-time.After(every)
					m.move(answers.Version{Revision: 1})
					moved = append(moved, time.Now())
					for i := range answers.MaxRegulars / 16 {
						asked := time.Now()
						revision, err := strconv.Atoi(body(t, get(c, fmt.Sprint("/", i*16))))
						if err != nil {
							t.Fatal(err)
						}
						if revision+1 < len(moved) && asked.Sub(moved[revision+1]) >= answers.Bridge {
							t.Errorf("a version each %s, %s an answer: revision %d has been out of date for %s", every, took, revision, asked.Sub(moved[revision+1]))
						}
						if wait := time.Since(asked); wait > 3*took {
							t.Errorf("a version each %s, %s an answer: a reader waited %s", every, took, wait)
						}
					}
				}
				cancel()
				<-ended
				<-time.After(took) // the last flight
			})
		}
	}
}
