// Package static holds the style and the scripts of our pages and of what other people
// embed, each under a name that changes with its content. It is imported by dashboard.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

//go:embed embed.css style *.js
var files embed.FS

// File is a static file under a name that changes with its content, so that it may be
// kept for ever.
type File struct {
	Name        string // style.1a2b3c4d.css
	ContentType string
	Body        []byte // not to be changed
	Policy      string // how a Content-Security-Policy names it where it stands in a page
}

// The files.
var (
	Style  = file("style.css", "text/css; charset=utf-8", style())
	Live   = open("live.js", "text/javascript; charset=utf-8")  // lets a page stay up to date; it stands in the pages themselves
	Aged   = open("aged.js", "text/javascript; charset=utf-8")  // greys a static page that is not renewed; it stands in the pages themselves
	Copy   = open("copy.js", "text/javascript; charset=utf-8")  // of the builder
	Embed  = open("embed.js", "text/javascript; charset=utf-8") // fills numbers into other people's pages
	Widget = open("embed.css", "text/css; charset=utf-8")       // stands in each widget
)

// sections are the parts of the style, a file each, in the order in which they override
// one another.
var sections = []string{
	"base",
	"headline",
	"actors",
	"pill",
	"table",
	"details",
	"cycles",
	"testimonials",
	"beside",
	"goals",
	"search",
	"past",
	"chart",
	"moved",
	"polls",
	"embeds",
	"narrow",
	"print",
}

func style() []byte {
	var all []byte
	for _, section := range sections {
		all = append(all, read("style/"+section+".css")...)
	}
	return all
}

// indents and comments of a script are for those who read its source.
var indents = regexp.MustCompile(`(?m)^\s*(//.*\n)?\s*`)

func open(name, contentType string) File {
	body := read(name)
	if strings.HasSuffix(name, ".js") {
		body = indents.ReplaceAll(body, nil)
	}
	return file(name, contentType, body)
}

func read(name string) []byte {
	body, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("static: %v", err)) // it is embedded
	}
	return body
}

func file(name, contentType string, body []byte) File {
	sum := sha256.Sum256(body)
	stem, ext, _ := strings.Cut(name, ".")
	return File{
		Name:        stem + "." + hex.EncodeToString(sum[:4]) + "." + ext,
		ContentType: contentType,
		Body:        body,
		Policy:      "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
}
