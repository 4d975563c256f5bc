package answers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/eventlet-removal/headway/dashboard/answers"
)

// sized answers with as many bytes as the address says.
func sized(w http.ResponseWriter, r *http.Request) {
	var n int
	fmt.Sscan(r.URL.Query().Get("size"), &n)
	w.Write([]byte(strings.Repeat("é☃x", n/6)))
}

func TestKeptBytesStayWithinTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bound := rapid.Int64Range(0, 1<<18).Draw(t, "bound")
		now := time.Unix(1e9, 0)
		m := &maker{handler: sized}
		c := answers.New(answers.Config{Maker: m, Version: m.now, Bytes: bound, Now: func() time.Time { return now }})
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0:
				m.move(answers.Version{Revision: 1})
			case 1:
				now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "seconds")) * time.Second)
			default:
				size := rapid.SampledFrom([]int{10, 2000, 10_000, 30_000, 60_000}).Draw(t, "size")
				get(c, fmt.Sprintf("/%d?size=%d", rapid.IntRange(0, 40).Draw(t, "address"), size))
			}
			if _, bytes, same := c.Kept(); bytes > bound || !same {
				t.Fatalf("%d bytes are kept of at most %d, counted right: %t", bytes, bound, same)
			}
		}
	})
}

// A crawler can't push out what readers come back to, not even one that asks for
// everything twice, as long as a reader comes now and then.
func TestAFloodLeavesWhatIsAskedForAgain(t *testing.T) {
	for _, times := range []int{1, 2} {
		m := &maker{}
		c := m.cache()
		get(c, "/front/")
		get(c, "/front/")
		for i := range 5000 {
			for range times {
				get(c, fmt.Sprintf("/front/?on=%d", i))
			}
			if times > 1 && i%100 == 0 {
				get(c, "/front/")
			}
		}
		get(c, "/front/")
		if got := m.count("/front/"); got != 1 {
			t.Errorf("asked %d times each: the front page was made %d times, want once", times, got)
		}
		if n, bytes, same := c.Kept(); n < 100 || bytes > 1<<20 || !same {
			t.Errorf("%d answers of %d bytes are kept, counted right: %t", n, bytes, same)
		}
		get(c, "/front/?on=0")
		if got := m.count("/front/?on=0"); got != 2 {
			t.Errorf("the first of the flood was made %d times, want twice", got)
		}
	}
}
