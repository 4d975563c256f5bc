// Package export makes static files of a headway: it walks a site as a reader would, from
// the API's lists and along the links of its pages, gives each address a file, makes the
// links relative and writes the files into a directory of their own.
//
// It decides nothing about what pages show. It asks the server for their static form, with
// a header, and refuses an answer that is not one; so it does as well with a server far
// away as with a handler in the same process. Only dashboard, for the header's name, and
// cmd/headway import it.
package export
