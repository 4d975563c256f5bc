//go:build python

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// python is where a program of this suite is: .ci/run installs them.
func python(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("HEADWAY_PYTHON"), name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run this suite by .ci/run", err)
	}
	return path
}

// demonstrated runs the demonstration until all of it is there.
func demonstrated(t *testing.T) *running {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	r := start(t, dir, "demo", "--web.listen-address=127.0.0.1:0")
	r.logged(t, `msg="poll done"`)
	return r
}

// names are what the fuzzer asks for where the document wants a name that is there; that
// others are 404 has tests of its own.
const names = `[parameters]
"path.goal" = "eventlet-removal"
"path.project" = "openstack/nova"
`

// TestPythonFuzzesTheAPI has a validator read the API's document, and a fuzzer ask all
// that it allows, and what it does not: no answer is of a status, type or form that the
// document does not have, and none says that something went wrong here. A name may be
// well formed and unknown, and an empty value is as none, so whether an answer is an
// error is not for the fuzzer to judge.
func TestPythonFuzzesTheAPI(t *testing.T) {
	r := demonstrated(t)
	dir := t.TempDir()
	_, document := r.get(t, "api/v1/openapi.json") // from there the fuzzer would leave its address out
	file := write(t, dir, "openapi.json", document)
	if out, err := exec.CommandContext(t.Context(), python(t, "openapi-spec-validator"), file).CombinedOutput(); err != nil {
		t.Errorf("the document: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), python(t, "schemathesis"),
		"--config-file", write(t, dir, "schemathesis.toml", names),
		"run", file, "--url", r.url+"api/v1", "--no-color", "--warnings=off",
		"--max-examples=50", "--generation-deterministic", "--request-timeout=60",
		"--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method",
	)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	_, summary, _ := strings.Cut(string(out), " SUMMARY ")
	t.Logf("%s", summary)
	if !strings.Contains(summary, "Tested: 11") {
		t.Errorf("not all of the 11 addresses were tested")
	}
}

// parsed prints what a reader of feeds finds in one.
const parsed = `
import feedparser, json, sys
d = feedparser.parse(sys.stdin.buffer.read(), sanitize_html=False)
if d.bozo:
    sys.exit(repr(d.bozo_exception))
json.dump({"version": d.version, "title": d.feed.title, "entries": [{"id": e.id, "title": e.title, "url": e.link} for e in d.entries]}, sys.stdout)
`

// TestPythonReadsTheFeeds compares the Atom feed, as the parser of many readers takes it,
// with the JSON Feed. Among the subjects is one that would be markup, if it could.
func TestPythonReadsTheFeeds(t *testing.T) {
	type entry struct{ ID, Title, URL string }
	r := demonstrated(t)
	markup := false
	for _, of := range []string{"", "?project=openstack/nova", "?team=oslo"} {
		_, atom := r.get(t, "eventlet-removal/feed.atom"+of)
		_, body := r.get(t, "eventlet-removal/feed.json"+of) // at once: the demo goes on
		cmd := exec.CommandContext(t.Context(), python(t, "python"), "-c", parsed)
		var stderr bytes.Buffer
		cmd.Stdin, cmd.Stderr = strings.NewReader(atom), &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", of, err, &stderr)
			continue
		}
		var got struct {
			Version, Title string
			Entries        []entry
		}
		var want struct {
			Title string
			Items []entry
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatal(err)
		}
		if got.Version != "atom10" || got.Title != want.Title || len(got.Entries) == 0 {
			t.Errorf("%s: %s, %q, %d entries", of, got.Version, got.Title, len(got.Entries))
		}
		if diff := cmp.Diff(want.Items, got.Entries); diff != "" {
			t.Errorf("%s (-JSON Feed +Atom):\n%s", of, diff)
		}
		markup = markup || bytes.Contains(out, []byte("<"))
	}
	if !markup {
		t.Error("no subject with markup is in a feed")
	}
}
