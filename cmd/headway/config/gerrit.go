package config

import (
	"strings"
	"time"
)

// Gerrit is the server that is followed and how politely.
type Gerrit struct {
	URL               string // base address, ends in a slash
	RequestsPerSecond float64
	Timeout           time.Duration // of one request
	Contact           string        // for the server's operators, in the User-Agent
}

type rawGerrit struct {
	at
	URL               text     `yaml:"url,required"`
	RequestsPerSecond rate     `yaml:"requests_per_second"`
	Timeout           duration `yaml:"timeout"`
	Contact           text     `yaml:"contact"`
}

func (c *checker) gerrit(path string, raw *rawGerrit) Gerrit {
	g := Gerrit{
		RequestsPerSecond: 1,
		Timeout:           time.Minute,
		Contact:           "https://removal.eventlet.org/",
	}
	if u := c.webURL(path+".url", raw.URL); u != nil {
		for _, page := range []string{"/q/", "/c/", "/a/", "/dashboard/", "/admin/"} {
			if strings.Contains(u.Path+"/", page) {
				c.problem(raw.URL.at, path+".url", "is the address of a page (%s…); the base address of the server is meant", page)
				break
			}
		}
		// One spelling, because a database remembers the Gerrit it was made from.
		u.Host = strings.ToLower(u.Host)
		g.URL = strings.TrimRight(u.String(), "/") + "/"
	}
	if r := raw.RequestsPerSecond; r.given() {
		if r.value <= 0 {
			c.problem(r.at, path+".requests_per_second", "must be more than 0")
		}
		g.RequestsPerSecond = r.value
	}
	if t := raw.Timeout; t.given() {
		if t.value < time.Second {
			c.problem(t.at, path+".timeout", "must be at least 1s")
		}
		g.Timeout = t.value
	}
	if raw.Contact.given() {
		g.Contact = c.filled(path+".contact", raw.Contact)
	}
	return g
}
