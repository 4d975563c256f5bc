package query_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store/query"
)

const gerrit = "https://review.example.org"

// Every form of a change's address that Gerrit's router or Zuul's Gerrit driver
// reads, and some that neither does.
func TestReadChange(t *testing.T) {
	change := func(n, patchSet int, project string) query.Change {
		return query.Change{Project: project, Number: n, PatchSet: patchSet}
	}
	nova := change(123, 0, "openstack/nova")
	const old = "https://review.example.org/r/"
	for _, tt := range []struct {
		name, address, base string
		want                query.Change // of number 0: none
	}{
		{"project", gerrit + "/c/openstack/nova/+/123", gerrit, nova},
		{"slash at the end", gerrit + "/c/openstack/nova/+/123/", gerrit, nova},
		{"patch set", gerrit + "/c/openstack/nova/+/123/4", gerrit, change(123, 4, "openstack/nova")},
		{"range", gerrit + "/c/openstack/nova/+/123/2..4", gerrit, change(123, 2, "openstack/nova")},
		{"file", gerrit + "/c/openstack/nova/+/123/4/nova/compute/manager.py", gerrit, change(123, 4, "openstack/nova")},
		{"line of a file", gerrit + "/c/openstack/nova/+/123/4/nova/api.py#12", gerrit, change(123, 4, "openstack/nova")},
		{"comment", gerrit + "/c/openstack/nova/+/123/comment/ab12_3/", gerrit, nova},
		{"message", gerrit + "/c/openstack/nova/+/123#message-ab12", gerrit, nova},
		{"edit", gerrit + "/c/openstack/nova/+/123,edit", gerrit, nova},
		{"parameters", gerrit + "/c/openstack/nova/+/123?tab=comments", gerrit, nova},
		{"words", gerrit + "/c/openstack/nova/+/123 (the first)", gerrit, nova},
		{"comma", gerrit + "/c/openstack/nova/+/123, and more", gerrit, nova},
		{"full stop", gerrit + "/c/openstack/nova/+/123.", gerrit, nova},
		{"letters", gerrit + "/123abc", gerrit, change(123, 0, "")},
		{"carriage return", gerrit + "/c/openstack/nova/+/123\r", gerrit, nova},
		{"no-break space", gerrit + "/c/openstack/nova/+/123\u00a0x", gerrit, nova},
		{"control character", gerrit + "/c/openstack/nova/+/123\x7f", gerrit, nova},
		{"no escape", gerrit + "/c/openstack/nova/+/123 100%", gerrit, nova},
		{"spaces around", " " + gerrit + "/c/openstack/nova/+/123 ", gerrit, nova},
		{"escaped slash", gerrit + "/c/openstack%2Fnova/+/123", gerrit, nova},
		{"plus in a project", gerrit + "/c/c%252B%252B20/+/123", gerrit, change(123, 0, "c++20")},
		{"plus escaped once", gerrit + "/c/c%2B/+/123", gerrit, change(123, 0, "c ")}, // as Gerrit reads it
		{"escaped plus", gerrit + "/c/openstack/nova/%2B/123", gerrit, nova},
		{"plus escaped as a space", gerrit + "/c/openstack/nova/%20/123", gerrit, nova},
		{"a plus in the path of a file", gerrit + "/c/a/+/1/2/x/+/3", gerrit, change(3, 0, "a/ /1/2/x")}, // by both; they take the last one
		{"old page", gerrit + "/#/c/123/", gerrit, change(123, 0, "")},
		{"old page, file", gerrit + "/#/c/123/4/nova/x.py", gerrit, change(123, 4, "")},
		{"old page without a slash", gerrit + "#/c/123", gerrit, change(123, 0, "")},
		{"old page with a project", gerrit + "/#/c/openstack/nova/+/123/", gerrit, nova},
		{"old page with parameters", gerrit + "/?polygerrit=0#/c/123", gerrit, change(123, 0, "")},
		{"number", gerrit + "/123", gerrit, change(123, 0, "")},
		{"number, patch set", gerrit + "/123/2", gerrit, change(123, 2, "")},
		{"number with a c", gerrit + "/c/123/2/x.py", gerrit, change(123, 2, "")},
		{"http", "http://review.example.org/123", gerrit, change(123, 0, "")},
		{"https, where the base is http", gerrit + "/123", "http://review.example.org/", change(123, 0, "")},
		{"no scheme", "//review.example.org/123", gerrit, change(123, 0, "")},
		{"capitals", "HTTPS://Review.Example.org:443/123", gerrit, change(123, 0, "")},
		{"user", "https://bob@review.example.org/123", gerrit, change(123, 0, "")},
		{"full stop of the root zone", "https://review.example.org./123", gerrit, change(123, 0, "")},
		{"below a path", old + "c/openstack/nova/+/123/2", old, change(123, 2, "openstack/nova")},
		{"below a path, number", old + "123", "https://review.example.org/r", change(123, 0, "")},
		{"below a path, old page", old + "#/c/123", old, change(123, 0, "")},
		{"below /gerrit", "http://review.example.org/gerrit/c/a/+/123", "http://review.example.org/gerrit", change(123, 0, "a")},
		{"largest number", gerrit + "/2147483647", gerrit, change(1<<31-1, 0, "")},
		{"patch set too large", gerrit + "/123/99999999999", gerrit, change(123, 0, "")},

		{"beside the path", gerrit + "/123", old, query.Change{}},
		{"path that begins alike", gerrit + "/rest/123", old, query.Change{}},
		{"other host", "https://review.example.com/123", gerrit, query.Change{}},
		{"host that begins alike", gerrit + ".example.com/123", gerrit, query.Change{}},
		{"other port", "https://review.example.org:8443/123", gerrit, query.Change{}},
		{"other scheme", "ftp://review.example.org/123", gerrit, query.Change{}},
		{"relative", "/c/openstack/nova/+/123", gerrit, query.Change{}},
		{"no host", "https:///123", "https:///", query.Change{}},
		{"Change-Id", "I8473b95934b5732ac55d26311a706c9c2bde9940", gerrit, query.Change{}},
		{"bare number", "123", gerrit, query.Change{}},
		{"search", gerrit + "/q/123", gerrit, query.Change{}},
		{"REST", gerrit + "/changes/openstack%2Fnova~123", gerrit, query.Change{}},
		{"commit", gerrit + "/plugins/gitiles/openstack/nova/+/1234567", gerrit, query.Change{}},
		{"project without a number", gerrit + "/c/openstack/nova", gerrit, query.Change{}},
		{"zero", gerrit + "/0", gerrit, query.Change{}},
		{"negative", gerrit + "/c/a/+/-2", gerrit, query.Change{}},
		{"too large", gerrit + "/2147483648", gerrit, query.Change{}},
		{"home page", gerrit, gerrit, query.Change{}},
		{"another fragment", gerrit + "/#123", gerrit, query.Change{}},
		{"nothing", "", "", query.Change{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, ok := query.ChangeNumber(tt.address, tt.base)
			if n != tt.want.Number || ok != (n > 0) {
				t.Errorf("number %d, %t; want %d", n, ok, tt.want.Number)
			}
			path, _ := query.Below(strings.TrimSpace(tt.address), tt.base)
			got, _ := query.ReadChange(path)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("change (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadSearch(t *testing.T) {
	for _, tt := range []struct{ name, path, want string }{
		{"word", "q/topic:a", "topic:a"},
		{"plus and percent", "q/topic:%22a%22+project:openstack/nova", `topic:"a" project:openstack/nova`},
		{"slash escaped twice", "q/project:openstack%252Fnova", "project:openstack/nova"},
		{"plus and percent escaped twice", "q/message:c%252B%252B+100%2525", "message:c++ 100%"},
		{"plus escaped once", "q/message:c%2B%2B", "message:c  "}, // as Gerrit reads it
		{"comma and number", "q/topic:a%252C25", "topic:a,25"},
		{"no escape", "q/100%", "100%"},
		{"parameters", "q/topic:a?polygerrit=1", "topic:a"},
		{"second page", "q/topic:a,25", "topic:a"},
		{"second page in old Gerrit", "#/q/topic:%22a%22,n,z", `topic:"a"`},
		{"a comma", "q/topic:a,b", "topic:a,b"},
		{"old page", "#/q/topic:a+b", "topic:a b"},
		{"REST", "changes/?q=topic:c%2B%2B+is:open&n=1", "topic:c++ is:open"},
		{"REST without a query", "changes/?n=1", ""},
		{"no query", "q/", ""},
		{"change", "c/a/+/1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := query.ReadSearch(tt.path)
			if got != tt.want || ok != (got != "") {
				t.Errorf("got %q, %t; want %q", got, ok, tt.want)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for _, tt := range []struct{ name, got, want string }{
		{"change", query.ChangePage(gerrit, "openstack/nova", 123), gerrit + "/c/openstack/nova/+/123"},
		{"change below a path", query.ChangePage(gerrit+"/r/", "a", 1), gerrit + "/r/c/a/+/1"},
		{"change of an odd project", query.ChangePage(gerrit, "a b/c?d#e", 1), gerrit + "/c/a%20b/c%3Fd%23e/+/1"},
		{"change of a project that a path would lose", query.ChangePage(gerrit, "a/../b", 1), gerrit + "/c/a/%252E%252E/b/+/1"},
		{"change of a project with plus and percent", query.ChangePage(gerrit, "c++20/100%", 1), gerrit + "/c/c%252B%252B20/100%2525/+/1"},
		{"change of a project with an empty part", query.ChangePage(gerrit, "a//b", 1), gerrit + "/c/a%2F%2Fb/+/1"},
		{"change in REST", query.ChangeREST("a/b c+d%", 1), "changes/a%2Fb%20c+d%25~1"},
		{"search", query.SearchPage(gerrit+"/", `project:"openstack/nova" is:open`), gerrit + "/q/project:%22openstack/nova%22+is:open"},
		{"search for plus, percent and comma", query.SearchPage(gerrit, `topic:"c++20, 5%"`), gerrit + "/q/topic:%22c%252B%252B20%252C+5%2525%22"},
		{"search that a browser would clean", query.SearchPage(gerrit, "file:a/../b"), gerrit + "/q/file:a/%252E%252E/b"},
		{"empty search", query.SearchPage(gerrit, ""), ""},
		{"longest search", query.SearchPage(gerrit, strings.Repeat("x", query.MaxLink)), gerrit + "/q/" + strings.Repeat("x", query.MaxLink)},
		{"search too long", query.SearchPage(gerrit, strings.Repeat("x", query.MaxLink+1)), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %s, want %s", tt.got, tt.want)
			}
		})
	}
}

// routes are those of Gerrit's web pages: searches as up to 3.8 and since, and changes.
var routes = []*regexp.Regexp{
	regexp.MustCompile(`^/q/([^,]+)(?:,\d+)?$`),
	regexp.MustCompile(`^/q/(.+?)(?:,\d+)?$`),
	regexp.MustCompile(`^/c/(.+)/\+/(\d+)/?$`),
}

// route is a model of Gerrit's router: it decodes the path, compares it with a route,
// and decodes each part again, a plus as a space. What lies behind ? or # is no path.
func route(t *testing.T, re *regexp.Regexp, address string) []string {
	t.Helper()
	path := strings.TrimPrefix(address, gerrit)
	if strings.ContainsAny(path, "?#") || strings.Contains(path+"/", "/../") || strings.Contains(path+"/", "/./") {
		t.Fatalf("%s: the browser does not keep the path", address)
	}
	path, err := url.PathUnescape(path)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	m := re.FindStringSubmatch(path)
	if m == nil {
		t.Fatalf("%s is none of %s", address, re)
	}
	for i := range m {
		if m[i], err = url.PathUnescape(strings.ReplaceAll(m[i], "+", " ")); err != nil {
			t.Fatalf("%s, part %q: %v", address, m[i], err)
		}
	}
	return m[1:]
}

// What we write, Gerrit's router and our reader read as it was meant.
func FuzzPages(f *testing.F) {
	for _, text := range []string{
		"c++20", "100%", "%25", "a%2Fb", `topic:"a b"`, "a, b,25", "a,n,z", "a?b#c", "a/../b", "./a", "a//b", "a/+/1", ".", "é+\u2028\n", "\\", "+", "/", "&=;$@",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		page := query.SearchPage(gerrit, text)
		if page == "" || !utf8.ValidString(text) {
			return
		}
		for _, re := range routes[:2] {
			if got := route(t, re, page)[0]; got != text {
				t.Errorf("%q is written %s; %s reads %q", text, page, re, got)
			}
		}
		path, _ := query.Below(page, gerrit)
		if got, ok := query.ReadSearch(path); !ok || got != text {
			t.Errorf("%q is written %s and read %q, %t", text, page, got, ok)
		}
		if strings.ContainsAny(text, "\n\r\u2028\u2029") {
			return // not a project's name
		}
		page = query.ChangePage(gerrit, text, 7)
		if got := route(t, routes[2], page); got[0] != text || got[1] != "7" {
			t.Errorf("project %q is written %s and routed to %q", text, page, got)
		}
		path, _ = query.Below(page, gerrit)
		if got, ok := query.ReadChange(path); !ok || got != (query.Change{Project: text, Number: 7}) {
			t.Errorf("project %q is written %s and read %+v, %t", text, page, got, ok)
		}
	})
}

// Whatever an address is, it is read as a change only of the Gerrit that it names.
func FuzzChangeNumber(f *testing.F) {
	for _, address := range []string{
		"/2", "/c/a/+/2/3", "/#/c/2/", ":443/c/2", "/%2F2", "/c/a/%2B/-2", "/c/%+/2\u00a0", "?#/c/2,", "//2",
	} {
		f.Add(gerrit + address)
		f.Add(" " + gerrit + address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		n, ok := query.ChangeNumber(address, gerrit)
		if ok != (n > 0) || ok && !strings.Contains(strings.ToLower(address), "review.example.org") {
			t.Errorf("%q is read as change %d, %t", address, n, ok)
		}
		if path, below := query.Below(strings.TrimSpace(address), gerrit); ok {
			c, _ := query.ReadChange(path)
			if again, _ := query.ChangeNumber(query.ChangePage(gerrit, c.Project, c.Number), gerrit); !below || c.Project != "" && again != n {
				t.Errorf("%q is change %d of %q, written %d", address, n, c.Project, again)
			}
		}
	})
}
