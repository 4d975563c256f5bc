package export_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/export"
)

// put writes a file and returns where it is.
func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestExportDirectory writes files again with some gone, some changed, some foreign.
func TestExportDirectory(t *testing.T) {
	name := filepath.Join(t.TempDir(), "site")
	write := func(files map[string]string) (export.Written, error) {
		t.Helper()
		d, err := export.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		bytes := map[string][]byte{}
		for file, body := range files {
			bytes[file] = []byte(body)
		}
		return d.Write(bytes)
	}
	if done, err := write(map[string]string{"index.html": "1", "a/b/index.html": "2", "a/c.json": "{}"}); err != nil || done != (export.Written{3, 0}) {
		t.Fatalf("%+v, %v", done, err)
	}
	put(t, name, "CNAME", "example.org")
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(name, "index.html"), old, old); err != nil {
		t.Fatal(err)
	}
	if done, err := write(map[string]string{"index.html": "1", "a/c.json": "[]"}); err != nil || done != (export.Written{1, 1}) {
		t.Fatalf("%+v, %v", done, err)
	}
	if info, err := os.Stat(filepath.Join(name, "index.html")); err != nil || !info.ModTime().Equal(old) || info.Mode().Perm() != 0o644 {
		t.Errorf("an unchanged file: %v, %v", info, err)
	}
	if _, err := os.Stat(filepath.Join(name, "a/b")); !os.IsNotExist(err) {
		t.Errorf("the directory of a removed file: %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(name, "CNAME")); err != nil || string(data) != "example.org" {
		t.Errorf("a file of somebody else: %q, %v", data, err)
	}
	for file, want := range map[string]string{"CNAME": "is in the way", "../outside": "escapes", "/etc/outside": "escapes"} {
		if _, err := write(map[string]string{file: "x"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("writing %s: %v, want %q", file, err, want)
		}
	}
}

// TestExportManifestIsUntrusted: a manifest that names files elsewhere removes none.
func TestExportManifestIsUntrusted(t *testing.T) {
	dir := t.TempDir()
	outside := put(t, dir, "outside", "mine")
	site := filepath.Join(dir, "site")
	if err := os.Mkdir(site, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, site, ".headway-export", export.ManifestHead+"../outside\n"+outside+"\n")
	d, err := export.Open(site)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if done, err := d.Write(map[string][]byte{"index.html": nil}); err != nil || done.Removed != 0 {
		t.Errorf("%+v, %v", done, err)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error(err)
	}
}
