//go:build prometheus

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPrometheusRules runs promtool over the rules and their tests.
func TestPrometheusRules(t *testing.T) {
	for _, args := range [][]string{
		{"check", "config", "prometheus.yml"},
		{"test", "rules", "headway.test.yml", "headway-days.test.yml"},
	} {
		cmd := exec.CommandContext(t.Context(), "promtool", args...)
		cmd.Dir = filepath.Join(deploy, "prometheus")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// realPrometheus is one that scrapes a real headway.
type realPrometheus struct{ url string }

var (
	waitsFor = regexp.MustCompile(`(?m)^        for: .*$`)
	variable = regexp.MustCompile(`\$(?:\{\w+\}|\w+)`)
)

// startPrometheus scrapes a headway each second, by the rules of deploy, which here
// fire at once.
func startPrometheus(t *testing.T, target string) *realPrometheus {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "headway.rules.yml", waitsFor.ReplaceAllString(deployed(t, "prometheus", "headway.rules.yml"), ""))
	write(t, dir, "prometheus.yml", strings.NewReplacer("interval: 1m", "interval: 1s", "localhost:8642", target).Replace(deployed(t, "prometheus", "prometheus.yml")))
	address := "127.0.0.1:" + freePort(t)
	cmd := exec.CommandContext(t.Context(), "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address="+address)
	cmd.Dir = dir
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("%s", text)
		}
	})
	return &realPrometheus{"http://" + address}
}

// prometheusClient does not hold what Prometheus answers below /api/v1 against our document
// of the API, as the default one does in these tests.
var prometheusClient = &http.Client{Transport: &http.Transport{}}

// series are the answers to a query now; nil: Prometheus does not answer yet.
func (p *realPrometheus) series(t *testing.T, query string) []struct {
	Metric map[string]string
	Value  [2]any
} {
	t.Helper()
	resp, err := prometheusClient.Get(p.url + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode == http.StatusServiceUnavailable {
		return nil
	}
	var answer struct {
		Error string
		Data  struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Error != "" {
		t.Fatalf("%s: %v %s", query, err, cmp.Or(answer.Error, string(body)))
	}
	return answer.Data.Result
}

// await asks until there are series.
func (p *realPrometheus) await(t *testing.T, query string) {
	t.Helper()
	if !eventually(func() bool { return len(p.series(t, query)) > 0 }) {
		t.Fatalf("no data within a minute: %s", query)
	}
}

// dashboardQueries are all queries of the Grafana dashboard, with its variables filled
// in as Grafana does.
func dashboardQueries(t *testing.T, instance string) []string {
	t.Helper()
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
		Annotations struct{ List []struct{ Expr string } }
		Templating  struct{ List []struct{ Definition string } }
	}
	if err := json.Unmarshal([]byte(deployed(t, "grafana", "headway.json")), &board); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"$goal": mainGoal, "$instance": instance, "$project": ".*", "$__rate_interval": "20s", "$__range": "5m"}
	var queries []string
	add := func(expr string) {
		if expr != "" {
			queries = append(queries, variable.ReplaceAllStringFunc(expr, func(name string) string {
				if values[name] == "" {
					t.Errorf("%s: %s is not a variable of the dashboard", expr, name)
				}
				return values[name]
			}))
		}
	}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			add(target.Expr)
		}
	}
	for _, a := range board.Annotations.List {
		add(a.Expr)
	}
	for _, v := range board.Templating.List {
		if inner, ok := strings.CutPrefix(v.Definition, "label_values("); ok {
			add(inner[:strings.LastIndex(inner, ",")])
		}
	}
	return queries
}

// TestPrometheus has a real Prometheus scrape a real headway. Every query of the
// dashboard has data, every record too; when Gerrit goes away the alert fires, and
// no other alert of the service does before.
func TestPrometheus(t *testing.T) {
	dir := t.TempDir()
	gerrit := httptest.NewServer(demoChanges(t))
	defer gerrit.Close()
	config := strings.Replace(siteYAML(t, gerrit.URL+"/", "@every 10s", ""), "timeout: 60s", "timeout: 2s", 1)
	write(t, dir, "c.yml", config)
	s := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--backup.path=copy.db")
	s.logged(t, `msg="poll done"`)
	address, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	instance := address.Host

	_, metrics := s.get(t, "metrics")
	check := exec.CommandContext(t.Context(), "promtool", "check", "metrics")
	check.Stdin = strings.NewReader(metrics)
	if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}

	p := startPrometheus(t, instance)
	for _, path := range []string{"", mainGoal + "/badge.svg", "api/v1/goals", "-/healthy", mainGoal + "/embed"} {
		s.get(t, path)
	}
	p.await(t, `up == 1`)
	for _, query := range append(dashboardQueries(t, instance),
		"goal:headway_not_merged:sum", "team:headway_progress:ratio", `headway_store_write_errors_total == 0`, `headway_backups_total`) {
		p.await(t, query)
	}
	// Real data is less tidy than that of the rules' own tests.
	for _, a := range p.series(t, `ALERTS{severity=~"page|ticket"}`) {
		t.Errorf("an alert fires in good times: %v", a.Metric)
	}
	if t.Failed() {
		return
	}

	gerrit.CloseClientConnections()
	gerrit.Close()
	p.await(t, fmt.Sprintf(`ALERTS{alertname="HeadwayStale", alertstate="firing", goal=%q}`, mainGoal))
	if code, page := s.get(t, mainGoal+"/"); code != http.StatusOK || !strings.Contains(page, "Not up to date") {
		t.Errorf("the alert fires, and the page (%d) does not say why", code)
	}
}
