//go:build unix && !netbsd && !solaris && !openbsd && !illumos && !aix

package files

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// FreeBytes is how much room there is for us in a directory, if that can be known.
func FreeBytes(dir string) (bytes int64, known bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}

// NoRoom reports whether a file could not grow. bbolt does not wrap what stopped it.
func NoRoom(err error) bool {
	for _, e := range []error{unix.ENOSPC, unix.EDQUOT, unix.EFBIG} {
		if err != nil && (errors.Is(err, e) || strings.Contains(err.Error(), e.Error())) {
			return true
		}
	}
	return false
}
