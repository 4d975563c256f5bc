package record

import (
	"regexp"
	"strings"
)

// address is an e-mail address in a text: a local part, perhaps in quotes, and a
// domain of at least two labels, of which the last is made of letters (or is the
// ASCII form of some). So `@name` is none, nor are versions (pip@24.0.1). What
// follows bounds it: a path, as in git@host.example:path, makes it another thing.
// Beyond ASCII all but letters, digits and marks bounds it, which is every typographic
// form of a bracket, quote or comma and all that is invisible; a backslash does,
// because quoted errors have \" and \n.
var address = regexp.MustCompile(`([\pL\pN\pM._%+'&!#$*=?^{|}~` + "`" + `-]+|"[^"]*")` +
	`(?:@[\pL\pN\pM_-]+(?:\.[\pL\pN\pM_-]+)*\.(?:[\pL\pM]{2,}|(?i:xn--[a-z0-9-]+)))+` +
	`([.:;!?_~-]*(?:[\s\pC<>"'` + "`" + `,;()\[\]{}|*\\]|[^\x00-\x7F\pL\pN\pM]|$))`)

// WithoutAddresses is a text in which each e-mail address has become its local part.
// Headway shows people by the names that Gerrit shows, and keeps no address of
// anybody, wherever Gerrit lets one stand. What looks like an address and is none,
// such as getty@tty1.service, is lost to this knowingly.
func WithoutAddresses(text string) string {
	for strings.Contains(text, "@") {
		next := address.ReplaceAllString(text, "$1$2")
		if next == text {
			break
		}
		text = next // a quoted local part may hold one
	}
	return text
}

// Clean takes addresses out of what an earlier version stored, in place.
func (w *Work) Clean() {
	w.Row.Subject, w.Error = WithoutAddresses(w.Row.Subject), WithoutAddresses(w.Error)
	w.Member.Quarantined = WithoutAddresses(w.Member.Quarantined)
	if w.Detail != nil {
		w.Detail.Clean()
	}
}

// Clean takes addresses out of what an earlier version stored, in place.
func (c *Change) Clean() {
	c.Subject = WithoutAddresses(c.Subject)
	for i, text := range c.DependsOn {
		c.DependsOn[i] = WithoutAddresses(text)
	}
	for i, text := range c.RevertText {
		c.RevertText[i] = WithoutAddresses(text)
	}
	for id, a := range c.Accounts {
		a.Name, a.Username = WithoutAddresses(a.Name), WithoutAddresses(a.Username)
		c.Accounts[id] = a
	}
}
