// Package files is what the store asks of the file system besides bytes: which file a
// name stands for, whose it is, how much room there is. It knows nothing of databases,
// and only store imports it.
package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Bare takes the path out of an error that will be wrapped with it.
func Bare(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Same reports whether two names stand for one file.
func Same(a, b string) (bool, error) {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y), errors.Join(err1, err2)
}

// Target follows symbolic links, so that the file is replaced and not the link.
func Target(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	return real, err
}

// SyncDir makes the name of a new file durable.
func SyncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
