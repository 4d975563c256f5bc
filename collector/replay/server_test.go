package replay_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/door"
)

// TestAnswers holds the words of gerrit-observed.md §3.
func TestAnswers(t *testing.T) {
	s := newServer(t, replay.Config{})
	n := create(t, s, after(0), replay.NewChange{Number: 905304, Project: "group/name", ChangeID: "I1234567890abcdef1234567890abcdef12345678"})
	create(t, s, after(1), replay.NewChange{Number: 905305, Project: "group/name", ChangeID: "I1234567890abcdef1234567890abcdef12345678", Branch: "stable/1"})
	hidden := create(t, s, after(2), replay.NewChange{Number: 943325, Project: "group/name"})
	must(t, s.SetPrivate(after(3), hidden, alice, true))
	broken := create(t, s, after(4), replay.NewChange{Number: 943326, Project: "group/name"})
	s.Corrupt(broken, true)
	c := serve(t, s)

	terms := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, 900000+i)
		}
		return strings.TrimSuffix(b.String(), "+OR+")
	}
	const text = "text/plain;charset=utf-8"
	for _, tt := range []struct {
		name, target string
		status       int
		contentType  string
		body         string
	}{
		{"unknown operator", "/changes/?q=foo:bar", 400, text, "Unsupported operator foo:bar\n"},
		{"bracket", "/changes/?q=[foo", 400, text, "line 1:0 no viable alternative at character '['\n"},
		{"open quote", "/changes/?q=%22foo", 400, text, "line 1:4 mismatched character '<EOF>' expecting '\"'\n"},
		{"open parenthesis", "/changes/?q=(foo", 400, text, "line 1:4 mismatched input '<EOF>' expecting ')'\n"},
		{"bad change", "/changes/?q=change:abc", 400, text, "Invalid change format\n"},
		{"bad date", "/changes/?q=after:garbage", 400, text, "Invalid date format: garbage\n"},
		{"date with T", "/changes/?q=after:%222024-01-16T16:29:47Z%22", 400, text, "Invalid date format: 2024-01-16T16:29:47Z\n"},
		{"time without seconds", "/changes/?q=after:%222024-01-16+16:29%22", 400, text, "Invalid time format: 16:29\n"},
		{"bad is", "/changes/?q=is:foo", 400, text, "Unrecognized value: foo\n"},
		{"bad status", "/changes/?q=status:foo", 400, text, "Unrecognized value: foo\n"},
		{"only for those signed in", "/changes/?q=is:starred", 403, text, "Must be signed-in to use this operator\n"},
		{"bad revertof", "/changes/?q=revertof:x", 400, text, "'revertof' must be an integer\n"},
		{"no text", "/changes/?q=message:%22--%22", 400, text, "Cannot create full-text query with value: --\n"},
		{"without an operator", "/changes/?q=branch:^(stable|unmaintained)/.*", 400, text, "replay: \"stable|unmaintained\" without an operator is not known here\n"},
		{"mergeable", "/changes/?q=is:mergeable", 400, text, "'is:mergeable' operator is not supported on this gerrit host\n"},
		{"unknown project", "/changes/?q=project:nope", 200, "application/json; charset=UTF-8", ")]}'\n[]\n"},
		{"bad option", "/changes/?q=is:open&o=NO_SUCH", 400, text, "\"NO_SUCH\" is not a valid value for \"-o\"\n"},
		{"bad n", "/changes/?q=is:open&n=abc", 400, text, "\"abc\" is not a valid value for \"-n\"\n"},
		{"unknown parameter", "/changes/?q=is:open&foo=bar", 400, text, "\"--foo\" is not a valid option\n"},
		{"unknown short parameter", "/changes/?x=1", 400, text, "\"-x\" is not a valid option\n"},
		{"eleven queries", "/changes/?" + strings.Repeat("q=is:open&", 11), 400, text, "limit of 10 queries\n"},
		{"one of two invalid", "/changes/?q=is:open&q=foo:bar", 400, text, "Unsupported operator foo:bar\n"},
		{"empty", "/changes/?q=", 400, text, "query is empty\n"},
		{"blank", "/changes/?q=+", 400, text, "line 1:1 no viable alternative at input '<EOF>'\n"},
		{"negative start", "/changes/?q=is:open&S=-1", 400, text, "'start' parameter cannot be less than zero\n"},
		{"far start", "/changes/?q=is:open&S=10000", 200, "application/json; charset=UTF-8", ")]}'\n[]\n"},
		{"too many terms", "/changes/?q=" + strings.Repeat("p:a+", 1025), 400, text, "too many terms in query: 1025 terms (max = 1024)\n"},
		{"long but allowed", "/changes/?q=" + terms(800, "change:%d+OR+"), 200, "application/json; charset=UTF-8", ""},
		{"long line", "/changes/?q=" + terms(1000, "change:%d+OR+"), 414, "text/html;charset=iso-8859-1", "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"},
		{"long headers", "/changes/?q=" + strings.Repeat("a", 16330), 431, "text/html;charset=iso-8859-1", "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>"},
		{"private by project and number", "/changes/group%2Fname~943325", 404, text, "Not found: group/name~943325\n"},
		{"private by number", "/changes/943325", 404, text, "Not found: 943325\n"},
		{"never was", "/changes/1", 404, text, "Not found: 1\n"},
		{"never was, by Change-Id", "/changes/Iffffffffffffffffffffffffffffffffffffffff", 404, text, "Not found: Iffffffffffffffffffffffffffffffffffffffff\n"},
		{"wrong project", "/changes/nope%2Fnope~905304", 404, text, "Not found: nope/nope~905304\n"},
		{"raw slash", "/changes/group/name~905304", 404, text, "Not found: group\n"},
		{"Change-Id on two branches", "/changes/I1234567890abcdef1234567890abcdef12345678", 404, text, "Multiple changes found for I1234567890abcdef1234567890abcdef12345678\n"},
		{"corrupt", "/changes/943326", 500, text, "Internal server error\n"},
		{"unknown path", "/nothing", 404, "text/plain;charset=iso-8859-1", "Not Found"},
		{"signed in", "/a/changes/?q=is:open", 401, text, "Unauthorized"},
		{"version", "/config/server/version", 200, "application/json; charset=UTF-8", ")]}'\n\"3.10.2\"\n"},
		{"old meta", "/changes/905304?meta=0123", 412, text, "replay: meta revisions of the past are not known here\n"},
		{"fields", "/changes/?q=is:open&fields=owner", 400, text, "replay: parameter fields is not known here\n"},
		{"not known here", "/changes/?q=label:Verified", 400, text, "replay: operator label: is Gerrit's, but not known here\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := c.get(tt.target)
			if r.StatusCode != tt.status || r.Header.Get("Content-Type") != tt.contentType {
				t.Errorf("got %d %s, want %d %s", r.StatusCode, r.Header.Get("Content-Type"), tt.status, tt.contentType)
			}
			if tt.body != "" && r.body != tt.body {
				t.Errorf("got  %q\nwant %q", r.body, tt.body)
			}
		})
	}

	t.Run("writes", func(t *testing.T) {
		for _, method := range []string{"POST", "PUT", "OPTIONS", "DELETE"} {
			if r := c.do(method, "/changes/"+strconv.Itoa(n)); r.StatusCode != 403 || r.body != "Authentication required\n" {
				t.Errorf("%s: %d %q", method, r.StatusCode, r.body)
			}
		}
	})
	t.Run("deadline", func(t *testing.T) {
		if r := c.get("/changes/?q=is:open", "X-Gerrit-Deadline", "50"); r.StatusCode != 400 || r.body != "Invalid deadline. Missing time unit: 50\n" {
			t.Errorf("no unit: %d %q", r.StatusCode, r.body)
		}
		if r := c.get("/changes/?q=is:open", "X-Gerrit-Deadline", "1ms"); r.StatusCode != 408 {
			t.Errorf("1ms: %d", r.StatusCode)
		}
		if r := c.get("/changes/?q=is:open", "X-Gerrit-Deadline", "50s"); r.StatusCode != 200 {
			t.Errorf("50s: %d", r.StatusCode)
		}
	})
	t.Run("authenticate", func(t *testing.T) {
		if got := c.get("/a/changes/1").Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Basic") {
			t.Errorf("WWW-Authenticate %q", got)
		}
	})
}

// TestLogin: below /a/ a login sees all, as an account with every right; others see what
// is public, and nobody else comes in there.
func TestLogin(t *testing.T) {
	s := newServer(t, replay.Config{Login: door.Login{Username: "me", Password: "pa:ss"}, Hidden: []string{"inner"}})
	shown := create(t, s, after(0), replay.NewChange{Project: "outer", Topic: "a"})
	inner := create(t, s, after(1), replay.NewChange{Project: "inner", Topic: "a"})
	private := create(t, s, after(2), replay.NewChange{Project: "outer", Topic: "a"})
	must(t, s.SetPrivate(after(3), private, alice, true))
	c := serve(t, s)
	basic := func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	for _, tt := range []struct {
		name, prefix, authorization string
		status                      int
		want                        []int
	}{
		{"anybody", "", "", 200, []int{shown}},
		{"the login where none is asked for", "", basic("me", "pa:ss"), 200, []int{shown}},
		{"the login", "/a", basic("me", "pa:ss"), 200, []int{private, inner, shown}},
		{"without a login", "/a", "", 401, nil},
		{"another name", "/a", basic("you", "pa:ss"), 401, nil},
		{"a wrong password", "/a", basic("me", "pa:ss "), 401, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := c.get(tt.prefix+"/changes/?q=topic:a", "Authorization", tt.authorization)
			if r.StatusCode != tt.status {
				t.Fatalf("got %d", r.StatusCode)
			}
			if tt.status != 200 {
				return
			}
			var found []*replay.Change
			r.decode(t, &found)
			if diff := cmp.Diff(tt.want, numbers(found)); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
			for path, n := range map[string]int{"/changes/inner~": inner, "/changes/outer~": private} {
				want := 404
				if slices.Contains(tt.want, n) {
					want = 200
				}
				if r := c.get(tt.prefix+path+strconv.Itoa(n), "Authorization", tt.authorization); r.StatusCode != want {
					t.Errorf("%s%d: %d, want %d", path, n, r.StatusCode, want)
				}
			}
		})
	}
	if r := c.get("/a/changes/?q=is:private", "Authorization", basic("me", "pa:ss")); strings.Count(r.body, `"is_private":true`) != 1 {
		t.Errorf("is:private finds %s", r.body)
	}
}

func TestSeveralQueries(t *testing.T) {
	s := newServer(t, replay.Config{})
	a := create(t, s, after(0), replay.NewChange{Topic: "a"})
	b := create(t, s, after(1), replay.NewChange{Topic: "b"})
	c := serve(t, s)
	for _, n := range []int{2, 10} {
		var lists [][]*replay.Change
		c.get("/changes/?q=topic:a"+strings.Repeat("&q=topic:b", n-1)).decode(t, &lists)
		if len(lists) != n || lists[0][0].Number != a || lists[1][0].Number != b {
			t.Errorf("%d queries: %v", n, lists)
		}
	}
	var open []*replay.Change
	c.get("/changes/").decode(t, &open)
	if diff := cmp.Diff([]int{b, a}, numbers(open)); diff != "" {
		t.Errorf("no q (-want +got):\n%s", diff)
	}
}

// TestGzip: from 256 bytes on, whatever q is, never for errors.
func TestGzip(t *testing.T) {
	s := newServer(t, replay.Config{})
	create(t, s, after(0), replay.NewChange{})
	c := serve(t, s)
	for _, tt := range []struct {
		name, target, accept string
		want                 string
	}{
		{"asked", "/changes/?q=is:open", "gzip", "gzip"},
		{"refused by weight", "/changes/?q=is:open", "gzip;q=0", "gzip"},
		{"not asked", "/changes/?q=is:open", "", ""},
		{"small", "/changes/?q=is:closed", "gzip", ""},
		{"error", "/changes/?q=foo:" + strings.Repeat("x", 300), "gzip", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := c.get(tt.target, "Accept-Encoding", tt.accept)
			if got := r.Header.Get("Content-Encoding"); got != tt.want {
				t.Errorf("Content-Encoding %q, want %q", got, tt.want)
			}
			if tt.want == "gzip" && !strings.HasPrefix(r.body, ")]}'\n[{") {
				t.Errorf("body %.20q", r.body)
			}
		})
	}
}

func TestHeadAndETag(t *testing.T) {
	s := newServer(t, replay.Config{})
	n := create(t, s, after(0), replay.NewChange{})
	c := serve(t, s)
	target := "/changes/openstack%2Fnova~" + strconv.Itoa(n)
	get, head := c.get(target), c.do(http.MethodHead, target)
	if head.StatusCode != 200 || head.body != "" || head.ContentLength != get.ContentLength || head.ContentLength <= 0 {
		t.Errorf("HEAD: %d, length %d and %d", head.StatusCode, head.ContentLength, get.ContentLength)
	}
	tag := get.Header.Get("ETag")
	if len(tag) != 32 || strings.Contains(tag, `"`) {
		t.Errorf("ETag %q", tag)
	}
	if r := c.get(target, "If-None-Match", tag); r.StatusCode != http.StatusNotModified || r.body != "" {
		t.Errorf("If-None-Match: %d %q", r.StatusCode, r.body)
	}
	must(t, s.Comment(after(1), n, bob, "hm"))
	if r := c.get(target, "If-None-Match", tag); r.StatusCode != 200 {
		t.Errorf("after a comment: %d", r.StatusCode)
	}
	if c.get("/changes/?q=is:open").Header.Get("ETag") != "" {
		t.Error("a query has an ETag")
	}
}

// TestOptions: which fields each option brings, in a query and for one change.
func TestOptions(t *testing.T) {
	s := newServer(t, replay.Config{})
	open := create(t, s, after(0), replay.NewChange{WIP: true})
	must(t, s.Upload(after(1), open, alice, replay.Patch{}))
	must(t, s.Vote(after(2), open, bob, "Code-Review", -1))
	merged := create(t, s, after(3), replay.NewChange{Topic: "x"})
	must(t, s.Report(after(4), merged, replay.Build{Pipeline: "gate", Outcome: replay.Succeeded}))
	abandoned := create(t, s, after(5), replay.NewChange{})
	must(t, s.Vote(after(6), abandoned, bob, "Code-Review", 2))
	must(t, s.Abandon(after(7), abandoned, alice, ""))
	c := serve(t, s)

	base := []string{"_number", "branch", "change_id", "created", "current_revision_number", "deletions", "has_review_started", "hashtags",
		"id", "insertions", "meta_rev_id", "owner", "project", "status", "subject", "submit_records", "total_comment_count", "triplet_id",
		"unresolved_comment_count", "updated", "virtual_id_number"}
	for _, tt := range []struct {
		name   string
		number int
		params string
		more   []string
	}{
		{"open", open, "", []string{"submit_type", "work_in_progress"}},
		{"merged", merged, "", []string{"submission_id", "submitted", "submitter", "topic"}},
		{"abandoned", abandoned, "", nil},
		{"revisions", abandoned, "o=ALL_REVISIONS", []string{"current_revision", "revisions"}},
		{"lower case", abandoned, "o=current_revision", []string{"current_revision", "revisions"}},
		{"commit alone", abandoned, "o=CURRENT_COMMIT&o=DETAILED_ACCOUNTS", nil},
		{"submittable", open, "o=SUBMITTABLE", []string{"submit_type", "submittable", "work_in_progress"}},
		{"submittable, closed", merged, "o=SUBMITTABLE", []string{"submission_id", "submitted", "submitter", "topic"}},
		{"the rest", abandoned, "o=LABELS&o=MESSAGES&o=REVIEWER_UPDATES&o=SUBMIT_REQUIREMENTS", []string{"labels", "messages", "reviewer_updates", "submit_requirements"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []map[string]any
			c.get(fmt.Sprintf("/changes/?q=change:%d&%s", tt.number, tt.params)).decode(t, &got)
			names := []string{}
			for name, v := range got[0] {
				if v == nil {
					t.Errorf("%s is null", name)
				}
				names = append(names, name)
			}
			slices.Sort(names)
			want := slices.Sorted(slices.Values(append(slices.Clone(base), tt.more...)))
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}

	t.Run("labels of abandoned changes", func(t *testing.T) {
		if got := c.detail(abandoned).Labels; got == nil || len(got) != 0 {
			t.Errorf("in a query: %v, want an empty object", got)
		}
		var one replay.Change
		c.get(fmt.Sprintf("/changes/%d?o=LABELS", abandoned)).decode(t, &one)
		if one.Labels["Code-Review"].Approved.ID != bob {
			t.Errorf("of its own: %+v", one.Labels)
		}
		if got := c.detail(open).Labels["Code-Review"]; got.Disliked.ID != bob || got.Value != -1 {
			t.Errorf("open: %+v", got)
		}
	})
	t.Run("reviewer updates alone", func(t *testing.T) {
		if got := c.one(open, "REVIEWER_UPDATES").ReviewerUpdates; got == nil || len(got) != 0 {
			t.Errorf("alone: %v", got)
		}
		if got := c.one(open, "REVIEWER_UPDATES", "MESSAGES").ReviewerUpdates; len(got) != 1 || got[0].Reviewer.ID != bob {
			t.Errorf("with messages: %v", got)
		}
	})
	t.Run("commits", func(t *testing.T) {
		got := c.detail(open)
		for sha, r := range got.Revisions {
			if (r.Commit != nil) != (sha == got.CurrentRevision) {
				t.Errorf("patch set %d has a commit: %t", r.Number, r.Commit != nil)
			}
		}
		if len(got.Revisions) != 2 || len(c.one(open, "CURRENT_REVISION").Revisions) != 1 {
			t.Error("number of revisions")
		}
	})
	t.Run("accounts", func(t *testing.T) {
		if diff := cmp.Diff(replay.Account{ID: alice}, c.one(open).Owner); diff != "" {
			t.Errorf("bare (-want +got):\n%s", diff)
		}
		want := replay.Account{ID: alice, Name: "Alice Amber", Username: "alice", Email: "account-1001@example.org"}
		if diff := cmp.Diff(want, c.one(open, "DETAILED_ACCOUNTS").Owner); diff != "" {
			t.Errorf("detailed (-want +got):\n%s", diff)
		}
	})
	t.Run("times", func(t *testing.T) {
		if body := c.get("/changes/?q=change:" + strconv.Itoa(merged)).body; !strings.Contains(body, `"submitted":"2026-01-10 08:04:00.000000000"`) {
			t.Error(body)
		}
	})
	t.Run("id", func(t *testing.T) {
		got := c.one(open)
		if got.ID != fmt.Sprintf("openstack%%2Fnova~%d", open) || got.TripletID != "openstack%2Fnova~master~"+got.ChangeID {
			t.Errorf("%s %s", got.ID, got.TripletID)
		}
	})
}

func TestPretty(t *testing.T) {
	s := newServer(t, replay.Config{})
	create(t, s, after(0), replay.NewChange{})
	c := serve(t, s)
	if got := c.get("/changes/?q=is:open&pp=1").body; !strings.Contains(got, "\n    \"branch\": \"master\"") {
		t.Errorf("pp=1: %s", got)
	}
}

// TestMounted: under a path of its own, links of the pages hold.
func TestMounted(t *testing.T) {
	s := newServer(t, replay.Config{})
	n := create(t, s, after(0), replay.NewChange{Subject: `Drop "greenlets" <script>alert(1)</script>`, Topic: "threads-stable/1"})
	mux := http.NewServeMux()
	mux.Handle("/gerrit/", http.StripPrefix("/gerrit", s))
	c := serve(t, mux)

	page := c.get("/gerrit/q/" + url.PathEscape(`project:"openstack/nova"`) + "+status:open")
	if page.StatusCode != 200 || !strings.Contains(page.body, "<h1>1 changes</h1>") {
		t.Errorf("search: %d %s", page.StatusCode, page.body)
	}
	if page := c.get("/gerrit/q/topic:c%252B%252B%2525+x"); !strings.Contains(page.body, "topic:c&#43;&#43;% x") {
		t.Errorf("search escaped twice: %d %s", page.StatusCode, page.body)
	}
	link := fmt.Sprintf("/gerrit/c/openstack/nova/+/%d", n)
	if !strings.Contains(page.body, link) {
		t.Errorf("no link %s in %s", link, page.body)
	}
	for _, path := range []string{"openstack/nova", "openstack%2Fnova"} {
		got := c.get(fmt.Sprintf("/gerrit/c/%s/+/%d", path, n))
		if got.StatusCode != 200 || !strings.Contains(got.body, "&lt;script&gt;") || strings.Contains(got.body, "<script>") {
			t.Errorf("change at %s: %d %s", path, got.StatusCode, got.body)
		}
	}
	if got := c.get(fmt.Sprintf("/gerrit/%d", n)); got.StatusCode != 302 || got.Header.Get("Location") != fmt.Sprintf("/gerrit/c/openstack/nova/+/%d", n) {
		t.Errorf("number: %d %s", got.StatusCode, got.Header.Get("Location"))
	}
	if got := c.get("/gerrit/c/openstack/nova/+/77"); got.StatusCode != 404 {
		t.Errorf("no such change: %d", got.StatusCode)
	}
	if got := c.get("/gerrit/q/foo:bar"); got.StatusCode != 400 || !strings.Contains(got.body, "Unsupported operator") {
		t.Errorf("bad search: %d %s", got.StatusCode, got.body)
	}
	var one replay.Change
	c.get(fmt.Sprintf("/gerrit/changes/openstack%%2Fnova~%d", n)).decode(t, &one)
	if one.Number != n {
		t.Errorf("REST under a path: %+v", one)
	}
}

// TestRelinked: a Depends-On on the recorded Gerrit is served as one on this.
func TestRelinked(t *testing.T) {
	s := newServer(t, replay.Config{})
	const recorded = "Depends-On: https://review.example.org/c/openstack/nova/+/7\nDepends-On: https://elsewhere.example.org/8"
	n := create(t, s, after(0), replay.NewChange{Body: recorded})
	mux := http.NewServeMux()
	mux.Handle("/gerrit/", http.StripPrefix("/gerrit", s))
	c := serve(t, mux)
	var got []*replay.Change
	c.get(fmt.Sprintf("/gerrit/changes/?q=change:%d&o=CURRENT_REVISION&o=CURRENT_COMMIT", n)).decode(t, &got)
	want := "Depends-On: " + c.base + "/gerrit/c/openstack/nova/+/7\nDepends-On: https://elsewhere.example.org/8\n"
	if message := commit(got[0]).Message; !strings.Contains(message, want) {
		t.Errorf("message %q, want in it %q", message, want)
	}
	if kept, _ := s.Change(n); !strings.Contains(commit(kept).Message, recorded) {
		t.Errorf("the Server forgot the message: %q", commit(kept).Message)
	}
}

func TestLog(t *testing.T) {
	s := newServer(t, replay.Config{})
	create(t, s, after(0), replay.NewChange{})
	c := serve(t, s)
	list := c.get("/changes/?q=is:open&q=is:closed")
	c.get("/changes/?q=is:open&o=MESSAGES&o=LABELS", "Accept-Encoding", "gzip")
	c.get("/config/server/version")
	c.get("/changes/77")

	got := s.Requests()
	if len(got) != 4 {
		t.Fatalf("%d requests", len(got))
	}
	want := replay.Request{Method: "GET", Target: "/changes/?q=is:open&q=is:closed", Kind: replay.KindListing, Queries: []string{"is:open", "is:closed"},
		Status: 200, Changes: 1, Bytes: len(list.body), Raw: len(list.body)}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	if r := got[1]; r.Kind != replay.KindDetails || !slices.Equal(r.Options, []string{"LABELS", "MESSAGES"}) || r.Bytes >= r.Raw {
		t.Errorf("second: %+v", r)
	}
	totals := s.Totals()
	if totals.Requests != 4 || totals.Changes != 2 || totals.Kinds[replay.KindVersion] != 1 || totals.Statuses[404] != 1 {
		t.Errorf("totals %+v", totals)
	}
	s.ResetLog()
	if s.Totals().Requests != 0 || len(s.Requests()) != 0 {
		t.Error("ResetLog left something")
	}
}

// TestReadersAndWriters: readers see whole steps while others write.
func TestReadersAndWriters(t *testing.T) {
	s := newServer(t, replay.Config{})
	n := create(t, s, after(0), replay.NewChange{})
	c := serve(t, s)
	done := make(chan error, 1)
	go func() {
		defer close(done)
		for i := range 300 {
			if err := s.Upload(after(i), n, alice, replay.Patch{}); err != nil {
				done <- err
				return
			}
		}
	}()
	for range 60 {
		got := c.detail(n)
		if len(got.Revisions) != got.PatchSet || len(got.Messages) != got.PatchSet || got.Revisions[got.CurrentRevision].Number != got.PatchSet {
			t.Fatalf("patch set %d with %d revisions and %d messages", got.PatchSet, len(got.Revisions), len(got.Messages))
		}
	}
	must(t, <-done)
}
