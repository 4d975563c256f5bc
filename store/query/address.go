package query

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// ChangePage is the address of a change's page in the Gerrit at base.
func ChangePage(base, project string, number int) string {
	return strings.TrimRight(base, "/") + "/c/" + escapeProject(project) + "/+/" + strconv.Itoa(number)
}

// SearchPage is the address of a search's page in the Gerrit at base; "" for an
// empty query and for one too long for a link.
func SearchPage(base, query string) string {
	// Gerrit reads a plus as a space and keeps slashes.
	escaped := strings.NewReplacer("%2F", "/", "%3A", ":").Replace(url.QueryEscape(query))
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

// escapeProject escapes a project's name for a path. Its slashes stay, unless the
// path would then be cleaned into another one.
func escapeProject(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		if part == "" || part == "." || part == ".." {
			return url.PathEscape(name)
		}
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

// Change is what an address of a change names.
type Change struct {
	Project  string // "" if the address does not name it; from outside, so it may be no possible name
	Number   int
	PatchSet int // 0 if the address does not name it
}

// changePath is /c/PROJECT/+/N, /c/N or /N, by its beginning: what follows the
// number (a range, a file, a comment, words) is Gerrit's and Zuul's to ignore. A plus
// that somebody escaped as a space is one to Gerrit's router, too.
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
	return Change{Project: m[1], Number: int(n), PatchSet: int(patchSet)}, true
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
	searchPath   = regexp.MustCompile(`(?s)^q/(.+)$`)
	searchOffset = regexp.MustCompile(`,(?:n,[0-9a-z]+|\d+)$`)
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
	m := searchPath.FindStringSubmatch(pageOf(path))
	if m == nil {
		return "", false
	}
	// Gerrit reads a plus as a space, and its own links escape slashes twice.
	query = unescape(unescape(strings.ReplaceAll(m[1], "+", " ")))
	return searchOffset.ReplaceAllString(query, ""), true
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

// unescape decodes an address that others wrote. What is not an escape stays: behind
// a change's number anything may follow.
func unescape(s string) string {
	return escapedOctet.ReplaceAllStringFunc(s, func(octet string) string {
		b, _ := strconv.ParseUint(octet[1:], 16, 8)
		return string([]byte{byte(b)})
	})
}
