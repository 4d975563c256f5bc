package config

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// at is a place in the file. In a value that was not given, it is zero.
type at struct{ line, column int }

func (a at) given() bool    { return a.line > 0 }
func (a *at) stand(here at) { *a = here }

// The values a raw struct is made of. Each is its zero value if it was not given or
// was wrong.
type (
	text struct {
		at
		value string
	}
	number struct {
		at
		value int
	}
	rate struct {
		at
		value float64
	}
	flag struct {
		at
		value bool
	}
	duration struct {
		at
		value time.Duration
	}
	date struct {
		at
		value time.Time
	}
	list[T any] struct {
		at
		items []T
	}
)

// value is a raw value that knows how to read itself. Raw structs have no such
// method: they are read along their tags.
type value interface {
	decode(d *decoder, path string, n *yaml.Node)
}

// decode takes any scalar as it is written, so that `since: 2025.10` and
// `name: 2027.1` mean what they look like and not a number.
func (t *text) decode(d *decoder, path string, n *yaml.Node) {
	if !d.scalar(path, n, "text") {
		return
	}
	t.at = place(n)
	t.value = strings.TrimSpace(n.Value)
	if i := strings.IndexFunc(t.value, unicode.IsControl); i >= 0 {
		d.problem(t.at, path, "contains a line break or another control character")
		t.value = ""
		t.at = at{}
	}
}

func (v *number) decode(d *decoder, path string, n *yaml.Node) {
	if !d.scalar(path, n, "a whole number") {
		return
	}
	if n.Tag != "!!int" || n.Decode(&v.value) != nil {
		d.problem(place(n), path, "must be a whole number, not %q", n.Value)
		return
	}
	v.at = place(n)
}

func (v *rate) decode(d *decoder, path string, n *yaml.Node) {
	if !d.scalar(path, n, "a number") {
		return
	}
	isNumber := n.Tag == "!!int" || n.Tag == "!!float"
	if !isNumber || n.Decode(&v.value) != nil || math.IsNaN(v.value) || math.IsInf(v.value, 0) {
		d.problem(place(n), path, "must be a number, not %q", n.Value)
		v.value = 0
		return
	}
	v.at = place(n)
}

func (v *flag) decode(d *decoder, path string, n *yaml.Node) {
	if !d.scalar(path, n, "true or false") {
		return
	}
	// yaml.v3 would read YAML 1.1's yes and on as true; elsewhere they are text.
	if n.Tag != "!!bool" || n.Decode(&v.value) != nil {
		d.problem(place(n), path, "must be true or false, not %q", n.Value)
		return
	}
	v.at = place(n)
}

func (v *duration) decode(d *decoder, path string, n *yaml.Node) {
	if !d.scalar(path, n, "a duration such as 90s, 10m or 6h") {
		return
	}
	var err error
	v.value, err = time.ParseDuration(n.Value)
	if err != nil || n.Tag == "!!int" {
		hint := ""
		if n.Tag == "!!int" {
			hint = " (a unit is missing)"
		}
		d.problem(place(n), path, "must be a duration such as 90s, 10m or 6h, not %q%s", n.Value, hint)
		return
	}
	v.at = place(n)
}

func (v *date) decode(d *decoder, path string, n *yaml.Node) {
	if !d.scalar(path, n, "a date as YYYY-MM-DD") {
		return
	}
	var err error
	if v.value, err = time.Parse(time.DateOnly, n.Value); err != nil {
		d.problem(place(n), path, "%s", notADate(n.Value))
		return
	}
	v.at = place(n)
}

func notADate(s string) string {
	return fmt.Sprintf("must be a date as YYYY-MM-DD, not %q", s)
}

func (l *list[T]) decode(d *decoder, path string, n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		d.problem(place(n), path, "must be a list, not %s", kindOf(n))
		return
	}
	l.at = place(n)
	l.items = make([]T, len(n.Content))
	for i, item := range n.Content {
		path := fmt.Sprintf("%s[%d]", path, i)
		if isNull(item) {
			d.problem(place(item), path, "has no value")
			continue
		}
		d.read(path, item, reflect.ValueOf(&l.items[i]).Elem())
	}
}

// scalar reports whether n is a plain value; what is the kind that was wanted.
func (d *decoder) scalar(path string, n *yaml.Node, what string) bool {
	known := []string{"!!str", "!!int", "!!float", "!!bool", "!!timestamp"}
	switch {
	case n.Kind != yaml.ScalarNode:
		d.problem(place(n), path, "must be %s, not %s", what, kindOf(n))
		return false
	case !slices.Contains(known, n.Tag):
		d.problem(place(n), path, "must be %s, not a value tagged %s", what, n.Tag)
		return false
	}
	return true
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
