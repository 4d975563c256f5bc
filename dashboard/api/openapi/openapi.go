// Package openapi is the OpenAPI 3.1 document of API v1: what can be asked, what comes
// back, in which units, and how often it changes. Machines get it as it is, and people
// as a page.
//
// It is written by hand, because its sentences are; tests hold it against the Go types of
// package api, and package openapitest every answer against it. dashboard imports it.
package openapi

import _ "embed"

//go:embed openapi.json
var document []byte

// Document returns the document. It must not be changed.
func Document() []byte { return document }
