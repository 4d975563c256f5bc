package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// deploy is where the files for operators are.
const deploy = "../../deploy"

// deployed is a file of deploy.
func deployed(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{deploy}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// readYAML reads what a test wants to know of a file of deploy.
func readYAML(t *testing.T, into any, path ...string) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(deployed(t, path...)), into); err != nil {
		t.Fatalf("%s: %v", filepath.Join(path...), err)
	}
}

// TestAlerts wants of every alert what whoever is woken by it needs: a chapter of the
// runbook that its annotation leads to, and a test in which it fires and one in which
// it does not. That the tests hold is promtool's to say.
func TestAlerts(t *testing.T) {
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert               string
				Labels, Annotations map[string]string
			}
		}
	}
	readYAML(t, &rules, "prometheus", "headway.rules.yml")
	fires, rests := map[string]bool{}, map[string]bool{}
	for _, file := range []string{"headway.test.yml", "headway-days.test.yml"} {
		var tests struct {
			Tests []struct {
				AlertRuleTest []struct {
					Alertname string
					ExpAlerts []any `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		readYAML(t, &tests, "prometheus", file)
		for _, test := range tests.Tests {
			for _, a := range test.AlertRuleTest {
				fires[a.Alertname] = fires[a.Alertname] || len(a.ExpAlerts) > 0
				rests[a.Alertname] = rests[a.Alertname] || len(a.ExpAlerts) == 0
			}
		}
	}
	readme := deployed(t, "prometheus", "README.md")
	alerts := 0
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" {
				continue
			}
			alerts++
			if !fires[r.Alert] || !rests[r.Alert] {
				t.Errorf("%s: tests where it fires: %t, where it does not: %t", r.Alert, fires[r.Alert], rests[r.Alert])
			}
			if !regexp.MustCompile(`(?m)^### ` + r.Alert + `\n\S`).MatchString(readme) {
				t.Errorf("%s has no chapter in the runbook", r.Alert)
			}
			if !strings.HasSuffix(r.Annotations["runbook_url"], "/deploy/prometheus/README.md#"+strings.ToLower(r.Alert)) {
				t.Errorf("%s: its runbook is %s", r.Alert, r.Annotations["runbook_url"])
			}
			if r.Annotations["summary"] == "" || r.Annotations["description"] == "" || r.Labels["severity"] == "" {
				t.Errorf("%s lacks a summary, a description or a severity", r.Alert)
			}
		}
	}
	if alerts < 14 {
		t.Errorf("%d alerts were read", alerts)
	}
}
