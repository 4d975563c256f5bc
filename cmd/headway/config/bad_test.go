package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/cmd/headway/config"
)

// minimal is the shortest configuration; what a test adds to its goal begins in
// line 5 with four spaces.
const minimal = `gerrit: {url: https://gerrit.example.org/}
goals:
  - name: g
    selector: topic:x
`

// TestBadConfig has one entry for each mistake, with everything that is said of it.
func TestBadConfig(t *testing.T) {
	for _, tc := range []struct {
		name string
		yaml string
		want string // lines without the file's name
	}{
		// A login.
		{"user name alone", "gerrit: {url: https://g/, username: me}\ngoals: [{name: g, selector: topic:x}]\n",
			`1:37: gerrit.username: needs a "password_file", with the HTTP password that the account made in its settings`},
		{"password alone", "gerrit: {url: https://g/, password_file: openstack.yaml}\ngoals: [{name: g, selector: topic:x}]\n",
			`1:42: gerrit.password_file: needs a "username"`},
		{"password in the file", "gerrit: {url: https://g/, username: me, password: sesame}\ngoals: [{name: g, selector: topic:x}]\n",
			`1:37: gerrit.username: needs a "password_file", with the HTTP password that the account made in its settings
			1:41: gerrit: unknown key "password"`},
		{"login in the clear", "gerrit: {url: http://g/, username: me, password_file: openstack.yaml}\ngoals: [{name: g, selector: topic:x}]\n",
			`1:15: gerrit.url: must begin with https://, because a login is sent to it (or name this machine: localhost, 127.0.0.1 or [::1])`},
		{"login with a colon, without a password", "gerrit: {url: https://g/, username: 'me:x', password_file: ''}\ngoals: [{name: g, selector: topic:x}]\n",
			`1:37: gerrit.username: must not contain a colon
			1:60: gerrit.password_file: is empty`},
		{"no such password file", "gerrit: {url: https://g/, username: me, password_file: no-such}\ngoals: [{name: g, selector: topic:x}]\n",
			`1:56: gerrit.password_file: stat no-such: no such file or directory`},
		{"a directory of passwords", "gerrit: {url: https://g/, username: me, password_file: testdata}\ngoals: [{name: g, selector: topic:x}]\n",
			`1:56: gerrit.password_file: testdata is a directory`},

		// The shape of the file.
		{"empty file", "", `is empty`},
		{"only a comment", "# nothing\n", `is empty`},
		{"a null document", "---\n~\n", `2:1: must be a mapping (key: value), not nothing`},
		{"not a mapping", "- a\n- b\n", `1:1: must be a mapping (key: value), not a list`},
		{"tab", "gerrit:\n\turl: x\n", `2: not YAML: found character that cannot start any token (YAML is indented with spaces, never with tabs)`},
		{"unclosed quote", `gerrit: {url: "x}`, `not YAML: found unexpected end of stream`},
		{"unknown anchor", "gerrit: *a\n", `not YAML: unknown anchor 'a' referenced`},
		{"second document", minimal + "---\nx: 1\n", `5:1: a second document; one file is one configuration`},
		{"broken second document", minimal + "---\n{\n", `6: not YAML: did not find expected node content`},
		{"nothing in it", "{}\n", `1:1: missing key "gerrit"
			1:1: missing key "goals"`},
		{"no value", "gerrit: {url: https://g/}\ngoals:\n", `2:1: goals: has no value; leave the key out for the default`},
		{"no goals", "gerrit: {url: https://g/}\ngoals: []\n", `2:8: goals: at least one goal is needed`},
		{"empty item", "gerrit: {url: https://g/}\ngoals:\n  -\n", `3:4: goals[0]: has no value`},

		// Keys.
		{"unknown key", minimal + "    shedule: \"@daily\"\n", `5:5: goals[0]: unknown key "shedule"; did you mean "schedule"?`},
		{"unknown key with a dash", minimal + "    gone-after: 1h\n", `5:5: goals[0]: unknown key "gone-after"; did you mean "gone_after"?`},
		{"unknown key in capitals", minimal + "    Title: x\n", `5:5: goals[0]: unknown key "Title"; did you mean "title"?`},
		{"unknown key like nothing", minimal + "    xyzzy: 1\n", `5:5: goals[0]: unknown key "xyzzy"`},
		{"key of an inner level", minimal + "cycles: []\n", `5:1: unknown key "cycles"; it belongs in goals[]`},
		{"key of an outer level", minimal + "    people: hidden\n", `5:5: goals[0]: unknown key "people"; it belongs in the outermost level`},
		{"key of several levels", minimal + "selector: x\n", `5:1: unknown key "selector"; it belongs in goals[] or goals[].projects[]`},
		{"duplicate key", minimal + "    name: other\n", `5:5: goals[0]: duplicate key "name"; first given in line 3`},
		{"merge key", "a: &a {name: x}\n" + minimal + "    <<: *a\n", `1:1: unknown key "a"
			6:5: goals[0]: merge keys (<<) are not supported; write the keys out`},
		{"key is a list", minimal + "? [a]\n: b\n", `5:3: a key must be a plain word, not a list`},
		{"missing keys", "gerrit: {}\ngoals:\n  - title: x\n", `1:9: gerrit: missing key "url"
			3:5: goals[0]: missing key "name"
			3:5: goals[0]: missing key "selector"`},
		{"missing keys further in", minimal + `    projects: [{declared: planning}]
    teams: [{}]
    cycles: [{name: c}]
    deadlines: [{name: d}]
`, `5:16: goals[0].projects[0]: missing key "name"
			6:13: goals[0].teams[0]: missing key "name"
			6:13: goals[0].teams[0]: missing key "projects"
			7:14: goals[0].cycles[0]: missing key "start"
			7:14: goals[0].cycles[0]: missing key "end"
			8:17: goals[0].deadlines[0]: missing key "due"`},

		// Types.
		{"wrong types", minimal + `    title: [a]
    discover: yes
    gone_after: 60
    projects: nova
    bots: Zuul
    labels: []
    cycles: [{name: c, start: 2025-1-1, end: 31.12.2025}]
`, `5:12: goals[0].title: must be text, not a list
			6:15: goals[0].discover: must be true or false, not "yes"
			7:17: goals[0].gone_after: must be a duration such as 90s, 10m or 6h, not "60" (a unit is missing)
			8:15: goals[0].projects: must be a list, not "nova"
			9:11: goals[0].bots: must be a list, not "Zuul"
			10:13: goals[0].labels: must be a mapping (key: value), not a list
			11:31: goals[0].cycles[0].start: must be a date as YYYY-MM-DD, not "2025-1-1"
			11:46: goals[0].cycles[0].end: must be a date as YYYY-MM-DD, not "31.12.2025"`},
		{"not numbers", `gerrit: {url: https://g/, requests_per_second: fast, timeout: soon}
goals: [{name: g, selector: x, projects: [{name: p, expected: 1.5}], labels: {reviews_needed: two}}]
`, `1:48: gerrit.requests_per_second: must be a number, not "fast"
			1:63: gerrit.timeout: must be a duration such as 90s, 10m or 6h, not "soon"
			2:63: goals[0].projects[0].expected: must be a whole number, not "1.5"
			2:95: goals[0].labels.reviews_needed: must be a whole number, not "two"`},
		{"not a number at all", "gerrit: {url: https://g/, requests_per_second: .inf}\ngoals: [{name: g, selector: x}]\n",
			`1:48: gerrit.requests_per_second: must be a number, not ".inf"`},
		{"tagged value", minimal + "    title: !!binary aGk=\n", `5:12: goals[0].title: must be text, not a value tagged !!binary`},
		{"line break", minimal + "    title: \"a\\nb\"\n", `5:12: goals[0].title: contains a line break or another control character`},

		// gerrit.
		{"numbers out of range", `gerrit: {url: https://g/, requests_per_second: 0, timeout: 1ms, contact: ""}
goals: [{name: g, selector: x}]
`, `1:48: gerrit.requests_per_second: must be at least 0.01
			1:60: gerrit.timeout: must be at least 1s
			1:74: gerrit.contact: is empty`},
		{"negative rate", "gerrit: {url: https://g/, requests_per_second: -1}\ngoals: [{name: g, selector: x}]\n",
			`1:48: gerrit.requests_per_second: must be at least 0.01`},

		// Names.
		{"goal names", `gerrit: {url: https://g/}
goals:
  - {name: api, selector: x}
  - {name: polls, selector: x}
  - {name: embeds, selector: x}
  - {name: metrics, selector: x}
  - {name: debug, selector: x}
  - {name: "-", selector: x}
  - {name: Eventlet Removal, selector: x}
  - {name: a/b, selector: x}
  - {name: "", selector: x}
  - {name: g, selector: x}
  - {name: g, selector: x}
`, `3:12: goals[0].name: "api" is reserved for an address of headway's own
			4:12: goals[1].name: "polls" is reserved for an address of headway's own
			5:12: goals[2].name: "embeds" is reserved for an address of headway's own
			6:12: goals[3].name: "metrics" is reserved for an address of headway's own
			7:12: goals[4].name: "debug" is reserved for an address of headway's own
			8:12: goals[5].name: "-" is reserved for an address of headway's own
			9:12: goals[6].name: "Eventlet Removal" may contain only a-z, 0-9 and -, because it stands in addresses
			10:12: goals[7].name: "a/b" may contain only a-z, 0-9 and -, because it stands in addresses
			11:12: goals[8].name: is empty
			13:12: goals[10].name: duplicate goal "g"; first given in line 12`},
		{"projects", minimal + `    projects:
      - {name: a}
      - {name: a}
      - {name: ""}
      - {name: ^openstack/.*}
      - {name: openstack/nova.git}
      - {name: /nova}
      - {name: 'a"b'}
      - {name: a/../b}
      - {name: b, declared: complete}
      - {name: c, declared: done}
      - {name: d, expected: -1}
      - {name: e, selector: ""}
      - {name: f, selector: "topic:(x"}
`, `7:16: goals[0].projects[1].name: duplicate project "a"; first given in line 6
			8:16: goals[0].projects[2].name: is empty
			9:16: goals[0].projects[3].name: "^openstack/.*" is a regular expression; a project is named exactly
			10:16: goals[0].projects[4].name: "openstack/nova.git" is a repository; the project's name has no .git at the end
			11:16: goals[0].projects[5].name: "/nova" has a slash too many
			12:16: goals[0].projects[6].name: "a\"b" can't be the name of a project: it contains one of \ : ? * < > | % ~ " $
			13:16: goals[0].projects[7].name: "a/../b" can't be the name of a project
			14:29: goals[0].projects[8].declared: unknown word "complete"; did you mean "completed"? (one of completed, in-progress, planning, not-started, not-affected)
			15:29: goals[0].projects[9].declared: unknown word "done" (one of completed, in-progress, planning, not-started, not-affected)
			16:29: goals[0].projects[10].expected: must not be negative
			17:29: goals[0].projects[11].selector: is empty; an empty selector would match every change on the server
			18:29: goals[0].projects[12].selector: has a parenthesis that is not closed`},
		{"teams", minimal + `    teams:
      - {name: oslo, projects: [a, a]}
      - {name: oslo, projects: [b]}
      - {name: Oslo Libraries, projects: []}
      - {name: t, projects: [""], declared: In Progress}
`, `6:36: goals[0].teams[0].projects[1]: duplicate entry "a"; first given in line 6
			7:16: goals[0].teams[1].name: duplicate team "oslo"; first given in line 6
			8:16: goals[0].teams[2].name: "Oslo Libraries" may contain only a-z, 0-9 and -, because it stands in addresses
			8:42: goals[0].teams[2].projects: must name at least one project
			9:30: goals[0].teams[3].projects[0]: is empty
			9:45: goals[0].teams[3].declared: unknown word "In Progress"; did you mean "in-progress"? (one of completed, in-progress, planning, not-started, not-affected)`},

		// Selectors.
		{"discover nothing", minimal + "    discover: false\n", `5:15: goals[0].discover: false needs projects or teams: nothing would be a member`},

		// Times.
		{"cycles", minimal + `    cycles:
      - {name: c, start: 2025-04-01, end: 2025-10-01}
      - {name: b, start: 2024-10-01, end: 2025-04-02}
      - {name: a, start: 2024-10-01, end: 2024-10-01}
      - {name: c, start: 2026-04-01, end: 2026-03-01}
      - {name: "", start: 2027-04-01, end: 2027-05-01}
`, `6:9: goals[0].cycles[0]: "c" overlaps with "b", which ends on 2025-04-02 (the end is not part of a cycle)
			8:43: goals[0].cycles[2].end: must be after the start, 2024-10-01
			9:16: goals[0].cycles[3].name: duplicate cycle "c"; first given in line 6
			9:43: goals[0].cycles[3].end: must be after the start, 2026-04-01
			10:16: goals[0].cycles[4].name: is empty`},
		{"deadlines", minimal + `    deadlines:
      - {name: a, due: 2026-13-01}
      - {name: b, due: 31.12.2026}
      - {name: c, due: ""}
      - {name: c, due: 2026-01-01}
`, `6:24: goals[0].deadlines[0].due: must be a date as YYYY-MM-DD, not "2026-13-01"
			7:24: goals[0].deadlines[1].due: must be a date as YYYY-MM-DD, not "31.12.2026"
			8:24: goals[0].deadlines[2].due: is empty
			9:16: goals[0].deadlines[3].name: duplicate deadline "c"; first given in line 8`},
		{"gone before missing", minimal + "    gone_after: -1h\n", `5:17: goals[0].gone_after: must not be negative`},

		// The rest of a goal.
		{"backports", minimal + `    backports: [refs/heads/stable/*, "^stable/.*", "*", "", stable/*, stable/*]
`, `5:17: goals[0].backports[0]: "refs/heads/stable/*": branches are named without refs/heads/
			5:38: goals[0].backports[1]: "^stable/.*" is a regular expression; write a pattern such as stable/*
			5:52: goals[0].backports[2]: "*" matches every branch: nothing would be left to count
			5:57: goals[0].backports[3]: is empty
			5:71: goals[0].backports[5]: duplicate entry "stable/*"; first given in line 5`},
		{"labels", minimal + `    labels: {ci: "", review: "", reviews_needed: 0, ci_accounts: [""], aprove: Workflow}
    bots: [Zuul, Zuul]
`, `5:30: goals[0].labels.review: is empty
			5:50: goals[0].labels.reviews_needed: must be at least 1
			5:67: goals[0].labels.ci_accounts[0]: is empty
			5:72: goals[0].labels: unknown key "aprove"; did you mean "approve"?
			6:18: goals[0].bots[1]: duplicate entry "Zuul"; first given in line 6`},

		// What stands beside the goals.
		{"testimonials", minimal + `testimonials:
  - {}
  - {page: https://s/a/}
  - {page: https://s/a/, projects: []}
  - {page: s/b/, projects: [p], url: x}
  - {directory: no/such, url: "https://s/{slug}/"}
  - {directory: config.go, url: https://s/, projects: [p]}
  - {directory: testdata}
  - {directory: testdata, page: https://s/c/}
`, `6:5: testimonials[0]: needs a "page" with "projects", or a "directory" with "url"
			7:5: testimonials[1]: missing key "projects"
			8:12: testimonials[2].page: duplicate page "https://s/a/"; first given in line 7
			8:36: testimonials[2].projects: must name at least one project
			9:12: testimonials[3].page: must begin with https:// or http://
			9:38: testimonials[3].url: belongs to a directory; a page has its address already
			10:17: testimonials[4].directory: stat no/such: no such file or directory
			11:17: testimonials[5].directory: config.go is not a directory
			11:33: testimonials[5].url: needs {slug} where the name of the page stands
			11:55: testimonials[5].projects: belongs to a page; the pages of a directory name their projects themselves
			12:5: testimonials[6]: missing key "url"
			13:5: testimonials[7]: has both a directory and a page; one entry is one of them`},
		{"embed and people", minimal + `embed: {frame_ancestors: [https://a.org/, https://a.org/x, "https://a.org; script-src *", a.org]}
people: hide
`, `5:27: embed.frame_ancestors[0]: is an origin: without the slash at the end
			5:43: embed.frame_ancestors[1]: must be an origin such as https://site.example.org, without a path
			5:60: embed.frame_ancestors[2]: must be an origin such as https://site.example.org, without a path
			5:91: embed.frame_ancestors[3]: must be an origin such as https://site.example.org, without a path
			6:9: people: unknown word "hide" (one of shown, hidden)`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := config.Parse("f", ".", []byte(tc.yaml))
			var want []string
			for line := range strings.Lines(tc.want) {
				line = strings.TrimSpace(line)
				if line[0] < '0' || line[0] > '9' {
					line = " " + line // of the whole file
				}
				want = append(want, "f:"+line)
			}
			if diff := cmp.Diff(want, lines(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// lines are the problems in err, each as one line.
func lines(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var ps config.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("error is %T (%v), want problems", err, err)
	}
	return strings.Split(ps.Error(), "\n")
}

func TestBadGerritURL(t *testing.T) {
	for _, tc := range []struct{ url, want string }{
		{``, `is empty`},
		{`review.opendev.org`, `must begin with https:// or http://`},
		{`ssh://review.opendev.org:29418/`, `must begin with https:// or http://`},
		{`https://`, `has no host`},
		{`https:///x`, `has no host`},
		{`https://review.opendev.org/?a`, `must not contain a query (?…)`},
		{`https://review.opendev.org/?`, `must not contain a query (?…)`},
		{`https://review.opendev.org/#/q/x`, `must not contain a fragment (#…)`},
		{`https://review.opendev.org/q/topic:x`, `is the address of a page (/q/…); the base address of the server is meant`},
		{`https://review.opendev.org/c/nova`, `is the address of a page (/c/…); the base address of the server is meant`},
		{`https://review.opendev.org/a`, `is the address of a page (/a/…); the base address of the server is meant`},
		{`https://a b/`, `"https://a b/" is not a URL`},
		{`https://me:secret@review.opendev.org/`, `must not contain credentials`},
		{`https://me:sec/ret@review.opendev.org/`, `is not a URL, and seems to contain credentials`},
		{`https://me:sec ret@review.opendev.org/`, `is not a URL, and seems to contain credentials`},
	} {
		t.Run(tc.url, func(t *testing.T) {
			_, err := config.Parse("f", ".", []byte("gerrit: {url: '"+tc.url+"'}\ngoals: [{name: g, selector: x}]\n"))
			if diff := cmp.Diff([]string{"f:1:15: gerrit.url: " + tc.want}, lines(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if strings.Contains(err.Error(), "ret") {
				t.Errorf("the message repeats the password: %v", err)
			}
		})
	}
}

func TestBadSchedule(t *testing.T) {
	for _, tc := range []struct{ spec, want string }{
		{"", `is empty`},
		{"often", `not a cron spec: expected exactly 5 fields, found 1: [often]`},
		{"* * * *", `not a cron spec: expected exactly 5 fields, found 4: [* * * *]`},
		{"0 * * * * *", `not a cron spec: expected exactly 5 fields, found 6: [0 * * * * *]`},
		{"61 * * * *", `not a cron spec: end of range (61) above maximum (59): 61`},
		{"@every", `not a cron spec: unrecognized descriptor: @every`},
		{"@every soon", `not a cron spec: failed to parse duration @every soon: time: invalid duration "soon"`},
		{"@every 0s", `an interval under 10s is too short for a shared server`},
		{"@every 9s", `an interval under 10s is too short for a shared server`},
		{"@every -1h", `an interval under 10s is too short for a shared server`},
		{"@reboot", `not a cron spec: unrecognized descriptor: @reboot`},
		{"0 0 30 2 *", `never comes`},
		{"TZ=Europe/Paris 0 * * * *", `schedules are in UTC; a time zone is not supported`},
		{"CRON_TZ=UTC 0 * * * *", `schedules are in UTC; a time zone is not supported`},
		{"TZ=UTC", `schedules are in UTC; a time zone is not supported`},
	} {
		for _, key := range []string{"schedule", "full"} {
			t.Run(key+" "+tc.spec, func(t *testing.T) {
				_, err := config.Parse("f", ".", []byte(minimal+"    "+key+": '"+tc.spec+"'\n"))
				if err == nil {
					t.Fatal("no problem found")
				}
				if got, want := err.Error(), "goals[0]."+key+": \""+tc.spec+"\": "+tc.want; !strings.HasSuffix(got, want) {
					t.Errorf("got  %s\nwant … %s", got, want)
				}
			})
		}
	}
}

func TestBadSelector(t *testing.T) {
	const empty = `is empty; an empty selector would match every change on the server`
	const noTopic = `names an empty topic, which would match every change without one`
	state := func(term string) string {
		return "must not contain " + term + ", which asks for a state: a change has to be found before its merge and after it"
	}
	review := func(term string) string {
		return "must not contain " + term + ", which asks how a review stands: a change has to be found before its merge and after it"
	}
	time := func(term string) string {
		return "must not contain " + term + ", which asks for a time: a change has to be found whenever it was touched last"
	}
	for _, tc := range []struct{ selector, want string }{
		{``, empty},
		{`  `, empty},
		{`( )`, empty},
		{`topic:"x`, `has a quote (") that is not closed`},
		{`topic:"x\"`, `has a quote (") that is not closed`},
		{`topic:{x`, `has a brace ({) that is not closed`},
		{`(topic:x`, `has a parenthesis that is not closed`},
		{`topic:x) OR (topic:y`, `closes a parenthesis that is not open`},
		{`topic:x limit:10`, `must not contain limit:, which would cut every listing`},
		{`topic:""`, noTopic},
		{`prefixtopic:""`, noTopic},
		{`prefixtopic:`, noTopic},
		{`intopic:{}`, noTopic},
		{`-topic:""`, noTopic},
		{`TOPIC:""`, noTopic},
		{`(topic:) x`, noTopic},
		{`topic:x OR NOT prefixTopic: ""`, noTopic},
		{`topic:x -LIMIT:10`, `must not contain limit:, which would cut every listing`},
		{`topic:"a"limit:5`, `must not contain limit:, which would cut every listing`},
		{`(limit: 5 topic:x)`, `must not contain limit:, which would cut every listing`},

		{`topic:x`, ``},
		{`topic:"(x" OR topic:{)y}`, ``},
		{`message:"limit:10"`, ``},
		{`hashtag:rate-limit:2`, ``},
		{`message:rate-limit:5`, ``},
		{`message:"see topic: foo"`, ``},
		{`message:"(topic: foo)"`, ``},
		{`topic:{a topic: b}`, ``},
		{`topic: x`, ``},
		{`"limit:10"`, ``},
		{`topic:"a\"b"`, ``},
		{`(topic:a OR topic:b) -project:"c"`, ``},

		{`topic:x status:open`, state("status:")},
		{`topic:x -status:abandoned`, state("status:")},
		{`topic:x STATUS:"merged"`, state("status:")},
		{`topic:x is:open`, state("is:open")},
		{`topic:x NOT is:Merged`, state("is:merged")},
		{`topic:x is:"pend"`, state("is:pend")},
		{`topic:x (message:y OR is:{new})`, state("is:new")},
		{`topic:x is: m`, state("is:m")},
		{`topic:x -is:wip`, state("is:wip")},
		{`topic:x is:private`, state("is:private")},
		{`topic:x -(is:started message:y)`, state("is:started")},
		{`topic:x mergedafter:2025-10-01`, state("mergedafter:")},
		{`topic:x -mergedbefore:2025-10-01`, state("mergedbefore:")},
		{`topic:x label:Code-Review<2`, review("label:")},
		{`topic:x -label:Workflow=-1,user=zuul`, review("label:")},
		{`topic:x rule:Default-Rule=ok`, review("rule:")},
		{`topic:x is:submittable`, review("is:submittable")},
		{`topic:x -is:mergeable`, review("is:mergeable")},
		{`topic:x has:unresolved`, review("has:unresolved")},
		{`topic:x -has:attention`, review("has:attention")},
		{`topic:x age:4w`, time("age:")},
		{`topic:x -age:4w`, time("-age:")},
		{`topic:x before:2025-10-01`, time("before:")},
		{`topic:x until:"2025-10-01 10:00:00"`, time("until:")},
		{`topic:x -(after:2025-10-01)`, time("-after:")},
		{`topic:x (-(-since:2025-10-01 OR owner:me))`, ``},
		{`topic:x NOT since:2025-10-01`, time("-since:")},

		{`topic:x after:2025-10-01`, ``},
		{`topic:x -before:2025-10-01`, ``},
		{`topic:x is:started -is:private`, ``},
		{`topic:x is:merge`, ``},
		{`topic:x -is:pure-revert is:cherrypick`, ``},
		{`topic:x owner:me reviewer:you hashtag:a file:b has:edit`, ``},
		{`topic:"is:open" message:"status:open" {age:4w}`, ``},
		{`topic:status message:is message:age:4`, ``},
		{`open merged wip`, ``},
	} {
		t.Run(tc.selector, func(t *testing.T) {
			var want []string
			if tc.want != "" {
				want = []string{"f:2:29: goals[0].selector: " + tc.want}
			}
			_, err := config.Parse("f", ".", []byte("gerrit: {url: https://g/}\ngoals: [{name: g, selector: '"+tc.selector+"'}]\n"))
			if diff := cmp.Diff(want, lines(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAllProblemsAtOnce is the promise that one run shows everything.
func TestAllProblemsAtOnce(t *testing.T) {
	_, err := config.Load("testdata/everything-wrong.yml")
	got := lines(t, err)
	want := []string{
		`testdata/everything-wrong.yml:2:8: gerrit.url: must begin with https:// or http://`,
		`testdata/everything-wrong.yml:4:11: goals[0].name: "metrics" is reserved for an address of headway's own`,
		`testdata/everything-wrong.yml:5:15: goals[0].selector: is empty; an empty selector would match every change on the server`,
		`testdata/everything-wrong.yml:6:5: goals[0]: unknown key "shedule"; did you mean "schedule"?`,
		`testdata/everything-wrong.yml:7:11: goals[0].full: "every six hours": not a cron spec: expected exactly 5 fields, found 3: [every six hours]`,
		`testdata/everything-wrong.yml:10:16: goals[0].projects[1].name: duplicate project "openstack/nova"; first given in line 9`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
