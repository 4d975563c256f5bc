package openapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/api/openapi"
	"github.com/eventlet-removal/headway/dashboard/api/openapi/openapitest"
	"github.com/eventlet-removal/headway/dashboard/linkcheck"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/forecast"
	"github.com/eventlet-removal/headway/dashboard/report"
)

// types are the Go types that the schemas describe.
var types = map[string]reflect.Type{
	"Error": reflect.TypeFor[api.Error](), "Goals": reflect.TypeFor[api.Goals](), "Summary": reflect.TypeFor[api.Summary](), "Goal": reflect.TypeFor[api.Summary](),
	"Project": reflect.TypeFor[api.ProjectSummary](), "Team": reflect.TypeFor[api.TeamSummary](), "Status": reflect.TypeFor[api.Status](),
	"Contradiction": reflect.TypeFor[api.Contradiction](), "Numbers": reflect.TypeFor[api.Numbers](), "Counts": reflect.TypeFor[api.Counts](),
	"Loading": reflect.TypeFor[api.Loading](), "Cycle": reflect.TypeFor[api.Cycle](), "Pace": reflect.TypeFor[api.Pace](), "ETA": reflect.TypeFor[api.ETA](),
	"Deadline": reflect.TypeFor[api.Deadline](), "Judgement": reflect.TypeFor[api.Judgement](), "Attention": reflect.TypeFor[api.Attention](),
	"Count": reflect.TypeFor[api.Count](), "Completed": reflect.TypeFor[api.Completed](),
	"Changes": reflect.TypeFor[api.Changes](), "Change": reflect.TypeFor[api.Change](), "PatchSet": reflect.TypeFor[api.PatchSet](),
	"Reason": reflect.TypeFor[api.Reason](), "DependsOn": reflect.TypeFor[api.DependsOn](),
	"History": reflect.TypeFor[api.History](), "Day": reflect.TypeFor[api.Day](),
	"Testimonials": reflect.TypeFor[api.Testimonials](), "Testimonial": reflect.TypeFor[api.Testimonial](), "LinkedChange": reflect.TypeFor[api.LinkedChange](),
	"Polls": reflect.TypeFor[api.Polls](), "Poll": reflect.TypeFor[api.Poll](), "Sync": reflect.TypeFor[api.Sync](), "Selector": reflect.TypeFor[api.Selector](), "Suspect": reflect.TypeFor[api.Suspect](),
	"Report": reflect.TypeFor[report.Digest](), "ReportLoading": reflect.TypeFor[report.Loading](), "ReportPoint": reflect.TypeFor[report.Point](), "ReportList": reflect.TypeFor[report.List](),
	"ReportPart": reflect.TypeFor[report.Part](), "ReportChange": reflect.TypeFor[report.Change](), "ReportPerson": reflect.TypeFor[report.Person](), "ReportProject": reflect.TypeFor[report.Project](),
	"ReportContradiction": reflect.TypeFor[report.Contradiction](), "ReportAttention": reflect.TypeFor[report.Attention](), "ReportWait": reflect.TypeFor[report.Wait](),
	"ReportDeadline": reflect.TypeFor[report.Deadline](), "ReportCycle": reflect.TypeFor[report.Cycle](),
}

// schema is what is read of a schema here.
type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Format     string
	Required   []string
	Properties map[string]schema
	Items      *schema
	AllOf      []schema
	AnyOf      []schema
	Enum       []any
}

func schemas(t *testing.T) map[string]schema {
	t.Helper()
	var doc struct {
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(openapi.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Components.Schemas
}

// TestSchemasAreTheGoTypes wants each key and its type, and that no key is ever absent.
func TestSchemasAreTheGoTypes(t *testing.T) {
	all := schemas(t)
	for name, typ := range types {
		s, ok := all[name]
		if !ok {
			t.Errorf("there is no schema %s", name)
			continue
		}
		got := map[string]string{}
		describe(all, s, got)
		if diff := cmp.Diff(described(typ, name == "Goal"), got); diff != "" {
			t.Errorf("%s (-Go type +schema):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(described(types["Judgement"], false), described(reflect.TypeFor[report.Judgement](), false)); diff != "" {
		t.Errorf("the judgement of a report differs:\n%s", diff)
	}
	for name, s := range all {
		if s.Properties != nil && types[name] == nil {
			t.Errorf("no Go type is known of schema %s", name)
		}
	}
}

// describe says of each key of a schema what it is.
func describe(all map[string]schema, s schema, out map[string]string) {
	for _, part := range s.AllOf {
		describe(all, all[strings.TrimPrefix(part.Ref, prefix)], out)
	}
	for key, p := range s.Properties {
		out[key] = kindOf(all, p)
		if !slices.Contains(s.Required, key) {
			out[key] += ", may be absent"
		}
	}
	for _, key := range s.Required {
		if _, ok := s.Properties[key]; !ok {
			out[key] = "required and not described"
		}
	}
}

const prefix = "#/components/schemas/"

// kindOf is what the Go type has to be: lists and maps may be null whatever it is.
func kindOf(all map[string]schema, s schema) string {
	if s.Ref != "" {
		name := strings.TrimPrefix(s.Ref, prefix)
		if t := types[name]; t != nil {
			return t.String()
		}
		return kindOf(all, all[name])
	}
	if len(s.AnyOf) == 2 && s.AnyOf[1].Type == "null" {
		return kindOf(all, s.AnyOf[0]) + " or null"
	}
	kind, null := fmt.Sprint(s.Type), ""
	if list, ok := s.Type.([]any); ok && len(list) == 2 && list[1] == "null" {
		kind, null = fmt.Sprint(list[0]), " or null"
	}
	switch {
	case kind == "array":
		return "list of " + kindOf(all, *s.Items)
	case kind == "object":
		return "map"
	case s.Format == "date-time":
		kind = "time"
	}
	return kind + null
}

// described says of each key of a Go type what it is; whole counts those that are left
// out where they are empty as keys that are there.
func described(t reflect.Type, whole bool) map[string]string {
	out := map[string]string{}
	for _, f := range reflect.VisibleFields(t) {
		tag, ok := f.Tag.Lookup("json")
		if !ok || f.Anonymous {
			continue
		}
		key, options, _ := strings.Cut(tag, ",")
		switch {
		case options == "omitzero" && !whole:
			continue
		default:
			out[key] = goKind(f.Type)
		}
	}
	return out
}

func goKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return goKind(t.Elem()) + " or null"
	case reflect.Slice:
		return "list of " + goKind(t.Elem())
	case reflect.Map:
		return "map"
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Float64:
		return "number"
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "integer"
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return "time"
	case reflect.TypeFor[report.Judgement](): // in JSON it is the other
		return goKind(reflect.TypeFor[api.Judgement]())
	}
	return t.String()
}

// TestWordsAreThoseOfThePolicy wants every code, and no other.
func TestWordsAreThoseOfThePolicy(t *testing.T) {
	all := schemas(t)
	codes := func(all []progress.Meaning) (out []string) {
		for _, m := range all {
			out = append(out, m.Code)
		}
		return out
	}
	var labels progress.Labels
	var judgements []string
	for _, c := range forecast.Codes {
		judgements = append(judgements, string(c))
	}
	var linked []string
	for _, s := range []linkcheck.Status{linkcheck.StatusTracked, linkcheck.StatusLeft, linkcheck.StatusGone, linkcheck.StatusOutside, linkcheck.StatusUnknown} {
		linked = append(linked, s.Code())
	}
	for name, test := range map[string]struct {
		schema schema
		want   []string
	}{
		"State":     {all["State"], codes(progress.States)},
		"WaitsOn":   {all["WaitsOn"], codes(progress.Waits)},
		"Reason":    {all["ReasonCode"], codes(labels.Reasons())},
		"CI":        {all["Change"].Properties["ci"], codes(labels.CIStates())},
		"Measured":  {all["Status"].Properties["measured"], codes(progress.Measures)},
		"Declared":  {all["Status"].Properties["declared"], strings.Split("completed in-progress planning not-started not-affected", " ")},
		"Judgement": {all["Judgement"].Properties["code"], judgements},
		"Linked":    {all["LinkedChange"].Properties["status"], linked},
		"Pending":   {all["Change"].Properties["pending"], []string{api.PendingMissing, api.PendingQuarantined, api.PendingOutdated}},
	} {
		var got []string
		for _, word := range test.schema.Enum {
			if word != nil {
				got = append(got, word.(string))
			}
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-policy +document):\n%s", name, diff)
		}
	}
}

func TestExamplesAreValid(t *testing.T) {
	examples, err := openapitest.Examples()
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range examples {
		if err != nil {
			t.Errorf("the example of %s: %v", name, err)
		}
	}
	if len(examples) < 14 {
		t.Errorf("examples of %v only", slices.Sorted(maps.Keys(examples)))
	}
}

// TestReferencesLeadSomewhere also wants nothing in the document that nothing refers to.
func TestReferencesLeadSomewhere(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(openapi.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				wanted[strings.TrimPrefix(ref, "#/components/")] = true
			}
			for _, below := range v {
				walk(below)
			}
		case []any:
			for _, below := range v {
				walk(below)
			}
		}
	}
	walk(doc)
	there := map[string]bool{}
	for kind, all := range doc["components"].(map[string]any) {
		for name := range all.(map[string]any) {
			there[kind+"/"+name] = true
		}
	}
	if diff := cmp.Diff(there, wanted); diff != "" {
		t.Errorf("-there +referred to:\n%s", diff)
	}
}
