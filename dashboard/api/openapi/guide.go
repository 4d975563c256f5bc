package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Guide is the document as people read it, in its own order.
type Guide struct {
	Title      string
	Summary    string
	Notes      []Note // what holds everywhere
	Operations []Operation
	Errors     []Answer
	Objects    []Object // what answers are made of
}

// Note is a paragraph and the words that it begins with, "" for the first.
type Note struct {
	Heading string
	Text    []Span
}

// Span is a piece of text, which may be code.
type Span struct {
	Text string
	Code bool
}

// Operation is an address and what it answers.
type Operation struct {
	ID         string
	Path       string // below the API's beginning, with {goal} and {project} in it
	Summary    string
	Text       []Span
	Parameters []Parameter
	Answer     Type
	Statuses   []string // of its errors
	Example    string   // laid out
}

// At is the path for a goal and a project; "" where it takes a project and there is none.
// Both are written as addresses have them.
func (o Operation) At(goal, project string) string {
	if project == "" && strings.Contains(o.Path, "{project}") {
		return ""
	}
	return strings.NewReplacer("{goal}", goal, "{project}", project).Replace(o.Path)
}

// Parameter is one of an address.
type Parameter struct {
	Name    string
	Type    Type
	Text    string
	Bounds  string // "" if there are none to tell
	Example string
}

// Answer is what a status means.
type Answer struct {
	Status string
	Text   string
	Body   Type
}

// Object is a kind of JSON object, or with Words instead of keys a text that is one of them.
type Object struct {
	Name  string
	Text  string
	Keys  []Key
	Also  []string // the objects whose keys it has besides
	Words []string
}

// Key is one key of an object. It is always there.
type Key struct {
	Name string
	Type Type
	Text string
}

// Type is what a value is: a list of, or a text by name of, or null.
type Type struct {
	Before string // list of
	Word   string // "text", or the name of an Object
	Object bool
	Null   bool
	Words  []string // that it is one of
}

// Read returns the document for people. It must not be changed.
var Read = sync.OnceValue(func() *Guide {
	var d source
	if err := json.Unmarshal(document, &d); err != nil {
		panic("openapi: " + err.Error()) // it is part of the program, and tested
	}
	return d.guide()
})

// source is what is read of the document.
type source struct {
	Info struct {
		Title, Summary, Description string
	}
	Paths      ordered[map[string]operation]
	Components struct {
		Parameters map[string]parameter
		Responses  map[string]response
		Schemas    ordered[schema]
	}
}

type operation struct {
	OperationID, Summary, Description string
	Parameters                        []parameter
	Responses                         ordered[response]
}

type parameter struct {
	Ref                   string `json:"$ref"`
	Name, In, Description string
	Schema                schema
	Example               any
}

type response struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]struct {
		Schema  schema
		Example json.RawMessage
	}
}

type schema struct {
	Ref              string `json:"$ref"`
	Type             any
	Format           string
	Description      string
	Properties       ordered[schema]
	Items            *schema
	Additional       *schema `json:"additionalProperties"`
	AllOf, AnyOf     []schema
	Enum             []any
	Minimum, Maximum *int
	Default          any
}

// ordered is a JSON object whose keys stay in the order in which they are written.
type ordered[T any] struct {
	Names  []string
	Values map[string]T
}

func (o *ordered[T]) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &o.Values); err != nil {
		return err
	}
	names, err := keys(data)
	o.Names = names
	return err
}

// keys are those of a JSON object, in its order.
func keys(object []byte) (names []string, err error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func (d *source) guide() *Guide {
	g := &Guide{Title: d.Info.Title, Summary: d.Info.Summary}
	for text := range strings.SplitSeq(d.Info.Description, "\n\n") {
		var n Note
		if rest, ok := strings.CutPrefix(text, "**"); ok {
			n.Heading, text, _ = strings.Cut(rest, "**")
		}
		n.Text = spans(strings.TrimSpace(text))
		g.Notes = append(g.Notes, n)
	}
	for _, path := range d.Paths.Names {
		g.Operations = append(g.Operations, d.operation(path, d.Paths.Values[path]["get"]))
	}
	for _, o := range g.Operations {
		for _, status := range o.Statuses {
			r := d.response(d.Paths.Values[o.Path]["get"].Responses.Values[status])
			if a := (Answer{status, r.Description, d.body(r)}); !slices.ContainsFunc(g.Errors, func(known Answer) bool { return known.Status == status }) {
				g.Errors = append(g.Errors, a)
			}
		}
	}
	slices.SortFunc(g.Errors, func(a, b Answer) int { return strings.Compare(a.Status, b.Status) })
	for _, name := range d.Components.Schemas.Names {
		if o := d.object(name); o.Keys != nil || o.Words != nil {
			g.Objects = append(g.Objects, o)
		}
	}
	return g
}

// spans cuts a text at its backquotes.
func spans(text string) (out []Span) {
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			out = append(out, Span{part, i%2 == 1})
		}
	}
	return out
}

func (d *source) response(r response) response {
	if name, ok := strings.CutPrefix(r.Ref, "#/components/responses/"); ok {
		return d.Components.Responses[name]
	}
	return r
}

func (d *source) body(r response) Type {
	for _, media := range r.Content {
		return d.typeOf(media.Schema)
	}
	return Type{}
}

func (d *source) operation(path string, from operation) Operation {
	o := Operation{ID: from.OperationID, Path: path, Summary: from.Summary, Text: spans(from.Description)}
	for _, p := range from.Parameters {
		if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
			p = d.Components.Parameters[name]
		}
		if p.In == "query" {
			o.Parameters = append(o.Parameters, d.parameter(p))
		}
	}
	for _, status := range from.Responses.Names {
		if status != "200" {
			o.Statuses = append(o.Statuses, status)
			continue
		}
		r := d.response(from.Responses.Values[status])
		o.Answer = d.body(r)
		for _, media := range r.Content {
			o.Example = example(media.Example)
		}
	}
	return o
}

func (d *source) parameter(p parameter) Parameter {
	out := Parameter{Name: p.Name, Type: d.typeOf(p.Schema), Text: p.Description}
	if s := p.Schema; s.Minimum != nil && s.Maximum != nil {
		out.Bounds = fmt.Sprintf("%d to %d", *s.Minimum, *s.Maximum)
	}
	if p.Schema.Default != nil {
		out.Bounds = strings.TrimPrefix(out.Bounds+fmt.Sprintf(", %v if not given", p.Schema.Default), ", ")
	}
	switch e := p.Example.(type) {
	case nil:
	case []any:
		var words []string
		for _, word := range e {
			words = append(words, plain(word))
		}
		out.Example = strings.Join(words, ",")
	default:
		out.Example = plain(e)
	}
	return out
}

// plain is a value as an address has it.
func plain(v any) string {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// widest is how long a line of an example may be that could be cut.
const widest = 96

// example lays JSON out: a line for each key of an object that is too long for one.
func example(body json.RawMessage) string {
	var out strings.Builder
	layOut(&out, body, 0)
	return out.String()
}

func layOut(out *strings.Builder, value json.RawMessage, indent int) {
	if value = bytes.TrimSpace(value); len(value)+indent <= widest || value[0] != '{' && value[0] != '[' {
		out.Write(value)
		return
	}
	indent++
	if value[0] == '[' {
		var list []json.RawMessage
		json.Unmarshal(value, &list) // it is JSON, as it comes out of a larger one
		out.WriteString("[")
		for i, v := range list {
			next(out, i, indent)
			layOut(out, v, indent)
		}
		out.WriteString("]")
		return
	}
	var object ordered[json.RawMessage]
	json.Unmarshal(value, &object)
	out.WriteString("{")
	for i, name := range object.Names {
		next(out, i, indent)
		fmt.Fprintf(out, "%q: ", name)
		layOut(out, object.Values[name], indent)
	}
	out.WriteString("}")
}

// next begins the line of another value.
func next(out *strings.Builder, i, indent int) {
	if i > 0 {
		out.WriteString(",\n" + strings.Repeat(" ", indent))
	}
}

const components = "#/components/schemas/"

func (d *source) object(name string) Object {
	s := d.Components.Schemas.Values[name]
	o := Object{Name: name, Text: s.Description, Words: words(s)}
	for _, part := range s.AllOf {
		o.Also = append(o.Also, strings.TrimPrefix(part.Ref, components))
	}
	for _, key := range s.Properties.Names {
		p := s.Properties.Values[key]
		o.Keys = append(o.Keys, Key{key, d.typeOf(p), p.Description})
	}
	return o
}

func words(s schema) (out []string) {
	for _, word := range s.Enum {
		if text, ok := word.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// typeOf names a type in a few words.
func (d *source) typeOf(s schema) Type {
	if len(s.AnyOf) == 2 {
		t := d.typeOf(s.AnyOf[0])
		t.Null = true
		return t
	}
	if name, ok := strings.CutPrefix(s.Ref, components); ok {
		to := d.Components.Schemas.Values[name]
		if to.Properties.Names == nil && to.AllOf == nil && to.Enum == nil {
			return d.typeOf(to)
		}
		return Type{Word: name, Object: true}
	}
	t := Type{Words: words(s)}
	kind := s.Type
	if list, ok := kind.([]any); ok {
		kind, t.Null = list[0], true
	}
	switch {
	case kind == "array":
		null := t.Null
		t = d.typeOf(*s.Items)
		t.Before, t.Null = "list of "+t.Before, null
	case kind == "object" && s.Additional != nil:
		below := d.typeOf(*s.Additional)
		t.Before, t.Word, t.Object = "by name: "+below.Before, below.Word, below.Object
	case kind == "object":
		t.Word = "object"
	case s.Format == "date-time":
		t.Word = "time"
	case s.Format == "date":
		t.Word = "day"
	case s.Format == "uri" || s.Format == "uri-reference":
		t.Word = "address"
	default:
		t.Word = map[any]string{"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}[kind]
	}
	return t
}
