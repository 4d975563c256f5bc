//go:build gerrit

package gerrittest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// usual is the version that all suites run with.
const usual = "3.10.2"

// version is that of the Gerrit that Start starts.
func version() string {
	if v := os.Getenv("HEADWAY_GERRIT"); v != "" {
		return v
	}
	return usual
}

// Before reports whether the Gerrit that Start starts is older than 3.minor.
func Before(t testing.TB, minor int) bool {
	t.Helper()
	parts := strings.Split(version(), ".")
	if len(parts) > 1 && parts[0] == "3" {
		if n, err := strconv.Atoi(parts[1]); err == nil {
			return n < minor
		}
	}
	t.Fatalf("gerrittest: HEADWAY_GERRIT: not a version of Gerrit 3, such as %s: %q", usual, version())
	return false
}

// libraries is the directory with Gerrit's jars.
func libraries(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("HEADWAY_GERRIT_LIB")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatalf("gerrittest: find Gerrit's jars: %v; name their directory in HEADWAY_GERRIT_LIB", err)
		}
		dir = filepath.Join(cache, "headway", "gerrit-"+version(), "lib")
	}
	jars, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	if err != nil || len(jars) == 0 {
		t.Fatalf("gerrittest: no jars in %s: .ci/run puts them there, or name another directory in HEADWAY_GERRIT_LIB", dir)
	}
	return dir
}

// javaProgram runs Gerrit.
func javaProgram() string {
	if java := os.Getenv("HEADWAY_JAVA"); java != "" {
		return java
	}
	return "java"
}
