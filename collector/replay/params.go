package replay

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/collector/replay/door"
)

// params are the parameters of a request as Gerrit's command-line parser behind
// the REST API takes them: the last of several wins, but for q and o.
type params struct {
	queries []string
	limit   int
	start   int
	options map[string]bool
	meta    string
	pretty  bool
	inside  bool   // who asks has signed in
	single  bool   // one change is asked for by its id, not by a query
	base    string // URL the Server was reached by
}

// optionWords are the values o= can have (ListChangesOption of 3.10).
var optionWords = strings.Fields(`LABELS DETAILED_LABELS CURRENT_REVISION ALL_REVISIONS CURRENT_COMMIT ALL_COMMITS
	CURRENT_FILES ALL_FILES DETAILED_ACCOUNTS MESSAGES CURRENT_ACTIONS REVIEWED DRAFT_COMMENTS DOWNLOAD_COMMANDS
	WEB_LINKS CHECK CHANGE_ACTIONS COMMIT_FOOTERS PUSH_CERTIFICATES REVIEWER_UPDATES SUBMITTABLE TRACKING_IDS
	SKIP_DIFFSTAT SUBMIT_REQUIREMENTS CUSTOM_KEYED_VALUES STAR PARENTS`)

// parseParams reads the query of a request's URL. Errors are Gerrit's.
func parseParams(r *http.Request) (*params, error) {
	p := &params{options: map[string]bool{}, base: "http://" + r.Host + mountedAt(r) + "/", inside: door.Inside(r)}
	if r.TLS != nil {
		p.base = "https" + strings.TrimPrefix(p.base, "http")
	}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if pair == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		if err1 != nil || err2 != nil {
			return nil, refuse("Bad Request")
		}
		if err := p.set(name, value); err != nil {
			return nil, err
		}
	}
	if p.start < 0 {
		return nil, refuse("'start' parameter cannot be less than zero")
	}
	return p, nil
}

func (p *params) set(name, value string) (err error) {
	switch name {
	case "q", "query":
		p.queries = append(p.queries, value)
	case "n", "limit":
		p.limit, err = number(name, value)
	case "S", "start":
		p.start, err = number(name, value)
	case "o":
		word := strings.ToUpper(value)
		if !slices.Contains(optionWords, word) {
			return refuse(fmt.Sprintf("%q is not a valid value for %q", value, "-o"))
		}
		p.options[word] = true
	case "meta":
		p.meta = value
	case "pp":
		p.pretty = value == "1" || value == "true"
	case "no-limit", "allow-incomplete-results": // without effect for anybody and here
	case "O", "fields", "skip-visibility":
		return refuse("replay: parameter " + name + " is not known here")
	default:
		return refuse(fmt.Sprintf("%q is not a valid option", flag(name)))
	}
	return err
}

// flag is a parameter's name as the command line would have it.
func flag(name string) string {
	if len([]rune(name)) == 1 {
		return "-" + name
	}
	return "--" + name
}

func number(name, value string) (int, error) {
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil {
		return 0, refuse(fmt.Sprintf("%q is not a valid value for %q", value, flag(name)))
	}
	return int(n), nil
}

// lazy reports whether Gerrit would go beyond its index for this request.
func (p *params) lazy() bool {
	return p.single || slices.ContainsFunc([]string{"ALL_COMMITS", "ALL_REVISIONS", "CHANGE_ACTIONS", "CHECK",
		"COMMIT_FOOTERS", "CURRENT_ACTIONS", "CURRENT_COMMIT", "MESSAGES"}, func(o string) bool { return p.options[o] })
}

func (p *params) optionNames() []string { return slices.Sorted(maps.Keys(p.options)) }

// perQuery is how many changes an answer may hold.
func (p *params) perQuery(ofServer int) int {
	if p.limit <= 0 { // as if not given
		return ofServer
	}
	return min(p.limit, ofServer)
}

// end is the index after the last change of the page, without overflow.
func (p *params) end(limit int) int {
	if p.start > math.MaxInt32-limit {
		return math.MaxInt32
	}
	return p.start + limit
}
