package nearest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/nearest"
)

var names = []string{"openstack/nova", "openstack/nova-powervm", "openstack/neutron", "x/nova-extra", "openstack/Ironic", "other/ironic", "plain"}

func TestExact(t *testing.T) {
	for asked, want := range map[string]string{
		"openstack/nova": "openstack/nova", " nova ": "openstack/nova", "NOVA": "openstack/nova", "plain": "plain",
		"openstack/ironic": "openstack/Ironic", "ironic": "", "nov": "", "": "", "/": "", "openstack/": "",
	} {
		if got := nearest.Exact(asked, names); got != want {
			t.Errorf("Exact(%q) = %q, want %q", asked, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for asked, want := range map[string][]string{
		"nov":                           {"x/nova-extra", "openstack/nova", "openstack/nova-powervm"},
		"openstack/nvoa":                {"openstack/nova"},
		"openstack/neutrom":             {"openstack/neutron"},
		"neutrons":                      {"openstack/neutron"},
		"zzzzzzzz":                      {},
		"":                              nil,
		strings.Repeat("nova", 100_000): {},
		"\xff\xfe":                      {},
	} {
		if diff := cmp.Diff(want, nearest.Names(asked, names, 3)); diff != "" {
			t.Errorf("Names(%.20q) (-want +got):\n%s", asked, diff)
		}
	}
	if got := nearest.Names("o", names, 2); len(got) != 2 {
		t.Errorf("Names(o) of at most 2 = %q", got)
	}
}
