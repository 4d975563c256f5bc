// Package embeds says what other people's pages show of us: the words of badges, the
// lines that are pasted, and what became of changes that somebody picked by hand.
//
// It is pure: numbers and links in, texts out. It answers no request; dashboard, which
// imports it, does.
package embeds
