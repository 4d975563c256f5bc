package order_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/order"
)

func TestHeads(t *testing.T) {
	columns := []order.Column{
		{Text: "Change", Class: "what", Key: "-number", Also: &order.Column{Text: "Project", Key: "project"}},
		{Text: "Waits on", Class: "waits", Key: order.Attention}, {Text: "State", Class: "state"},
	}
	address := func(sort string) string { return "?sort=" + sort }
	plain := order.Head{Text: "State", Class: "state"}
	for _, tt := range []struct {
		by      string
		address func(string) string
		want    []order.Head
	}{
		{order.Attention, address, []order.Head{
			{Text: "Change", Class: "what", URL: "?sort=-number", Also: &order.Head{Text: "Project", URL: "?sort=project"}},
			{Text: "Waits on", Class: "waits", Sort: "descending"}, plain,
		}},
		{"number", address, []order.Head{
			{Text: "Change", Class: "what", URL: "?sort=-number", Sort: "ascending", Also: &order.Head{Text: "Project", URL: "?sort=project"}},
			{Text: "Waits on", Class: "waits", URL: "?sort="}, plain,
		}},
		{"-project", address, []order.Head{
			{Text: "Change", Class: "what", URL: "?sort=-number", Also: &order.Head{Text: "Project", URL: "?sort=project", Sort: "descending"}},
			{Text: "Waits on", Class: "waits", URL: "?sort="}, plain,
		}},
		{"", nil, []order.Head{{Text: "Change", Class: "what", Also: &order.Head{Text: "Project"}}, {Text: "Waits on", Class: "waits"}, plain}},
	} {
		if diff := cmp.Diff(tt.want, order.Heads(columns, tt.by, tt.address)); diff != "" {
			t.Errorf("by %q (-want +got):\n%s", tt.by, diff)
		}
	}
}
