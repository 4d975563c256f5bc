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
			pass(answers.LookInterval)
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
		pass(answers.LookInterval)
		if got := m.count(last); got != 4 {
			t.Errorf("made again for nobody: %d times", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
}
