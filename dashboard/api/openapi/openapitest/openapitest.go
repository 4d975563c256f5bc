// Package openapitest holds answers of API v1 against its document: a client with its
// transport can't get one that the document does not describe. Only tests import it.
package openapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/eventlet-removal/headway/dashboard/api/openapi"
)

// base is where the API begins, below whatever prefix.
const base = "/api/v1"

// Transport asks as next does, and returns an error instead of an answer of the API that
// is not as the document says. It lets all else pass.
func Transport(next http.RoundTripper) http.RoundTripper { return transport{next} }

type transport struct{ next http.RoundTripper }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := Check(r, resp); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// Check is nil for an answer that is as the document says, or not one of the API. The
// body of the answer can be read afterwards.
func Check(r *http.Request, resp *http.Response) error {
	_, below, ok := strings.Cut(r.URL.EscapedPath(), base)
	if !ok || !strings.HasPrefix(below, "/") || below == "/" {
		return nil // not the API, or its page for people
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return fmt.Errorf("read the answer to %s %s: %w", r.Method, r.URL, err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if err := check(r.Method, below, resp, body); err != nil {
		return fmt.Errorf("%s %s: %w\n%.2000s", r.Method, r.URL, err, body)
	}
	return nil
}

// check holds one answer against the document.
func check(method, path string, resp *http.Response, body []byte) error {
	doc, err := loaded()
	if err != nil {
		return err
	}
	if got := resp.Header.Get("Access-Control-Allow-Origin"); got != "*" {
		return fmt.Errorf("Access-Control-Allow-Origin is %q", got)
	}
	answer, err := doc.answer(method, path, resp.StatusCode)
	if err != nil || method == http.MethodHead {
		return err
	}
	if answer.Content == nil {
		if len(body) > 0 {
			return fmt.Errorf("status %d has a body", resp.StatusCode)
		}
		return nil
	}
	kind := resp.Header.Get("Content-Type")
	media, ok := answer.Content[kind]
	if !ok {
		return fmt.Errorf("content type %q is not in the document", kind)
	}
	if resp.Header.Get("Content-Encoding") != "" {
		return nil // judged where it comes plain
	}
	return doc.valid(media.Schema.Ref, body)
}

const schemas = "#/components/schemas/"

// document is what is read of it here.
type document struct {
	Paths      map[string]map[string]operation
	Components struct{ Responses map[string]response }

	compiler *jsonschema.Compiler
	lock     sync.Mutex // the compiler is for one at a time
	compiled map[string]*jsonschema.Schema
}

type operation struct{ Responses map[string]response }

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct {
		Schema struct {
			Ref string `json:"$ref"`
		}
		Example json.RawMessage
	}
}

var loaded = sync.OnceValues(load)

func load() (*document, error) {
	d := &document{compiled: map[string]*jsonschema.Schema{}, compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(openapi.Document(), d); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi.Document()))
	if err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	closeSchemas(whole)
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(resource, whole); err != nil {
		return nil, fmt.Errorf("take the document: %w", err)
	}
	return d, nil
}

const resource = "https://headway.example/openapi.json"

// closeSchemas makes every object refuse keys that it does not name. To readers the
// document promises no such thing, because v1 grows; but what it has grown by has to
// stand in it. What others are made of by allOf stays open: they are closed as a whole.
func closeSchemas(whole any) {
	all := whole.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	open := map[string]bool{}
	for _, schema := range all {
		parts, _ := schema.(map[string]any)["allOf"].([]any)
		for _, part := range parts {
			open[strings.TrimPrefix(part.(map[string]any)["$ref"].(string), schemas)] = true
		}
	}
	for name, schema := range all {
		if s := schema.(map[string]any); s["properties"] != nil && !open[name] {
			s["unevaluatedProperties"] = false
		}
	}
}

// answer finds how the document describes an answer.
func (d *document) answer(method, path string, status int) (response, error) {
	found, ok := d.operation(path)
	if status == http.StatusMethodNotAllowed && method != http.MethodGet && method != http.MethodHead {
		return d.Components.Responses["BadRequest"], nil // the form of all errors
	}
	if !ok {
		if status == http.StatusNotFound {
			return d.Components.Responses["NotFound"], nil
		}
		return response{}, fmt.Errorf("the document has no %s, and it is answered with %d", path, status)
	}
	r, ok := found.Responses[fmt.Sprint(status)]
	if !ok {
		return response{}, fmt.Errorf("status %d is not in the document", status)
	}
	if name := strings.TrimPrefix(r.Ref, "#/components/responses/"); name != r.Ref {
		return d.Components.Responses[name], nil
	}
	return r, nil
}

// operation finds what a path asks for. A project's name may hold slashes: {project}
// stands for all that is left.
func (d *document) operation(path string) (operation, bool) {
	if methods, ok := d.Paths[path]; ok {
		return methods["get"], true
	}
	var best string
	for pattern := range d.Paths {
		if matches(strings.Split(pattern, "/"), strings.Split(path, "/")) && len(pattern) > len(best) {
			best = pattern
		}
	}
	return d.Paths[best]["get"], best != ""
}

func matches(pattern, path []string) bool {
	for i, part := range pattern {
		switch {
		case i >= len(path):
			return false
		case part == "{project}":
			return strings.Join(path[i:], "/") != ""
		case part != path[i] && (!strings.HasPrefix(part, "{") || path[i] == ""):
			return false
		}
	}
	return len(pattern) == len(path)
}

// valid holds a text against the schema at a reference.
func (d *document) valid(ref string, body []byte) error {
	d.lock.Lock()
	defer d.lock.Unlock()
	s := d.compiled[ref]
	if s == nil {
		var err error
		if s, err = d.compiler.Compile(resource + ref); err != nil {
			return fmt.Errorf("compile %s: %w", ref, err)
		}
		d.compiled[ref] = s
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the answer is not JSON: %w", err)
	}
	if err := s.Validate(v); err != nil {
		return fmt.Errorf("the answer is not as the document says: %w", err)
	}
	return nil
}

// Examples are all examples of answers, by the name of the response, which have to be as
// their schemas say.
func Examples() (map[string]error, error) {
	doc, err := loaded()
	if err != nil {
		return nil, err
	}
	out := map[string]error{}
	for name, r := range doc.Components.Responses {
		for _, media := range r.Content {
			if media.Example != nil {
				out[name] = doc.valid(media.Schema.Ref, media.Example)
			}
		}
	}
	return out, nil
}
