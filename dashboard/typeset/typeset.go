// Package typeset sets names and numbers as pages show them. It is pure. Only dashboard's
// templates use it.
package typeset

import (
	"strconv"
	"strings"
)

// Owner is what stands before the last part of a project's name, with the slash.
func Owner(name string) string { return name[:strings.LastIndexByte(name, '/')+1] }

// Stem is the last part of a project's name.
func Stem(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// Long reports whether a text may not fit where it is cut off; it then needs a title.
func Long(text string, letters int) bool { return len([]rune(text)) > letters }

// Thin puts thin spaces between the thousands of a whole number; anything else stays
// as it is.
func Thin(number string) string {
	if _, err := strconv.Atoi(number); err != nil || len(number) < 4 {
		return number
	}
	var out strings.Builder
	for i, digit := range number {
		if i > 0 && (len(number)-i)%3 == 0 {
			out.WriteString("\u2009")
		}
		out.WriteRune(digit)
	}
	return out.String()
}

// Percent is a number of thousandths as a length in a drawing.
func Percent(thousandths int) string {
	return strconv.FormatFloat(float64(thousandths)/10, 'f', -1, 64) + "%"
}
