package query

import (
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Gerrit's web pages are found by a router in the browser (gr-page.ts) that decodes
// twice: the whole path, which it then compares with its routes, and each part of the
// route again, with a plus as a space. So what is decoded to a percent sign or a plus
// is escaped twice in addresses of pages, and once in the REST API. In a search it is
// the comma, too, which ends the route's search (what follows is a page of results),
// and line ends, which the route does not match.
var (
	twiceInProject = strings.NewReplacer("%", "%25", "+", "%2B")
	twiceInSearch  = strings.NewReplacer("%", "%25", "+", "%2B", ",", "%2C", "\n", "%0A", "\r", "%0D", "\u2028", "%E2%80%A8", "\u2029", "%E2%80%A9")
)

// twice escapes a text for the first time, where once is too little.
func twice(text string, signs *strings.Replacer) string {
	parts := strings.Split(signs.Replace(text), "/")
	for i, part := range parts {
		if part == "." || part == ".." { // a browser would clean the path of it
			parts[i] = strings.ReplaceAll(part, ".", "%2E")
		}
	}
	return strings.Join(parts, "/")
}

// Confidential reports whether what is sent to an address can be read by nobody on the
// way: it is encrypted, or does not leave the machine.
func Confidential(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return u.Scheme == "https" || u.Scheme == "http" && (strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback())
}

// ChangePage is the address of a change's page in the Gerrit at base.
func ChangePage(base, project string, number int) string {
	return strings.TrimRight(base, "/") + "/c/" + escapeProject(project) + "/+/" + strconv.Itoa(number)
}

// SearchPage is the address of a search's page in the Gerrit at base; "" for an
// empty query and for one too long for a link.
func SearchPage(base, query string) string {
	escaped := strings.NewReplacer("%2F", "/", "%3A", ":").Replace(url.QueryEscape(twice(query, twiceInSearch)))
	if query == "" || len(escaped) > MaxLink {
		return ""
	}
	return strings.TrimRight(base, "/") + "/q/" + escaped
}

// ChangeREST is the path of a change in the REST API, below its base. With a bare
// slash in it the server would look for the first half of the project's name.
func ChangeREST(project string, number int) string {
	return "changes/" + url.PathEscape(project) + "~" + strconv.Itoa(number)
}

// escapeProject escapes a project's name for the path of a page. Its slashes stay,
// unless a server would take several for one.
func escapeProject(name string) string {
	escaped := url.PathEscape(twice(name, twiceInProject))
	if strings.Contains("/"+name+"/", "//") {
		return escaped
	}
	return strings.ReplaceAll(escaped, "%2F", "/")
}

// Change is what an address of a change names.
type Change struct {
	Project  string // "" if the address does not name it; from outside, so it may be no possible name
	Number   int
	PatchSet int // 0 if the address does not name it
}

// changePath is /c/PROJECT/+/N, /c/N or /N, decoded once, by its beginning: Gerrit and
// Zuul ignore what follows the number (a range, a file, a comment, words). A plus that
// somebody escaped as a space is a plus to Gerrit's router, too.
var changePath = regexp.MustCompile(`(?s)^(?:c/(?:(.+)/[+ ]/)?)?(\d+)(?:/(\d+))?`)

// ReadChange reads the address of a change's page in any form that Gerrit or Zuul
// knows, from what follows Gerrit's base address in it, escaped: path, query and
// fragment.
func ReadChange(path string) (Change, bool) {
	m := changePath.FindStringSubmatch(unescape(pageOf(path)))
	if m == nil {
		return Change{}, false
	}
	n, err := strconv.ParseInt(m[2], 10, 32) // Gerrit's numbers are of this size
	if err != nil || n < 1 {
		return Change{}, false
	}
	patchSet, err := strconv.ParseInt(m[3], 10, 32)
	if err != nil {
		patchSet = 0
	}
	return Change{Project: unescapePart(m[1]), Number: int(n), PatchSet: int(patchSet)}, true
}

// ChangeNumber reads the number from a whole address of a change's page in the
// Gerrit at base.
func ChangeNumber(address, base string) (int, bool) {
	path, ok := Below(strings.TrimSpace(address), base)
	if !ok {
		return 0, false
	}
	c, ok := ReadChange(path)
	return c.Number, ok
}

var (
	searchPath   = regexp.MustCompile(`(?s)^q/(.+?)(?:,n,[0-9a-z]+|,\d+)?$`)
	escapedOctet = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	restSearch   = regexp.MustCompile(`^changes/*\?([^#]*)`)
)

// ReadSearch reads the address of a search, a page's or the REST API's, from what
// follows Gerrit's base address in it, escaped. A page of results that hangs at its
// end is not part of the search.
func ReadSearch(path string) (query string, ok bool) {
	if m := restSearch.FindStringSubmatch(path); m != nil {
		values, err := url.ParseQuery(m[1])
		return values.Get("q"), err == nil && values.Get("q") != ""
	}
	m := searchPath.FindStringSubmatch(unescape(pageOf(path)))
	if m == nil {
		return "", false
	}
	return unescapePart(m[1]), true
}

// Below is what follows a Gerrit's base address in another address, without a slash
// at its beginning: path, query and fragment, still escaped. It reports whether the
// address lies there, by http or https.
func Below(address, base string) (path string, ok bool) {
	host, rest, ok := split(address)
	baseHost, prefix, baseOK := split(base)
	if !ok || !baseOK || host != baseHost {
		return "", false
	}
	rest, ok = strings.CutPrefix(rest, strings.TrimRight(prefix, "/"))
	if !ok || rest != "" && !strings.Contains("/?#", rest[:1]) {
		return "", false
	}
	return strings.TrimLeft(rest, "/"), true
}

// split cuts an address behind its host, which is lower-case and without the port of
// its scheme.
func split(address string) (host, rest string, ok bool) {
	scheme, after, found := strings.Cut(address, "//")
	scheme = strings.ToLower(scheme)
	if !found || scheme != "https:" && scheme != "http:" && scheme != "" {
		return "", "", false
	}
	end := strings.IndexAny(after, "/?#")
	if end < 0 {
		end = len(after)
	}
	host, rest = strings.ToLower(after[:end]), after[end:]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if scheme == "http:" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	host = strings.TrimSuffix(host, ".")
	return host, rest, host != ""
}

// pageOf is the path of a page: Gerrit before 2.15 kept it in the fragment.
func pageOf(path string) string {
	path, fragment, _ := strings.Cut(path, "#")
	path, _, _ = strings.Cut(path, "?")
	if page, ok := strings.CutPrefix(fragment, "/"); ok && strings.Trim(path, "/") == "" {
		return page
	}
	return path
}

// unescapePart decodes a part of a route for the second time.
func unescapePart(s string) string { return unescape(strings.ReplaceAll(s, "+", " ")) }

// unescape decodes an address that others wrote. What is not an escape stays: behind
// a change's number anything may follow.
func unescape(s string) string {
	return escapedOctet.ReplaceAllStringFunc(s, func(octet string) string {
		b, _ := strconv.ParseUint(octet[1:], 16, 8)
		return string([]byte{byte(b)})
	})
}
