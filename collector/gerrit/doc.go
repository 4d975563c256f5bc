// Package gerrit makes the few requests to a Gerrit server that headway needs,
// read only, through go-gerrit's client and request plumbing under a guarding
// transport of our own, and decodes the answers into our own structs. Gerrit's
// quirks are handled, and named, here; no Gerrit type leaves collector and its
// packages. Only collector imports it.
package gerrit
