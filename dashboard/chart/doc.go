// Package chart draws the past as SVG: a burn-up of merged under uploaded changes,
// sparklines, bars and icons. It takes days and numbers as they are and decides nothing about them; it
// knows no goals, no pages and no addresses. Only dashboard imports it.
//
// Charts are small templates of our own: no script, no library, no colour that is not a
// class, so that themes, print and the content policy hold for them too.
//
// An outer SVG is as wide as its column and has no viewBox: its texts keep their
// size on a phone, and their x is a percentage. What is drawn lies in inner SVGs
// whose viewBox is the data itself (a unit is a day across and a change upwards)
// and which are stretched to fit; strokes don't stretch with them. So a path holds the
// numbers of the history as they are. Marks of single days, such as the ends of cycles, are
// measured in pixels downwards.
package chart
