package main

import (
	"context"
	_ "embed"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/fetch"
	"github.com/eventlet-removal/headway/dashboard/portrait"
)

// demoPage is a copy of what the demonstration shows instead of asking the web:
// Arnaud Morin's public page, word for word, with the permalink that it has today.
//
//go:embed demo/arnaud-morin.md
var demoPage []byte

const demoPageAddress = "https://removal.eventlet.org/guide/testimonials/arnaud-morin/"

// fetchDemoPage knows one page, and a drawing in the place of its portrait.
func fetchDemoPage(_ context.Context, address string) ([]byte, error) {
	switch address {
	case demoPageAddress:
		return demoPage, nil
	case "https://removal.eventlet.org/images/testimonials/arnaud-morin.jpg":
		return portrait.Drawn(), nil
	}
	return nil, fetch.Refusal("the demonstration asks nobody on the web")
}

// demoCredit is what is real in the demonstration, beside all that is made up.
func demoCredit(c *config.Config) string {
	for _, t := range c.Testimonials {
		if t.Page == demoPageAddress {
			return " The testimonial is real: Arnaud Morin's, from removal.eventlet.org; the portrait is drawn."
		}
	}
	return ""
}
