//go:build !unix || netbsd || solaris || openbsd || illumos || aix

package files

func FreeBytes(string) (bytes int64, known bool) { return 0, false }

func NoRoom(error) bool { return false }
