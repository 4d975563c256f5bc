package export

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Files of an export that are not part of the site.
const (
	// manifest names all files of an export. It makes a directory ours.
	manifest = ".headway-export"
	// partial is a file that is being written.
	partial = ".headway-partial"

	manifestHead = "# Written by headway export: the files that are its own, and that the next one may replace or remove.\n"
)

// Dir is a directory that holds an export. Nothing outside of it is touched,
// whatever names say: an os.Root follows no path and no link that leads out.
type Dir struct {
	root *os.Root
	name string
	own  map[string]bool // files of the earlier export, by name with slashes
}

// Open makes the directory if there is none. One that holds anything but an
// earlier export is refused.
func Open(name string) (*Dir, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	d := &Dir{root, name, map[string]bool{}}
	if err := d.readManifest(); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *Dir) Close() { d.root.Close() }

func (d *Dir) readManifest() error {
	data, err := d.root.ReadFile(manifest)
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(d.name)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if len(entries) > 0 {
			return fmt.Errorf("export: %s is not empty and holds no earlier export (there is no %s)", d.name, manifest)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	rest, ours := strings.CutPrefix(string(data), manifestHead)
	if !ours {
		return fmt.Errorf("export: %s is not from headway export", path.Join(d.name, manifest))
	}
	for line := range strings.Lines(rest) {
		if file := strings.TrimSuffix(line, "\n"); filepath.IsLocal(file) {
			d.own[file] = true
		}
	}
	return nil
}

// Written is what a write has done, in files.
type Written struct{ Written, Removed int }

// Write makes the directory hold these files and no others of an earlier export. A
// file that has its bytes already is not touched. The manifest names old and new
// files while both may be there, so an export that was cut can be done again.
func (d *Dir) Write(files map[string][]byte) (Written, error) {
	var done Written
	for file := range files {
		if _, err := d.root.Lstat(file); err == nil && !d.own[file] {
			return done, fmt.Errorf("export: %s is in the way: it is not from an earlier export", path.Join(d.name, file))
		}
	}
	names := slices.Sorted(maps.Keys(files))
	both := maps.Clone(d.own)
	for _, file := range names {
		both[file] = true
	}
	if _, err := d.writeFile(manifest, manifestOf(both)); err != nil {
		return done, err
	}
	for _, file := range names {
		changed, err := d.writeFile(file, files[file])
		if err != nil {
			return done, err
		}
		if changed {
			done.Written++
		}
	}
	for file := range d.own {
		if _, still := files[file]; still {
			continue
		}
		if err := d.remove(file); err != nil {
			return done, err
		}
		done.Removed++
	}
	clear(d.own)
	for _, file := range names {
		d.own[file] = true
	}
	_, err := d.writeFile(manifest, manifestOf(d.own))
	return done, err
}

func manifestOf(names map[string]bool) []byte {
	var out bytes.Buffer
	out.WriteString(manifestHead)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out.WriteString(name + "\n")
	}
	return out.Bytes()
}

// writeFile replaces a file at once, so that a reader gets the old one or the new
// one, and reports whether it had to.
func (d *Dir) writeFile(file string, body []byte) (bool, error) {
	if have, err := d.root.ReadFile(file); err == nil && bytes.Equal(have, body) {
		return false, nil
	}
	if err := d.root.MkdirAll(path.Dir(file), 0o755); err != nil {
		return false, fmt.Errorf("export %s: %w", file, err)
	}
	err := d.root.WriteFile(partial, body, 0o644)
	if err == nil {
		err = d.root.Chmod(partial, 0o644) // whatever the umask: a web server reads it
	}
	if err == nil {
		err = d.root.Rename(partial, file)
	}
	if err != nil {
		return false, fmt.Errorf("export %s: %w", file, errors.Join(err, d.drop(partial)))
	}
	return true, nil
}

// remove removes a file and the directories that it leaves empty.
func (d *Dir) remove(file string) error {
	if err := d.drop(file); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if d.root.Remove(dir) != nil {
			break // something else is in it
		}
	}
	return nil
}

func (d *Dir) drop(file string) error {
	if err := d.root.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
