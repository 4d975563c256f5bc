package feed

import (
	"encoding/xml"
	"fmt"
	"time"
)

// AtomType is the media type of Bytes of Atom.
const AtomType = "application/atom+xml; charset=utf-8"

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Author    atomPerson  `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Published string       `xml:"published"`
	Updated   string       `xml:"updated"`
	Author    *atomPerson  `xml:"author,omitempty"`
	Link      atomLink     `xml:"link"`
	Category  atomCategory `xml:"category"`
	Content   atomText     `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// AsAtom is the feed in the form of RFC 4287. All that people wrote is text in it, never
// markup.
func (f Feed) AsAtom() ([]byte, error) {
	out := atomFeed{
		Lang: "en", ID: f.ID, Title: f.Title, Subtitle: f.Note, Updated: atomTime(f.Updated),
		Author: atomPerson{"headway"}, Generator: "headway",
	}
	if f.Atom != "" {
		out.Links = []atomLink{{"self", "application/atom+xml", f.Atom}, {"alternate", "text/html", f.Home}}
	}
	for _, e := range f.Entries {
		entry := atomEntry{
			ID: e.ID, Title: e.Title, Published: atomTime(e.At), Updated: atomTime(e.At),
			Link: atomLink{"alternate", "text/html", e.URL}, Category: atomCategory{e.Kind}, Content: atomText{"text", e.Text},
		}
		if e.Author != "" {
			entry.Author = &atomPerson{e.Author}
		}
		out.Entries = append(out.Entries, entry)
	}
	body, err := xml.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode feed %s: %w", f.ID, err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

// atomTime is a time; a feed that knows none yet begins with the epoch, because the
// element must be there.
func atomTime(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339)
}
