//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// KeepOwner gives the file at temp the owner of the one at path, if there is one:
// a database that root compacted must still open for the server's user.
func KeepOwner(path, temp string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	was, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(was.Uid) == os.Geteuid() {
		return nil
	}
	return os.Chown(temp, int(was.Uid), int(was.Gid))
}
