package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/units"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/dashboard/api/openapi/openapitest"
	"github.com/eventlet-removal/headway/store"
)

// TestMain makes the test binary the program itself when the tests run it, so that
// they see real flags, signals and exit codes.
func TestMain(m *testing.M) {
	if os.Getenv("HEADWAY_TEST_MAIN") == "1" {
		main()
		os.Exit(0)
	}
	// Whoever takes local time for UTC shall be seen everywhere.
	time.Local = time.FixedZone("elsewhere", 5*60*60+30*60)
	http.DefaultTransport = openapitest.Transport(http.DefaultTransport) // the API answers as it says
	os.Exit(m.Run())
}

// program is the command with these arguments, in a directory of its own.
func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "HEADWAY_TEST_MAIN=1")
	cmd.Dir = dir
	return cmd
}

// onFreePort are flags of a server on a port of its own; 0: no answer is kept.
func onFreePort(cache units.Base2Bytes) webFlags {
	return webFlags{&web.FlagConfig{WebListenAddresses: &[]string{"127.0.0.1:0"}, WebSystemdSocket: new(bool), WebConfigFile: new(string)}, new(*url.URL), &cache}
}

// minimal is the shortest configuration; what a test adds to its goal begins in
// line 5 with four spaces.
const minimal = `gerrit: {url: https://gerrit.example.org/}
goals:
  - name: g
    selector: topic:x
`

// load parses a configuration that must be right.
func load(t *testing.T, yaml string) *config.Config {
	t.Helper()
	cfg, err := config.Parse("f", ".", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// builtinConfig is the built-in configuration as it is written.
func builtinConfig(t *testing.T) string {
	t.Helper()
	yaml, err := os.ReadFile("config/openstack.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(yaml)
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// result is what one run of the program came to.
type result struct {
	code           int
	stdout, stderr string
}

func headway(t *testing.T, dir string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := program(t, dir, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// write makes a file in dir and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCommandLine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "good.yml", minimal)
	write(t, dir, "bad.yml", minimal+"    shedule: x\nx: 1\n")
	write(t, dir, "foreign.db", "this is somebody's novel")
	for _, tc := range []struct {
		name           string
		args           string
		code           int
		stdout, stderr string // what they contain; "" means that they are empty
	}{
		{"version", "--version", 0, "headway, version ", ""},
		{"help", "--help", 0, "usage: headway ", ""},
		{"help of a command", "poll --help", 0, "--[no-]accept-missing", ""},
		{"the manual", "--help-man", 0, ".SS\n\\fBreport", ""},
		{"all help at once", "--help-long", 0, "report [<flags>]", ""},
		{"completion for bash", "--completion-script-bash", 0, "complete -F", ""},
		{"completion for zsh", "--completion-script-zsh", 0, "#compdef headway", ""},
		{"what bash asks", "--completion-bash po", 0, "poll\n", ""},
		{"no command", "", 2, "", "headway: a command is needed; see headway --help"},
		{"flags but no command", "--log.level=debug", 2, "", "headway: a command is needed"},
		{"unknown command", "pol", 2, "", `headway: expected command but got "pol"`},
		{"unknown flag", "poll --fulll", 2, "", "headway: unknown long flag '--fulll'"},
		{"unknown log level", "check-config --log.level=loud", 2, "", "unrecognized log level loud"},
		{"too many arguments", "check-config good.yml", 2, "", "headway: unexpected good.yml"},

		{"built-in configuration", "check-config", 0, "openstack.yaml (built in): ok\n", ""},
		{"good configuration", "check-config --config.file=good.yml", 0, "good.yml: ok\n", ""},
		{"bad configuration", "check-config --config.file=bad.yml", 2, "", "bad.yml:5:5: goals[0]: unknown key \"shedule\"; did you mean \"schedule\"?\nbad.yml:6:1: unknown key \"x\"\n"},
		{"no configuration", "check-config --config.file=none.yml", 2, "", "headway: read configuration: open none.yml: no such file or directory\n"},
		{"configuration is a directory", "check-config --config.file=.", 2, "", "headway: read configuration: read .: is a directory\n"},
		{"the built-in configuration as a file", "check-config --print", 0, "\ngerrit:\n  url: https://review.opendev.org/\n", ""},
		{"a bad configuration as a file", "check-config --print --config.file=bad.yml", 2, "", "bad.yml:6:1: unknown key \"x\"\n"},
		{"a selector alone", "poll --selector=topic:x", 2, "", "headway: --selector needs --gerrit.url"},
		{"a file and a selector", "poll --config.file=good.yml --gerrit.url=https://g --selector=topic:x", 2, "", "headway: a configuration file names its Gerrit and selectors itself"},
		{"a bad selector", "serve --gerrit.url=https://g --selector=status:open", 2, "", "command line: --selector must not contain status:, which asks for a state"},
		{"poll with a bad configuration", "poll --config.file=bad.yml", 2, "", "bad.yml:6:1: unknown key"},
		{"poll into a foreign file", "poll --config.file=good.yml --storage.path=foreign.db", 3, "", "foreign.db: not a headway database"},
		{"poll into no directory", "poll --config.file=good.yml --storage.path=no/such.db", 2, "", "no/such.db: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, dir, strings.Fields(tc.args)...)
			if got.code != tc.code {
				t.Errorf("exit code %d, want %d", got.code, tc.code)
			}
			checkOutput(t, "stdout", got.stdout, tc.stdout)
			checkOutput(t, "stderr", got.stderr, tc.stderr)
		})
	}
}

func checkOutput(t *testing.T, name, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) || want == "" && got != "" {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

// emptyGerrit is a Gerrit without changes, as far as a poll asks.
func emptyGerrit(t *testing.T) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		switch r.URL.Path {
		case "/changes/":
			if r.URL.Query().Get("q") == "is:open OR is:closed" { // it has changes, of others
				fmt.Fprint(w, ")]}'\n[{\"_number\":1}]\n")
				return
			}
			fmt.Fprint(w, ")]}'\n[]\n")
		case "/config/server/version":
			fmt.Fprint(w, ")]}'\n\"3.10.2\"\n")
		default:
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintln(w, "Not found")
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

// fastConfig is for a Gerrit at an address, which is asked as fast as it answers.
// The short schedule also shortens the random delay of the first poll.
func fastConfig(url string) string {
	return strings.Replace(minimal, "https://gerrit.example.org/}", url+", requests_per_second: 1000}", 1) +
		"    schedule: '@every 10s'\n"
}

func TestPoll(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "up.yml", fastConfig(emptyGerrit(t).URL))
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	write(t, dir, "wrong.yml", fastConfig(web.URL))

	got := headway(t, dir, "poll", "--config.file=up.yml", "--storage.path=up.db", "--verbose")
	if got.code != 0 || !strings.HasPrefix(got.stdout, "g: listed everything in ") || strings.Count(got.stdout, "\n") != 1 {
		t.Errorf("poll of an empty Gerrit: %+v, want exit code 0 and one line", got)
	}

	// Nobody looks on: what is well is not worth a mail from cron.
	got = headway(t, dir, "poll", "--config.file=up.yml", "--storage.path=up.db")
	if want := (result{}); got != want {
		t.Errorf("a good poll without a terminal: %+v, want silence", got)
	}

	got = headway(t, dir, "poll", "--config.file=wrong.yml", "--storage.path=wrong.db")
	if strings.Count(got.stdout+got.stderr, "\n") != 2 {
		t.Errorf("a failed poll without a terminal: %+v, want it said in two lines", got)
	}
	if got.code != 1 || !strings.Contains(got.stdout, "; incomplete: selector topic:x: ") || !strings.Contains(got.stderr, "headway: not everything was polled: g\n") {
		t.Errorf("poll of what is no Gerrit: %+v, want exit code 1 and the selector named", got)
	}

	got = headway(t, dir, "poll", "--config.file=wrong.yml", "--storage.path=up.db")
	if got.code != 2 || !strings.Contains(got.stderr, "up.db: the database was made from another Gerrit") {
		t.Errorf("poll into the database of another Gerrit: %+v, want exit code 2", got)
	}
}

// TestQuietPollOfAnOlderDatabase wants cron's mail to say once that the file was written
// anew: the old one lies beside it.
func TestQuietPollOfAnOlderDatabase(t *testing.T) {
	dir := t.TempDir()
	data := schema1(t)
	// The file names its Gerrit; ours gets an address of the same length.
	const theirs = "https://review.example.org/"
	below := httptest.NewServer(http.NotFoundHandler())
	defer below.Close()
	url := below.URL + "/" + strings.Repeat("p", len(theirs)-len(below.URL)-2) + "/"
	write(t, dir, "old.db", strings.ReplaceAll(data, theirs, url))
	write(t, dir, "c.yml", fastConfig(url))
	for i, want := range []bool{true, false} {
		got := headway(t, dir, "poll", "--config.file=c.yml", "--storage.path=old.db")
		if said := strings.Contains(got.stderr, "the database was written anew for this version") && strings.Contains(got.stderr, "kept=old.db.schema-1"); said != want {
			t.Errorf("poll %d: said so: %t, want %t: %+v", i+1, said, want, got)
		}
	}
}

func TestPollOfALockedDatabase(t *testing.T) {
	dir := t.TempDir()
	url := emptyGerrit(t).URL
	write(t, dir, "c.yml", fastConfig(url))
	db, err := store.Open(filepath.Join(dir, "used.db"), store.Options{Gerrit: url + "/"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	got := headway(t, dir, "poll", "--config.file=c.yml", "--storage.path=used.db")
	want := result{2, "", "headway: open database used.db: the database is in use by another process: stop it; status, report, verify and export read a running server with --url\n"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}
