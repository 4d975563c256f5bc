package pasted_test

import (
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/pasted"
)

func TestQuery(t *testing.T) {
	for raw, want := range map[string]string{
		"":                                "",
		"utm_source=irc":                  "",
		"fbclid=1&state=open&gclid=2":     "state=open",
		"state=open&mc_cid=a&mc_eid=b":    "state=open",
		"utm%5Fsource=x&q=a+b%20c":        "q=a+b%20c",
		"q=utm_source&utm=1&utmx=2":       "q=utm_source&utm=1&utmx=2",
		"UTM_source=1":                    "UTM_source=1",
		"fbclid":                          "",
		"fbclid2=1":                       "fbclid2=1",
		"q=%zz&utm_source=x":              "q=%zz",
		"%zz=1":                           "%zz=1",
		"state=open&state=wip&utm_medium": "state=open&state=wip",
	} {
		if got := pasted.Query(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "//": "/", "/goal": "/goal", "/goal/": "/goal/", "//goal//changes": "/goal/changes",
		"/goal/projects/openstack/nova///": "/goal/projects/openstack/nova/", "/goal/./projects/": "/goal/projects/",
		"//evil.example/": "/evil.example/", "///evil.example/a/": "/evil.example/a/", "/a/../../b/c/": "/b/c/", "": "/",
		"/goal/changes": "/goal/changes", `/\evil.example/`: `/\evil.example/`,
	} {
		if got := pasted.Clean(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, path := range []string{"/", "//evil.example/", "/a/b/", "/./", "a/"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := pasted.Clean(path)
		if got != path && (strings.HasPrefix(got, "//") || !strings.HasPrefix(got, "/")) {
			t.Errorf("%q leads to %q, which may be another server", path, got)
		}
	})
}
