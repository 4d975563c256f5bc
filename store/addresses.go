package store

import (
	"regexp"
	"strings"
)

// address is an e-mail address in a text: a local part, perhaps in quotes, and a
// domain of at least two labels, of which the last is made of letters (or is the
// ASCII form of some). So `@name` is none, nor are versions (pip@24.0.1). What
// follows bounds it: a path, as in git@host.example:path, makes it another thing, and
// so do the slashes before the user of a URL.
var address = regexp.MustCompile(`(//)?` +
	`([\pL\pN\pM._%+'&!#$*=?^{|}~` + "`" + `-]+|"[^"]*")` +
	`(?:@[\pL\pN\pM_-]+(?:\.[\pL\pN\pM_-]+)*\.(?:[\pL\pM]{2,}|xn--[A-Za-z0-9-]+))+` +
	`([.:;!?|]*(?:[\s\p{Z}\p{Cc}<>"'“”„‘’‚«»‹›` + "`" + `,;()\[\]{}|]|$))`)

// WithoutAddresses is a text in which each e-mail address has become its local part.
// Headway shows people by the names that Gerrit shows, and keeps no address of
// anybody, wherever Gerrit lets one stand. What looks like an address and is none,
// such as getty@tty1.service, is lost to this knowingly.
func WithoutAddresses(text string) string {
	for strings.Contains(text, "@") {
		next := address.ReplaceAllStringFunc(text, func(s string) string {
			m := address.FindStringSubmatch(s)
			if m[1] != "" {
				return s
			}
			return m[2] + m[3]
		})
		if next == text {
			break
		}
		text = next // a quoted local part may hold one
	}
	return text
}

// withoutAddresses cleans what an earlier version stored, in place.
func (w *Work) withoutAddresses() {
	w.Row.Subject = WithoutAddresses(w.Row.Subject)
	if w.Detail != nil {
		w.Detail.withoutAddresses()
	}
}

// withoutAddresses cleans what an earlier version stored, in place.
func (c *Change) withoutAddresses() {
	c.Subject = WithoutAddresses(c.Subject)
	for i, text := range c.DependsOn {
		c.DependsOn[i] = WithoutAddresses(text)
	}
	for id, a := range c.Accounts {
		a.Name, a.Username = WithoutAddresses(a.Name), WithoutAddresses(a.Username)
		c.Accounts[id] = a
	}
}
