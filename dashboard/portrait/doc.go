// Package portrait makes small pictures of people out of foreign ones: bytes that
// anybody may have written in, a JPEG of our own out.
//
// It fetches nothing and keeps nothing. What is read is JPEG, PNG or WebP by its
// content, bounded before it is decoded, and drawn anew, so that nothing of the
// original's metadata is left. cmd and dashboard import it.
package portrait
