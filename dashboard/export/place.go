package export

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
)

// Words of the addresses.
const (
	development = "development"
	backport    = "backport"
	allClasses  = "all"
	onParameter = "on"
)

// place is where one of our addresses lies in an export.
type place struct {
	file     string // "": it is left out
	address  string // below the base, without a slash before it
	fragment string // to go to, if the page has it
	nearest  bool   // it is not what the address finds but the page closest to it
	list     bool   // it is the API's list of changes, which comes in pages
}

// plainSegment is a name that every file system and server takes as it is. Those
// that begin with a dot or an underscore are hidden by servers and by Jekyll.
var plainSegment = regexp.MustCompile(`^[A-Za-z0-9+@=,][A-Za-z0-9._+@=, -]{0,99}$`)

// safePath makes a path of a name that may be anything. Parts that could leave the
// directory, or be taken for another file of ours, become a hash. Those with capitals
// get one: on some disks Nova and nova are one file.
func safePath(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		dot := strings.LastIndexByte(part, '.')
		// A directory may not have the name of a file.
		file := i < len(parts)-1 && dot >= 0 && slices.Contains([]string{".json", ".svg", ".csv", ".html"}, part[dot:])
		readable := strings.ToLower(part)
		if !plainSegment.MatchString(part) || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") || file || part == "index.html" {
			readable = ""
		}
		if readable != part {
			sum := sha256.Sum256([]byte(part))
			parts[i] = readable + "~" + hex.EncodeToString(sum[:8])
		}
	}
	return strings.Join(parts, "/")
}

// unreachable reports whether no address can lead to what has this name: whoever follows
// it takes the last part for a step in the path, however it is escaped.
func unreachable(name string) bool { return name == "." || name == ".." }

func homePlace() place { return place{file: "index.html"} }

// pagePlace is a page of a goal: of a kind, and of one name if there are several.
func pagePlace(goal, kind, name string) place {
	if unreachable(name) {
		return place{}
	}
	address, dir := url.PathEscape(goal)+"/", safePath(goal)+"/"
	if kind != "" {
		address, dir = address+kind, dir+kind+"/"
	}
	if name != "" {
		address, dir = address+"/"+link.Escape(name), dir+safePath(name)+"/"
	}
	return place{file: dir + "index.html", address: address}
}

// filePlace is a file of a goal.
func filePlace(goal, name string) place {
	return place{file: safePath(goal) + "/" + name, address: url.PathEscape(goal) + "/" + name}
}

// badgePlace is a badge of a goal or project.
func badgePlace(goal, project, ext string) place {
	switch {
	case unreachable(project):
		return place{}
	case project == "":
		return place{file: safePath(goal) + "/badge" + ext, address: url.PathEscape(goal) + "/badge" + ext}
	}
	return place{
		file:    safePath(goal) + "/badge/" + safePath(project) + ext,
		address: url.PathEscape(goal) + "/badge/" + link.Escape(project) + ext,
	}
}

// apiPlace is the list of goals, or what the API has below it.
func apiPlace(below string) place {
	return place{file: "api/v1/goals" + below + ".json", address: "api/v1/goals" + below}
}

// apiGoalPlace is what the API says of a goal: of a kind, and of one project or team
// if a name is given.
func apiGoalPlace(goal, kind, of, name string) place {
	if unreachable(name) {
		return place{}
	}
	p := place{file: "api/v1/goals/" + safePath(goal), address: "api/v1/goals/" + url.PathEscape(goal)}
	if kind != "" {
		p.file, p.address = p.file+"/"+kind, p.address+"/"+kind
	}
	switch {
	case kind == "changes":
		p.address, p.list = p.address+"?limit=500", true
	case name != "" && kind == "history":
		p.file, p.address = p.file+"/"+of+"s/"+safePath(name), p.address+link.Query(of, name)
	case name != "":
		p.file, p.address = p.file+"/"+safePath(name), p.address+"/"+link.Escape(name)
	}
	p.file += ".json"
	return p
}

// changeList is a list of changes that an export has: one for each state and class.
type changeList struct {
	goal   string
	states string // "": all
	class  string
	page   int // 0 and 1: the first
	csv    bool
}

func (l changeList) place() place {
	dir := safePath(l.goal) + "/changes/"
	if l.csv {
		dir = safePath(l.goal) + "/changes-"
	}
	values := []string{"state", l.states}
	var parts []string
	if l.class != development {
		parts = append(parts, l.class)
		values = append(values, "class", l.class)
	}
	if l.states != "" {
		parts = append(parts, strings.ReplaceAll(l.states, ",", "-"))
	}
	address := url.PathEscape(l.goal) + "/changes"
	if l.csv {
		name := strings.TrimSuffix(dir+strings.Join(parts, "-"), "-")
		return place{file: name + ".csv", address: address + ".csv" + link.Query(values...)}
	}
	if l.page > 1 {
		parts = append(parts, "page-"+strconv.Itoa(l.page))
		values = append(values, "page", strconv.Itoa(l.page))
	}
	return place{file: dir + strings.Join(append(parts, "index.html"), "/"), address: address + link.Query(values...)}
}

// follow returns where a link on a page leads, and whether it is one of our addresses.
func (e *export) follow(from *page, link string) (to place, ours bool) {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || link == "" {
		return place{}, false
	}
	if u.Scheme == "" && u.Host == "" && u.Path == "" && u.RawQuery == "" {
		to = from.place
		to.fragment = u.Fragment
		return to, true
	}
	at, err := url.Parse(e.prefix + "/" + from.address)
	if err != nil {
		return place{}, false
	}
	u = e.site.Base.ResolveReference(at).ResolveReference(u)
	rest, below := strings.CutPrefix(u.EscapedPath(), e.prefix+"/")
	if u.Host != e.site.Base.Host || u.Scheme != e.site.Base.Scheme || !below {
		return place{}, false
	}
	to = e.locate(rest, u.Query())
	if u.Fragment != "" {
		to.fragment = u.Fragment
	}
	return to, true
}

// locate finds the place of an address below the base.
func (e *export) locate(path string, values url.Values) place {
	for name, v := range values {
		if name == "sort" || strings.Join(v, "") == "" {
			delete(values, name) // each list has one order here
		}
	}
	if values.Has(onParameter) {
		return place{}
	}
	if path == "" {
		return homePlace()
	}
	if file, ok := strings.CutPrefix(path, "-/static/"); ok && plainSegment.MatchString(file) {
		return place{file: path, address: path}
	}
	if name, ok := strings.CutPrefix(path, "-/portrait/"); ok && plainSegment.MatchString(name) {
		return place{file: path + ".jpg", address: path}
	}
	if below, ok := strings.CutPrefix(path, "api/v1/goals/"); ok {
		return locateAPI(below, values)
	}
	goal, rest, slash := strings.Cut(path, "/")
	if !slash && goal != "polls" && goal != "embeds" && !strings.Contains(goal, ".") {
		rest = ""
	} else if !slash {
		return place{}
	}
	kind, escaped, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(escaped)
	if err != nil || goal == "-" || goal == "api" {
		return place{}
	}
	return e.locatePage(goal, kind, name, values)
}

func (e *export) locatePage(goal, kind, name string, values url.Values) place {
	switch {
	case kind == "changes" || kind == "changes.csv":
		return e.locateList(goal, kind == "changes.csv", values)
	case kind == "attention":
		if name := values.Get("project"); name != "" {
			return near(pagePlace(goal, "projects", name), "act")
		} else if name := values.Get("team"); name != "" {
			return near(pagePlace(goal, "teams", name), "act")
		}
		return pagePlace(goal, kind, "")
	case len(values) > 0: // a badge of another kind
		return place{}
	case (kind == "projects" || kind == "teams") && name != "":
		return pagePlace(goal, kind, name)
	case kind == "" || kind == "report" || kind == "states" || kind == "testimonials":
		return pagePlace(goal, kind, "")
	case kind == "summary.txt" || kind == "summary.md":
		return filePlace(goal, kind)
	case kind == "badge.svg" || kind == "badge.json":
		return badgePlace(goal, "", strings.TrimPrefix(kind, "badge"))
	}
	return place{}
}

func locateAPI(below string, values url.Values) place {
	goal, rest, _ := strings.Cut(below, "/")
	kind, escaped, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(escaped)
	project, team := values.Get("project"), values.Get("team")
	switch {
	case err != nil:
		return place{}
	case kind == "history" && project != "":
		return apiGoalPlace(goal, kind, "project", project)
	case kind == "history" && team != "":
		return apiGoalPlace(goal, kind, "team", team)
	case len(values) == 0 && slices.Contains([]string{"", "projects", "count", "history", "changes"}, kind):
		return apiGoalPlace(goal, kind, "project", name)
	}
	return place{}
}

// locateList finds a list of changes: the one of its state and class, or for a
// narrower filter the page that shows what it finds.
func (e *export) locateList(goal string, csv bool, values url.Values) place {
	list := changeList{goal: goal, states: values.Get("state"), class: development, csv: csv}
	if class := values.Get("class"); class != "" {
		list.class = class
	}
	if text := values.Get("page"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return place{}
		}
		list.page = n
	}
	exact := slices.Contains(e.site.Lists, list.states) && slices.Contains([]string{development, backport, allClasses}, list.class)
	for name, v := range values {
		exact = exact && len(v) == 1 && slices.Contains([]string{"state", "class", "page"}, name)
	}
	switch {
	case exact:
		return list.place()
	case csv:
		return place{}
	}
	return e.nearestPage(goal, list, values)
}

// nearestPage is the page that shows what a filter finds, among other things.
func (e *export) nearestPage(goal string, list changeList, values url.Values) place {
	for _, name := range []string{"q", "numbers", "older", "owner", "branch"} {
		if values.Has(name) {
			return place{}
		}
	}
	waits, cycle := values.Get("waits_on"), values.Get("cycle")
	fragment := list.states
	switch {
	case list.class == backport:
		fragment = "backports"
	case cycle != "":
		fragment = "cycles"
	case waits != "" || strings.Contains(list.states, ",") && slices.Contains(e.site.Lists, list.states): // those in review
		fragment = "act"
	}
	switch project, team := values.Get("project"), values.Get("team"); {
	case project != "" && len(values["project"]) == 1 && !strings.Contains(project, ","):
		return near(pagePlace(goal, "projects", project), fragment)
	case team != "":
		return near(pagePlace(goal, "teams", team), fragment)
	case waits != "":
		return near(pagePlace(goal, "attention", ""), waits)
	case cycle != "":
		return near(pagePlace(goal, "", ""), fragment)
	}
	return place{}
}

func near(p place, fragment string) place {
	p.fragment, p.nearest = fragment, true
	return p
}
