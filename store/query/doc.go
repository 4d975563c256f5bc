// Package query is the home of Gerrit's search language and of the addresses of
// its changes and searches: the text is written and read here, what it means is
// decided elsewhere. Whether a branch matches a pattern is dashboard/progress's
// question; here the pattern becomes a term.
//
//	search   quote, alternatives, groups, branch patterns
//	fit      how many terms one request takes
//	terms    a search -> its terms
//	address  changes and searches in Gerrit's web pages and REST API
//
// It is pure and imports nothing of ours. collector, collector/gerrit, cmd,
// dashboard and its packages import it; the replay and gerrittest must not, because
// they judge the text we send.
package query
