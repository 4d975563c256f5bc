package terminal

import (
	"io"
	"os"
	"strings"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// Look is what the place has room for where a text is printed.
type Look struct {
	Width  int // in columns; 0: as many as it takes
	Colour bool
}

// Is reports whether somebody looks on.
func Is(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// LookOf is what suits an output. Only a terminal has a width, and colours if neither
// NO_COLOR (see no-color.org) nor TERM is against them; setting is the environment.
func LookOf(out io.Writer, setting func(string) string) Look {
	if !Is(out) {
		return Look{}
	}
	look := Look{Colour: setting("NO_COLOR") == "" && setting("TERM") != "dumb"}
	if width, _, err := term.GetSize(int(out.(*os.File).Fd())); err == nil {
		look.Width = width
	}
	return look
}

// ink is how a text is drawn, as a terminal is told.
type ink string

const (
	bold   ink = "1"
	dim    ink = "2"
	green  ink = "32"
	yellow ink = "33"
)

// paint draws a text, if there are colours.
func (l Look) paint(with ink, s string) string {
	if !l.Colour || with == "" || s == "" {
		return s
	}
	return "\x1b[" + string(with) + "m" + s + "\x1b[0m"
}

// wrap breaks a text between words, where it is wider than there is room.
func (l Look) wrap(first, rest, s string) string {
	if l.Width <= 0 {
		return first + s
	}
	var out strings.Builder
	line, empty := first, true
	for _, word := range strings.Fields(s) {
		if !empty && uniseg.StringWidth(line)+1+uniseg.StringWidth(word) > l.Width {
			out.WriteString(line + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return out.String() + line
}
