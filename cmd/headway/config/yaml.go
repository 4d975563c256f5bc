package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The strict decoder: it walks the nodes of one YAML document along the tags of a
// struct and notes every unknown key, duplicate key, missing required key and wrong
// type with its place. (yaml.v3's own KnownFields knows no column.) What it fills
// are located values, so that later checks can name the place too.

// decoder collects the problems of one file.
type decoder struct {
	file     string
	root     reflect.Type // the outermost struct: where misplaced keys are looked up
	problems Problems
}

// decodeYAML reads one document into the raw struct that into points to. The
// decoder it returns has noted what is wrong with it; values that are wrong stay
// zero.
func decodeYAML(file string, data []byte, into any) *decoder {
	d := &decoder{file: file, root: reflect.TypeOf(into).Elem()}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		d.problem(at{}, "", "is empty")
		return d
	case err != nil:
		d.syntaxError(err)
		return d
	}
	d.read("", doc.Content[0], reflect.ValueOf(into).Elem())

	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		d.syntaxError(err)
	default:
		d.problem(place(&second), "", "a second document; one file is one configuration")
	}
	return d
}

var syntaxLine = regexp.MustCompile(`^line (\d+): `)

// syntaxError notes why yaml.v3 could not read on. It knows the line only.
func (d *decoder) syntaxError(err error) {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	var where at
	if m := syntaxLine.FindStringSubmatch(msg); m != nil {
		where.line, _ = strconv.Atoi(m[1])
		msg = msg[len(m[0]):]
	}
	if strings.Contains(msg, "cannot start any token") {
		msg += " (YAML is indented with spaces, never with tabs)"
	}
	d.problem(where, "", "not YAML: %s", msg)
}

func place(n *yaml.Node) at { return at{n.Line, n.Column} }

// problem notes what is wrong at a place. The path, if any, comes first.
func (d *decoder) problem(a at, path, format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	if path != "" {
		msg = path + ": " + msg
	}
	d.problems = append(d.problems, Problem{d.file, a.line, a.column, msg})
}

// read fills a raw value or a raw struct.
func (d *decoder) read(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias // raw structs have a finite depth, so an alias to itself ends
	}
	if v, ok := v.Addr().Interface().(value); ok {
		v.decode(d, path, n)
		return
	}
	d.mapping(path, n, v)
}

// mapping fills a raw struct along its tags, `yaml:"key"` or `yaml:"key,required"`.
// The embedded at, which each has, gets the struct's own place.
func (d *decoder) mapping(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.problem(place(n), path, "must be a mapping (key: value), not %s", kindOf(n))
		return
	}
	v.Addr().Interface().(interface{ stand(at) }).stand(place(n))
	fields := keysOf(v.Type())
	first := make(map[string]int) // line of each key
	for i := 0; i < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if line, dup := first[key.Value]; dup && key.Kind == yaml.ScalarNode {
			d.problem(place(key), path, "duplicate key %q; first given in line %d", key.Value, line)
			continue
		}
		first[key.Value] = key.Line
		f := slices.IndexFunc(fields, func(f keyField) bool { return f.key == key.Value })
		if key.Kind != yaml.ScalarNode || f < 0 {
			d.unknownKey(path, key, fields)
			continue
		}
		if isNull(val) {
			d.problem(place(key), join(path, key.Value), "has no value; leave the key out for the default")
			continue
		}
		d.read(join(path, key.Value), val, v.Field(fields[f].index))
	}
	for _, f := range fields {
		if _, ok := first[f.key]; !ok && f.required {
			d.problem(place(n), path, "missing key %q", f.key)
		}
	}
}

func (d *decoder) unknownKey(path string, key *yaml.Node, fields []keyField) {
	switch {
	case key.Kind != yaml.ScalarNode:
		d.problem(place(key), path, "a key must be a plain word, not %s", kindOf(key))
		return
	case key.Tag == "!!merge":
		d.problem(place(key), path, "merge keys (<<) are not supported; write the keys out")
		return
	}
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.key
	}
	hint := didYouMean(key.Value, known)
	if hint == "" {
		if homes := homesOf(d.root, "", key.Value); len(homes) > 0 {
			hint = "; it belongs in " + strings.Join(homes, " or ")
		}
	}
	d.problem(place(key), path, "unknown key %q%s", key.Value, hint)
}

// keyField is one tagged field of a raw struct.
type keyField struct {
	key      string
	index    int
	required bool
}

func keysOf(t reflect.Type) []keyField {
	var fields []keyField
	for i := range t.NumField() {
		if tag, ok := t.Field(i).Tag.Lookup("yaml"); ok {
			key, option, _ := strings.Cut(tag, ",")
			fields = append(fields, keyField{key, i, option == "required"})
		}
	}
	return fields
}

// homesOf lists where in the schema a key is known: "goals[]", "gerrit", …
func homesOf(t reflect.Type, path, key string) []string {
	var homes []string
	for _, f := range keysOf(t) {
		if f.key == key {
			homes = append(homes, cmp.Or(path, "the outermost level"))
		}
		ft, sub := t.Field(f.index).Type, join(path, f.key)
		if items, ok := ft.FieldByName("items"); ok {
			ft, sub = items.Type.Elem(), sub+"[]"
		}
		if !reflect.PointerTo(ft).Implements(reflect.TypeFor[value]()) {
			homes = append(homes, homesOf(ft, sub, key)...)
		}
	}
	return homes
}
