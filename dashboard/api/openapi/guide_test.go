package openapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/api/openapi"
)

func TestGuide(t *testing.T) {
	g := openapi.Read()
	var paths, ids []string
	for _, o := range g.Operations {
		paths = append(paths, o.Path)
		ids = append(ids, o.ID)
		if o.Summary == "" || o.Answer.Word == "" || len(o.Statuses) < 4 || o.Example == "" && o.ID != "getDocument" {
			t.Errorf("%s: %+v", o.Path, o)
		}
		for _, p := range o.Parameters {
			if p.Text == "" || p.Type.Word == "" && p.Type.Words == nil {
				t.Errorf("%s: parameter %+v", o.Path, p)
			}
		}
	}
	if want := "/goals /goals/{goal} /goals/{goal}/projects/{project} "; !strings.HasPrefix(strings.Join(paths, " "), want) {
		t.Errorf("the addresses are not in the document's order: %s", paths)
	}
	for _, o := range g.Objects {
		ids = append(ids, o.Name)
		for _, k := range o.Keys {
			if k.Type.Word == "" && k.Type.Words == nil {
				t.Errorf("%s.%s has no type", o.Name, k.Name)
			}
		}
	}
	slices.Sort(ids)
	if n := len(ids); len(slices.Compact(ids)) != n {
		t.Errorf("two parts of the page have one name: %s", ids)
	}
	var statuses []string
	for _, e := range g.Errors {
		statuses = append(statuses, e.Status)
	}
	if diff := cmp.Diff([]string{"304", "400", "404", "500", "503"}, statuses); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// What people read of some types and parameters, each of another kind.
func TestGuideSaysWhatThingsAre(t *testing.T) {
	g := openapi.Read()
	object := func(name string) openapi.Object {
		return g.Objects[slices.IndexFunc(g.Objects, func(o openapi.Object) bool { return o.Name == name })]
	}
	key := func(of, name string) openapi.Key {
		o := object(of)
		return o.Keys[slices.IndexFunc(o.Keys, func(k openapi.Key) bool { return k.Name == name })]
	}
	for _, test := range []struct {
		of, key string
		want    openapi.Key
	}{
		{"Counts", "open", openapi.Key{Name: "open", Type: openapi.Type{Word: "whole number", Null: true}, Text: "in review"}},
		{"Changes", "changes", openapi.Key{Name: "changes", Type: openapi.Type{Before: "list of ", Word: "Change", Object: true, Null: true}, Text: "null while loading"}},
		{"Loading", "failed_at", openapi.Key{Name: "failed_at", Type: openapi.Type{Word: "time", Null: true}, Text: "the last try, if it failed"}},
		{"Change", "state", openapi.Key{Name: "state", Type: openapi.Type{Word: "State", Object: true}}},
		{"Deadline", "judgement", openapi.Key{Name: "judgement", Type: openapi.Type{Word: "Judgement", Object: true, Null: true}, Text: "null while loading and of a past day"}},
		{"Summary", "projects_by_status", openapi.Key{Name: "projects_by_status", Type: openapi.Type{Before: "by name: ", Word: "whole number", Null: true}}},
	} {
		if diff := cmp.Diff(test.want, key(test.of, test.key)); diff != "" {
			t.Errorf("%s.%s (-want +got):\n%s", test.of, test.key, diff)
		}
	}
	if got := object("Project").Also; !slices.Equal(got, []string{"Status", "Numbers"}) {
		t.Errorf("a project has the keys of %s", got)
	}
	for _, o := range g.Operations {
		for _, p := range o.Parameters {
			if p.Name == "limit" && p.Bounds != "1 to 500, 100 if not given" {
				t.Errorf("%s: limit: %s", o.Path, p.Bounds)
			}
			if p.Name == "numbers" && p.Example != "935783,937010" {
				t.Errorf("%s: numbers as in %s", o.Path, p.Example)
			}
		}
	}
}
