package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// JSONType is the media type of JSON Feed.
const JSONType = "application/feed+json; charset=utf-8"

type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	Home        string     `json:"home_page_url,omitempty"`
	Feed        string     `json:"feed_url,omitempty"`
	Description string     `json:"description,omitempty"`
	Language    string     `json:"language"`
	Items       []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Text      string       `json:"content_text"`
	Published string       `json:"date_published"`
	Modified  string       `json:"date_modified"`
	Authors   []jsonPerson `json:"authors,omitempty"`
	Tags      []string     `json:"tags"`
}

type jsonPerson struct {
	Name string `json:"name"`
}

// AsJSON is the feed in the form of JSON Feed 1.1.
func (f Feed) AsJSON() ([]byte, error) {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Home, Feed: f.JSON, Description: f.Note,
		Language: "en", Items: make([]jsonItem, 0, len(f.Entries)),
	}
	for _, e := range f.Entries {
		at := e.At.Format(time.RFC3339)
		item := jsonItem{ID: e.ID, URL: e.URL, Title: e.Title, Text: e.Text, Published: at, Modified: at, Tags: []string{e.Kind}}
		if e.Author != "" {
			item.Authors = []jsonPerson{{e.Author}}
		}
		out.Items = append(out.Items, item)
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("encode feed %s: %w", f.ID, err)
	}
	return body.Bytes(), nil
}
