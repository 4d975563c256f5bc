// Package gerrit makes the few requests to a Gerrit server that headway needs,
// read only, through go-gerrit's client and request plumbing under a guarding
// transport of our own, and decodes the answers into our own structs. Gerrit's
// quirks are handled, and named, here. Only collector, which polls, and cmd, which
// checks the configuration and verifies the numbers, import it.
//
// The requests:
//
//	List        changes/?q=QUERY&n=500                  rows, paged by time, no options
//	ListAll     the same                                and once more below the last row
//	Details     changes/?q=change:A OR change:B&n=3&o=… everything about a batch
//	Exists      changes/project~N                       is it deleted or hidden?
//	Sees        changes/?q=is:open OR is:closed&n=10    is anything shown at all?
//	Labels      projects/NAME                           which labels has it, if it exists?
//	HasAccount  accounts/NAME                           is there one of this name?
//	Version     config/server/version
//
// All of them are GETs, anonymous or, with a login, below /a/ and less what is private:
// a private change is never returned, whoever sees it. All clients of the process send one request at
// a time to one host, at the configured rate; what may pass with time is tried
// three times; every body is read to a limit and closed before anybody sees it
// (see guard). An answer is only believed if it is JSON, says so and carries
// Gerrit's prefix: an empty answer never means "no changes".
//
// Each element of a list is decoded on its own. One that can't be used is
// reported as Bad and does not hide its neighbours.
package gerrit
