//go:build !unix

package files

func KeepOwner(string, string) error { return nil }
