package progress

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/store"
)

// depends lists what has to merge before c: the changes its parents belong to,
// then its Depends-On, each once. What we can't see is not in it.
func (v *view) depends(c *store.Change) []DependsOn {
	var list []DependsOn
	add := func(d *store.Change) {
		if d == nil || d == c || v.gone[d.Number] {
			return
		}
		if !slices.ContainsFunc(list, func(o DependsOn) bool { return o.Number == d.Number }) {
			list = append(list, DependsOn{d.Number, v.state(d)})
		}
	}
	for _, sha := range c.Parents {
		add(pick(v.names.commits[commit{c.Project, sha}], c.Branch))
	}
	for _, text := range c.DependsOn {
		if n, ok := changeNumber(text, v.gerrit); ok {
			add(v.byNum[n])
			continue
		}
		for _, d := range v.withID(text, c.Branch) {
			add(d)
		}
	}
	return list
}

// withID finds the changes a bare Change-Id means: those on the same branch if
// there are any, else all; abandoned ones only if there is nothing else.
func (v *view) withID(id, branch string) []*store.Change {
	found := v.names.ids[id]
	if pick(found, branch) != nil && pick(found, branch).Branch == branch {
		found = slices.DeleteFunc(slices.Clone(found), func(c *store.Change) bool { return c.Branch != branch })
	}
	live := slices.DeleteFunc(slices.Clone(found), func(c *store.Change) bool { return c.Status == store.StatusAbandoned })
	if len(live) > 0 {
		return live
	}
	return found
}

// changeNumber reads the number out of a change's URL in any of Gerrit's forms
// (/c/group/name/+/N, /#/c/N, /c/N, /N, each with or without a patch set), if it
// lies on the Gerrit with base URL base. A base of "" stands for any.
func changeNumber(text, base string) (int, bool) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" {
		return 0, false
	}
	path := u.Path
	if base != "" {
		b, err := url.Parse(base)
		if err != nil || !strings.EqualFold(b.Host, u.Host) {
			return 0, false
		}
		path = strings.TrimPrefix(path, strings.TrimSuffix(b.Path, "/"))
	}
	if u.Fragment != "" {
		path = u.Fragment
	}
	path = strings.Trim(path, "/")
	if _, after, ok := strings.Cut(path, "/+/"); ok {
		path = after
	} else {
		path = strings.TrimPrefix(path, "c/")
	}
	path, _, _ = strings.Cut(path, "/")
	n, err := strconv.Atoi(path)
	return n, err == nil && n > 0
}
