// Package card draws the picture that is shown where a page of ours is linked: one
// number, its bar and what it is as of, as a PNG of 1200 × 630 pixels.
//
// It is pure: words and sizes in, bytes out. dashboard imports it.
package card
