package config

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/store/query"
)

// Gerrit is the server that is followed and how politely.
type Gerrit struct {
	URL               string // base address, ends in a slash
	RequestsPerSecond float64
	Timeout           time.Duration // of one request
	Contact           string        // for the server's operators, in the User-Agent; "": none is named

	// Username is the account that headway logs in with, "" without a login;
	// PasswordFile holds its HTTP password. The password itself is no part of a Config.
	Username     string
	PasswordFile string
}

type rawGerrit struct {
	at
	URL               text     `yaml:"url,required"`
	RequestsPerSecond rate     `yaml:"requests_per_second"`
	Timeout           duration `yaml:"timeout"`
	Contact           text     `yaml:"contact"`
	Username          text     `yaml:"username"`
	PasswordFile      text     `yaml:"password_file"`
}

// minRate is the slowest rate of requests: at one in a hundred seconds a poll of a few
// requests still ends within the longest schedules.
const minRate = 0.01

func (c *checker) gerrit(path string, raw *rawGerrit) Gerrit {
	g := Gerrit{
		RequestsPerSecond: 1,
		Timeout:           time.Minute,
	}
	u := c.webURL(path+".url", raw.URL)
	if u != nil {
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
		if r.value < minRate {
			c.problem(r.at, path+".requests_per_second", "must be at least %v", minRate)
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
	g.Username, g.PasswordFile = c.login(path, raw, u)
	return g
}

// login checks who logs in to a Gerrit, and that nobody on the way to it could read how.
func (c *checker) login(path string, raw *rawGerrit, gerrit *url.URL) (username, file string) {
	name, password := raw.Username, raw.PasswordFile
	switch {
	case !name.given() && !password.given():
		return "", ""
	case !password.given():
		c.problem(name.at, path+".username", `needs a "password_file", with the HTTP password that the account made in its settings`)
	case !name.given():
		c.problem(password.at, path+".password_file", `needs a "username"`)
	case gerrit != nil && !query.Confidential(gerrit):
		c.problem(raw.URL.at, path+".url", "must begin with https://, because a login is sent to it (or name this machine: localhost, 127.0.0.1 or [::1])")
	}
	if strings.Contains(c.filled(path+".username", name), ":") {
		c.problem(name.at, path+".username", "must not contain a colon")
	}
	if c.filled(path+".password_file", password) == "" {
		return name.value, ""
	}
	file = password.value
	if !filepath.IsAbs(file) {
		file = filepath.Join(c.dir, file)
	}
	// Who may not read it can still use what asks no Gerrit.
	switch info, err := os.Stat(file); {
	case errors.Is(err, fs.ErrPermission):
	case err != nil:
		c.problem(password.at, path+".password_file", "%v", err)
	case info.IsDir():
		c.problem(password.at, path+".password_file", "%s is a directory", file)
	}
	return name.value, file
}
