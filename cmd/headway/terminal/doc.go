// Package terminal is how headway status looks: the API's numbers in, a table for people
// out, as aligned text or as Markdown. It prints nothing itself, and of the world it asks
// only how wide a terminal is. cmd/headway imports it.
package terminal
