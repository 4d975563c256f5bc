//go:build jekyll

package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/store"
)

// workflow is what this test reads of GitHub's and GitLab's jobs.
type workflow struct {
	On struct {
		Schedule []struct{ Cron string }
	} `yaml:"on"`
	Env  map[string]string
	Jobs map[string]struct {
		Steps []struct{ Name, Run string }
	}
	Pages struct{ Script []string }
}

// serverless is the repository of a site whose source lies in docs/, and its CI.
type serverless struct {
	t     *testing.T
	dir   string
	steps []string // the job's own, literally
	env   []string
}

func newServerless(t *testing.T, gerrit string) *serverless {
	t.Helper()
	s := &serverless{t: t, dir: t.TempDir()}
	bin := t.TempDir()
	for name, script := range map[string]string{
		"headway": "#!/bin/sh\nHEADWAY_TEST_MAIN=1 exec '" + os.Args[0] + "' \"$@\"\n",
		"bundle":  "#!/bin/sh\nshift\nexec \"$@\"\n", // bundle exec jekyll: Debian's
	} {
		if err := os.Chmod(write(t, bin, name, script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var job, other workflow
	readYAML(t, &job, "pages", "github.yml")
	readYAML(t, &other, "pages", "gitlab.yml")
	for _, step := range job.Jobs["publish"].Steps {
		if step.Run != "" && !strings.HasPrefix(step.Run, "go install ") {
			s.steps = append(s.steps, step.Run)
		}
	}
	if github, gitlab := strings.Join(s.steps, "\n"), strings.Join(other.Pages.Script, "\n"); strings.Count(github, "refresh.sh")*strings.Count(gitlab, "refresh.sh") != 1 || strings.Count(github, "jekyll build")*strings.Count(gitlab, "jekyll build") != 1 {
		t.Errorf("GitHub's job runs\n%s\nand GitLab's\n%s", github, gitlab)
	}
	config := deployed(t, "pages", "headway.yml")
	if len(job.On.Schedule) != 1 || !strings.Contains(config, `schedule: "`+job.On.Schedule[0].Cron+`"`) {
		t.Errorf("the job runs at %v, and headway is told another schedule", job.On.Schedule)
	}
	s.env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "GITHUB_WORKSPACE="+s.dir, "COMMIT=1", "TMPDIR="+t.TempDir())
	for name, value := range job.Env {
		s.env = append(s.env, name+"="+value)
	}
	s.put("headway.yml", strings.NewReplacer("https://review.opendev.org/,", gerrit+"/, requests_per_second: 1000,", "# testimonials:", "testimonials:", "#   - ", "  - ", "# labels:", "labels:").Replace(config))
	s.put(".github/refresh.sh", deployed(t, "pages", "refresh.sh"))
	s.put(".gitignore", "_site/\n.headway/\n")
	s.put("docs/_config.yml", "title: A site\n")
	s.put("docs/_includes/headway.html", deployed(t, "jekyll", "_includes", "headway.html"))
	s.put("docs/guide/testimonials/index.md", "---\ntitle: All\npermalink: /guide/testimonials/\n---\n")
	s.put("docs/index.md", "---\n---\nAll of {% include headway.html show=\"merged\" %} are merged.\n")
	seed, err := os.ReadFile("../../dashboard/testimonials/testdata/arnaud-morin.md")
	if err != nil {
		t.Fatal(err)
	}
	s.put("docs/guide/testimonials/arnaud-morin.md", string(seed))
	s.git("init", "--quiet")
	s.git("add", ".")
	s.git("commit", "--quiet", "--message", "A site")
	return s
}

func (s *serverless) put(name, content string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(s.dir, name)), 0o777); err != nil {
		s.t.Fatal(err)
	}
	write(s.t, s.dir, name, content)
}

func (s *serverless) read(name string) string {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Error(err)
	}
	return string(data)
}

func (s *serverless) remove(names ...string) {
	s.t.Helper()
	for _, name := range names {
		if err := os.RemoveAll(filepath.Join(s.dir, name)); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *serverless) git(args ...string) string {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@localhost"}, args...)...)
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// run runs the job's steps as GitHub does: each by bash, the next only if it succeeded.
// It reports whether the job would publish, and what it printed.
func (s *serverless) run() (published bool, log string) {
	s.t.Helper()
	s.remove("_site")
	for _, step := range s.steps {
		cmd := exec.CommandContext(s.t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step)
		cmd.Dir, cmd.Env = s.dir, s.env
		out, err := cmd.CombinedOutput()
		log += string(out)
		if err != nil {
			return false, log
		}
	}
	return true, log
}

// commits are how many there are of the numbers.
func (s *serverless) commits() int {
	return strings.Count(s.git("log", "--format=%s"), "Refresh the numbers of headway")
}

func (s *serverless) data() (d api.SiteData) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.read("docs/_data/headway.json")), &d); err != nil {
		s.t.Fatal(err)
	}
	return d
}

// TestJekyllSiteWithoutServer runs the job's own steps on the replay and a site: the first
// run, a quiet one, one after a merge, one without Gerrit, one without its cache, and
// with neither, in which nothing may be published.
func TestJekyllSiteWithoutServer(t *testing.T) {
	gerrit := demoChanges(t)
	server := httptest.NewServer(gerrit)
	address := server.Listener.Addr().String()
	s := newServerless(t, server.URL)

	published, log := s.run()
	if !published {
		t.Fatalf("first run:\n%s", log)
	}
	first := s.data()
	merged := *first.Goals[mainGoal].Count.Counts.Merged
	fresh := fmt.Sprint(merged)
	old := func() string { return fresh + s.data().AsOf.Format(" (as of 2 Jan 2006)") }
	wantSite := func(when, merged string) {
		t.Helper()
		if page := s.read("_site/index.html"); !strings.Contains(page, ">"+merged+"</span> are merged") || strings.Contains(page, "<script") {
			t.Errorf("%s: the site says\n%s", when, page)
		}
		summary := s.read("_site/progress/index.html")
		if !strings.Contains(summary, "data-stale-after=") && !strings.Contains(summary, "Not up to date") || !strings.Contains(summary, "arnaud") && !strings.Contains(summary, "Arnaud") {
			t.Errorf("%s: the summary is without its clock or its testimonial", when)
		}
		s.read("_site/progress/" + mainGoal + "/projects/openstack/nova/index.html")
		s.read("_site/testimonials/arnaud-morin/index.html")
	}
	wantSite("first run", fresh)
	if merged == 0 || first.AsOf == nil || s.commits() != 1 || first.URL != nil {
		t.Errorf("first run: %d merged as of %v, %d commits, address %v", merged, first.AsOf, s.commits(), first.URL)
	}

	if published, log = s.run(); !published {
		t.Fatalf("quiet run:\n%s", log)
	}
	wantSite("quiet run", fresh)
	if quiet := s.data(); !quiet.AsOf.After(*first.AsOf) || s.commits() != 1 {
		t.Errorf("quiet run: as of %v after %v, %d commits, want a fresh time and no commit", quiet.AsOf, first.AsOf, s.commits())
	}
	s.git("checkout", "--quiet", ".") // a job begins with what is committed

	// A change more is news.
	if _, err := gerrit.Create(time.Now(), newDemoChange()); err != nil {
		t.Fatal(err)
	}
	if published, log = s.run(); !published || s.commits() != 2 || *s.data().Goals[mainGoal].Count.InFlight != *first.Goals[mainGoal].Count.InFlight+1 {
		t.Errorf("a change more: %t, %d commits\n%s", published, s.commits(), log)
	}

	server.Close()
	s.age(t, "http://"+address+"/")
	if published, log = s.run(); !published {
		t.Fatalf("without Gerrit:\n%s", log)
	}
	wantSite("without Gerrit", old())
	if summary := s.read("_site/progress/index.html"); !strings.Contains(summary, "Not up to date") {
		t.Error("without Gerrit: three days later the summary does not say that it is not up to date")
	}

	// The database is lost while Gerrit is away: the last pages stand.
	s.remove(".headway/headway.db")
	if published, log = s.run(); !published || !strings.Contains(log, "pages of the last run") {
		t.Errorf("without database and Gerrit: %t\n%s", published, log)
	}
	wantSite("without database and Gerrit", old())

	// Neither cache nor Gerrit: the job fails before it touches the site.
	s.remove(".headway")
	before := s.read("docs/progress/index.html")
	if published, log = s.run(); published || !strings.Contains(log, "nothing is published") || s.read("docs/progress/index.html") != before {
		t.Errorf("with neither: published %t\n%s", published, log)
	}

	// Gerrit is back: a lost cache is one slow reading.
	s.remove(".headway")
	back := httptest.NewUnstartedServer(gerrit)
	back.Start()
	defer back.Close()
	s.put("headway.yml", strings.Replace(s.read("headway.yml"), "http://"+address, back.URL, 1))
	if published, log = s.run(); !published {
		t.Errorf("with a lost cache:\n%s", log)
	}
	wantSite("with a lost cache", fresh)

	// A database that another process has, or that is another Gerrit's, is a good one.
	config, held := s.read("headway.yml"), s.read(".headway/headway.db")
	refused := func(when, because string) {
		t.Helper()
		if published, log := s.run(); published || !strings.Contains(log, because) || s.read(".headway/headway.db") != held {
			t.Errorf("%s: published %t\n%s", when, published, log)
		}
	}
	s.put("headway.yml", strings.Replace(config, "127.0.0.1", "localhost", 1))
	refused("at another address", "run headway poll --accept-moved once")
	s.env = append(s.env, "MOVED=1")
	if published, log = s.run(); !published {
		t.Errorf("moved:\n%s", log)
	}
	s.put("headway.yml", config)
	if published, log = s.run(); !published {
		t.Errorf("moved back:\n%s", log)
	}
	s.env = s.env[:len(s.env)-1]
	held = s.read(".headway/headway.db")
	db, err := store.Open(filepath.Join(s.dir, ".headway", "headway.db"), store.Options{Gerrit: back.URL + "/"})
	if err != nil {
		t.Fatal(err)
	}
	refused("in use", "in use by another process")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	// A broken one is as a lost one, but kept.
	s.put(".headway/headway.db", "It was a dark and stormy night.")
	if published, log = s.run(); !published || !strings.Contains(log, "set aside") {
		t.Errorf("with a broken cache: %t\n%s", published, log)
	}
	wantSite("with a broken cache", fresh)
	if broken := s.read(".headway/headway.db.unusable"); broken != "It was a dark and stormy night." {
		t.Errorf("%d bytes were set aside", len(broken))
	}

	// A week without news is committed, so that nobody takes the numbers for forgotten.
	s.git("checkout", "--quiet", ".")
	s.git("reset", "--quiet", "--hard", "HEAD")
	s.put("headway.yml", config)
	week := time.Now().Add(-8 * 24 * time.Hour).Format(time.RFC3339)
	s.env = append(s.env, "GIT_COMMITTER_DATE=")
	cmd := exec.CommandContext(t.Context(), "git", "-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--amend", "--no-edit", "--quiet", "--date="+week)
	cmd.Dir, cmd.Env = s.dir, append(os.Environ(), "GIT_COMMITTER_DATE="+week)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	commits := s.commits()
	if published, log = s.run(); !published || s.commits() != commits+1 {
		t.Errorf("after a week: %t, %d commits, want %d\n%s", published, s.commits(), commits+1, log)
	}
}

// newDemoChange is one more change of the demonstration's topic.
func newDemoChange() replay.NewChange {
	return replay.NewChange{Project: "openstack/nova", Branch: "master", Topic: "eventlet-removal", Subject: "One more", Owner: 40001}
}

// age makes the numbers of the cached database three days older.
func (s *serverless) age(t *testing.T, gerrit string) {
	t.Helper()
	db, err := store.Open(filepath.Join(s.dir, ".headway", "headway.db"), store.Options{Gerrit: gerrit})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := store.Round{Poll: store.Poll{Goal: mainGoal, Start: time.Now().Add(-72 * time.Hour), OK: true}}
	state := db.Snapshot().Selector(mainGoal, store.Query{Text: `prefixtopic:"eventlet-removal"`})
	state.AsOf = state.AsOf.Add(-72 * time.Hour)
	r.Selectors, r.Complete = append(r.Selectors, state), append(r.Complete, state.Project)
	if err := db.Finish(mainGoal, r); err != nil {
		t.Fatal(err)
	}
}
