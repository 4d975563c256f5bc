package testimonials_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

const sha = "c03021fee25f47ccd2c04e0d91341cd829c9e600"

func TestLinks(t *testing.T) {
	search := func(q, project string) testimonials.Reference {
		return testimonials.Reference{Query: q, Project: project}
	}
	change := func(n, patchSet int, project string) testimonials.Reference {
		return testimonials.Reference{Number: n, PatchSet: patchSet, Project: project}
	}
	commit := func(project string) testimonials.Reference {
		return testimonials.Reference{Commit: sha, Project: project}
	}
	const opendev = "https://review.opendev.org"
	for _, tt := range []struct {
		name, href string
		want       testimonials.Reference // without line, address and text
		foreign    bool
		none       bool
	}{
		{name: "search", href: opendev + "/q/topic:a", want: search("topic:a", "")},
		{name: "search with plus and percent", href: opendev + "/q/topic:%22a%22+project:openstack/nova", want: search(`topic:"a" project:openstack/nova`, "openstack/nova")},
		{name: "search with percent spaces", href: opendev + "/q/topic:a%20status:open", want: search("topic:a status:open", "")},
		{name: "search with an escaped plus", href: opendev + "/q/message:c%252B%252B", want: search("message:c++", "")},
		{name: "search with a plus escaped once, a space to Gerrit", href: opendev + "/q/message:c%2B%2B", want: search("message:c", "")},
		{name: "search with raw quotes", href: opendev + `/q/topic:"a"`, want: search(`topic:"a"`, "")},
		{name: "search escaped twice", href: opendev + "/q/project:openstack%252Fnova", want: search("project:openstack/nova", "openstack/nova")},
		{name: "search in old Gerrit", href: opendev + "/#/q/topic:a+project:openstack/nova", want: search("topic:a project:openstack/nova", "openstack/nova")},
		{name: "search in old Gerrit, escaped", href: opendev + "/#/q/topic:%22a%22,n,z", want: search(`topic:"a"`, "")},
		{name: "search, second page", href: opendev + "/q/topic:a,25", want: search("topic:a", "")},
		{name: "search with parameters", href: opendev + "/q/topic:a?polygerrit=1", want: search("topic:a", "")},
		{name: "search of two projects", href: opendev + "/q/project:a+OR+project:b", want: search("project:a OR project:b", "")},
		{name: "search without a project", href: opendev + "/q/topic:a+-project:b", want: search("topic:a -project:b", "")},
		{name: "search by a Change-Id", href: opendev + "/q/I8473b95934b5732ac55d26311a706c9c2bde9940", want: search("I8473b95934b5732ac55d26311a706c9c2bde9940", "")},
		{name: "search of the API", href: opendev + "/changes/?q=topic:a+is:open", want: search("topic:a is:open", "")},
		{name: "empty search", href: opendev + "/q/", none: true},
		{name: "search of spaces", href: opendev + "/q/%20+", none: true},

		{name: "change", href: opendev + "/c/openstack/nova/+/123", want: change(123, 0, "openstack/nova")},
		{name: "change, patch set", href: opendev + "/c/openstack/nova/+/123/4", want: change(123, 4, "openstack/nova")},
		{name: "change, file", href: opendev + "/c/openstack/nova/+/123/4/nova/api.py#12", want: change(123, 4, "openstack/nova")},
		{name: "change, two patch sets", href: opendev + "/c/openstack/nova/+/123/2..4", want: change(123, 2, "openstack/nova")},
		{name: "change, comment", href: opendev + "/c/openstack/nova/+/123/comment/ab12_3/", want: change(123, 0, "openstack/nova")},
		{name: "change, escaped project", href: opendev + "/c/openstack%2Fnova/+/123", want: change(123, 0, "openstack/nova")},
		{name: "change, plus in the project", href: opendev + "/c/a%252B/+/123", want: change(123, 0, "a+")},
		{name: "change by number", href: opendev + "/123", want: change(123, 0, "")},
		{name: "change by number, slash", href: opendev + "/123/", want: change(123, 0, "")},
		{name: "change by number, patch set", href: opendev + "/123/2", want: change(123, 2, "")},
		{name: "change, short", href: opendev + "/c/123", want: change(123, 0, "")},
		{name: "change in old Gerrit", href: opendev + "/#/c/123/", want: change(123, 0, "")},
		{name: "change in old Gerrit, patch set", href: opendev + "/#/c/123/4/nova/api.py", want: change(123, 4, "")},
		{name: "change in old Gerrit, no slash", href: opendev + "#/c/123", want: change(123, 0, "")},
		{name: "change in old Gerrit, project", href: opendev + "/#/c/openstack/nova/+/123/", want: change(123, 0, "openstack/nova")},
		{name: "http", href: "http://review.opendev.org/123", want: change(123, 0, "")},
		{name: "no scheme", href: "//review.opendev.org/123", want: change(123, 0, "")},
		{name: "capitals", href: "HTTPS://Review.OpenDev.org:443/123", want: change(123, 0, "")},
		{name: "white space", href: "\n https://review.opendev.org\n/123 ", want: change(123, 0, "")},
		{name: "other port", href: "https://review.opendev.org:8443/123", foreign: true, want: change(123, 0, "")},
		{name: "number too large", href: opendev + "/99999999999", none: true},
		{name: "number zero", href: opendev + "/0", none: true},
		{name: "no project", href: opendev + "/c/../+/123", none: true},
		{name: "no project either", href: opendev + "/c/a/../b/+/123", none: true},
		{name: "other page of Gerrit", href: opendev + "/admin/repos/openstack/nova", none: true},
		{name: "home page", href: opendev, none: true},

		{name: "commit", href: "https://opendev.org/openstack/nova/commit/" + sha, want: commit("openstack/nova")},
		{name: "commit, capitals", href: "https://opendev.org/openstack/nova/commit/C03021FEE25F47CCD2C04E0D91341CD829C9E600", want: commit("openstack/nova")},
		{name: "commit, abbreviated", href: "https://opendev.org/openstack/nova/commit/c03021f", want: testimonials.Reference{Commit: "c03021f", Project: "openstack/nova"}},
		{name: "commit in gitweb", href: opendev + "/gitweb?p=openstack/nova.git;a=commit;h=" + sha, want: commit("openstack/nova")},
		{name: "commit in gitiles", href: opendev + "/plugins/gitiles/openstack/nova/+/" + sha, want: commit("openstack/nova")},
		{name: "commit of a known project on GitHub", href: "https://github.com/openstack/nova/commit/" + sha, want: commit("openstack/nova")},
		{name: "commit of another on GitHub", href: "https://github.com/eventlet/eventlet/commit/" + sha, none: true},
		{name: "commit elsewhere", href: "https://code.example/openstack/nova/commit/" + sha, none: true},
		{name: "project page", href: "https://opendev.org/openstack/nova", none: true},

		{name: "foreign change", href: "https://go-review.googlesource.com/c/go/+/123", foreign: true, want: change(123, 0, "go")},
		{name: "foreign search", href: "https://gerrit.wikimedia.org/r/q/topic:a", none: true},
		{name: "foreign search at the root", href: "https://gerrit.example/q/topic:a", foreign: true, want: search("topic:a", "")},
		{name: "foreign number", href: "https://chromium-review.googlesource.com/123", foreign: true, want: change(123, 0, "")},
		{name: "number elsewhere", href: "https://blog.example/2024/", none: true},
		{name: "search elsewhere", href: "https://shop.example/q/topic:a", none: true},
		{name: "host that begins alike", href: "https://review.opendev.org.evil.example/c/openstack/nova/+/123", foreign: true, want: change(123, 0, "openstack/nova")},
		{name: "relative", href: "/c/openstack/nova/+/123", none: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := fmt.Sprintf("<p><a href='%s'>text</a></p>", tt.href)
			p, problems := testimonials.Parse("x.html", page(body), options())
			if len(problems) > 0 {
				t.Errorf("problems %v", problems)
			}
			got, other := p.References, p.Foreign
			if tt.foreign {
				got, other = other, got
			}
			if len(other) > 0 {
				t.Errorf("on the wrong side: %+v", other)
			}
			if tt.none {
				if len(got) > 0 {
					t.Errorf("got %+v", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d references", len(got))
			}
			ref := got[0]
			if ref.Line != 4 || ref.Text != "text" || ref.URL == "" {
				t.Errorf("line %d, text %q, address %q", ref.Line, ref.Text, ref.URL)
			}
			ref.Line, ref.Text, ref.URL = 0, "", ""
			if diff := cmp.Diff(tt.want, ref); diff != "" {
				t.Errorf("reference (-want +got):\n%s", diff)
			}
		})
	}
}

// Who links a change by its number alone speaks of its project, if it is known.
func TestProjectOfANumber(t *testing.T) {
	o := options()
	o.ProjectOf = func(number int) string {
		return map[int]string{11: "openstack/nova", 12: "openstack/swift", 13: "openstack/none"}[number]
	}
	p, _ := testimonials.Parse("x.md", page("https://review.opendev.org/11 [x](https://review.opendev.org/#/c/12/3/nova.py) https://review.opendev.org/c/13/\n"+
		"https://review.opendev.org/14 https://chromium-review.googlesource.com/11 https://review.opendev.org/c/openstack/cinder/+/12"), o)
	var got []string
	for _, r := range p.References {
		got = append(got, fmt.Sprint(r.Number, " ", r.Project))
	}
	if want := []string{"12 openstack/swift", "11 openstack/nova", "13 openstack/none", "14 ", "12 openstack/cinder"}; !cmp.Equal(want, got) {
		t.Errorf("references %q, want %q", got, want)
	}
	if want := []string{"openstack/cinder", "openstack/nova", "openstack/swift"}; !cmp.Equal(want, p.Projects) || p.Foreign[0].Project != "" {
		t.Errorf("projects %q, want %q; foreign %+v", p.Projects, want, p.Foreign)
	}
}

func TestGerritBelowAPath(t *testing.T) {
	o := options()
	o.Gerrit = []string{"https://gerrit.example/r/", "http://old.example"}
	o.Code = []string{"Code.example"}
	p, problems := testimonials.Parse("x.md", page(`
https://gerrit.example/r/c/a/b/+/1 and https://old.example/2,
https://gerrit.example/rest/3, https://gerrit.example/r/q/topic:x.
https://code.example/a/b/commit/c03021f https://opendev.org/a/b/commit/c03021f
`), o)
	if len(problems) > 0 {
		t.Error(problems)
	}
	var got []string
	for _, r := range p.References {
		got = append(got, fmt.Sprintf("%d %s %d %s %s", r.Line, r.Project, r.Number, r.Query, r.Commit))
	}
	want := []string{"5 a/b 1  ", "5  2  ", "6  0 topic:x ", "7 a/b 0  c03021f"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

// Searches and addresses stand in prose, and prose is full of colons.
func TestMentions(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string // queries, or addresses
	}{
		{"as in a real page", "patches can be found in project:openstack/ironic topic:eventlet-removal", []string{"project:openstack/ironic topic:eventlet-removal"}},
		{"end of a sentence", "See topic:eventlet-removal. Then project:openstack/nova, and so on.", []string{"topic:eventlet-removal", "project:openstack/nova"}},
		{"enumeration", "topic:a, topic:b; topic:c", []string{"topic:a", "topic:b", "topic:c"}},
		{"in parentheses", "(see topic:eventlet-removal project:openstack/nova)", []string{"topic:eventlet-removal project:openstack/nova"}},
		{"in a group", "try (project:a OR project:b) topic:c", []string{"project:a OR project:b topic:c"}},
		{"negated", "topic:a -project:openstack/nova", []string{"topic:a -project:openstack/nova"}},
		{"phrase", `topic:"eventlet removal" status:merged today`, []string{`topic:"eventlet removal" status:merged`}},
		{"curly quotes", "topic:“eventlet-removal”, say", []string{`topic:"eventlet-removal"`}},
		{"quoted as a whole", `the search "topic:a project:b" finds them`, []string{"topic:a project:b"}},
		{"quote without end", `the search topic:"a and so on`, []string{`topic:"a`}},
		{"in code", "`topic:a project:b`", []string{"topic:a project:b"}},
		{"only what identifies nothing", "with is:open status:merged owner:self", nil},
		{"prose", "The topic: eventlet. Project:x? Note: the status:quo. message: fix", nil},
		{"address", "at https://review.opendev.org/c/openstack/nova/+/1.", []string{"https://review.opendev.org/c/openstack/nova/+/1"}},
		{"address without scheme", "at (review.opendev.org/937729)!", []string{"https://review.opendev.org/937729"}},
		{"address of a search", `https://review.opendev.org/q/(topic:a) "https://review.opendev.org/q/topic:b"`, []string{"https://review.opendev.org/q/(topic:a)", "https://review.opendev.org/q/topic:b"}},
		{"text of a link counts once", "[https://review.opendev.org/1 topic:x](https://review.opendev.org/1)", []string{"https://review.opendev.org/1"}},
		{"code that reaches out of a link leaves none", "[a `b](https://review.opendev.org/1) c` d", nil},
		{"unclosed elements", "<div><section><a href='https://review.opendev.org/1'>x</div></main> https://review.opendev.org/2", []string{"https://review.opendev.org/1", "https://review.opendev.org/2"}},
		{"link by a tag in prose", "at <a\nhref='https://review.opendev.org/1'>x</a>", []string{"https://review.opendev.org/1"}},
		{"Markdown in an element", "<div markdown='span'>[x](https://review.opendev.org/1)</div>", []string{"https://review.opendev.org/1"}},
		{"entities and backslashes in an address", "[x](https://review.opendev.org/q/a\\_b&quot;c)", []string{"https://review.opendev.org/q/a_b%22c"}},
		{"cells of a table", "| topic:a | project:b |\n|---|---|", []string{"topic:a", "project:b"}},
		{"text of a foreign link does not count", "[project:a topic:x](https://x.example/)", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, problems := testimonials.Parse("x.md", page(tt.text), options())
			if len(problems) > 0 {
				t.Errorf("problems %v", problems)
			}
			var got []string
			for _, r := range p.References {
				if r.URL != "" {
					got = append(got, r.URL)
				} else {
					got = append(got, r.Query)
				}
				if r.Line != 4 {
					t.Errorf("line %d", r.Line)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("references (-want +got):\n%s", diff)
			}
		})
	}
}
