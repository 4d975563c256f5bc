// Package remote reads a running headway, for the commands that take --url: over
// HTTP, with the credentials and authorities of --http.config.file. Its errors are
// for whoever typed the flags: they name the flag and the likely mistake.
//
// It knows no goal and no number but what the answers say. cmd/headway imports it.
package remote
