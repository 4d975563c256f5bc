//go:build deploy

package main

import (
	"debug/elf"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tool is where a tool of this suite is: .ci/run installs them.
func tool(t *testing.T, name string) string {
	t.Helper()
	if dir := os.Getenv("HEADWAY_TOOLS"); dir != "" {
		if path := filepath.Join(dir, name); exists(path) {
			return path
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v: run this suite by .ci/run", err)
	}
	return path
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// passes runs a program that has to exit with 0.
func passes(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
}

// TestDeployImage lints the Dockerfile and runs its build outside a container: the
// program is static, stripped and knows its version. No image is built: that needs a
// daemon and the network.
func TestDeployImage(t *testing.T) {
	file := deployed(t, "docker", "Dockerfile")
	passes(t, exec.CommandContext(t.Context(), tool(t, "hadolint"), filepath.Join(deploy, "docker", "Dockerfile")))

	build := regexp.MustCompile(`(?s)RUN (CGO_ENABLED=0 go build .*?)\n\n`).FindStringSubmatch(file)
	if build == nil {
		t.Fatal("the Dockerfile has no build")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "headway")
	script := strings.NewReplacer("\\\n", " ", "/out/", dir+"/").Replace(build[1])
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", script)
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "VERSION=1.2.3-image")
	passes(t, cmd)
	binary, err := elf.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	for _, p := range binary.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the program is not static: it would not start in an empty image")
		}
	}
	if binary.Section(".debug_info") != nil || binary.Section(".symtab") != nil {
		t.Error("the program is not stripped")
	}
	version, err := exec.CommandContext(t.Context(), out, "--version").Output()
	if err != nil || !strings.Contains(string(version), "1.2.3-image") {
		t.Errorf("--version: %v %s", err, version)
	}
	for _, want := range []string{"ca-certificates.crt", "USER 65532", "VOLUME /var/lib/headway", `"healthcheck"`} {
		if !strings.Contains(file, want) {
			t.Errorf("the Dockerfile is without %s", want)
		}
	}
}

// TestDeployKubernetes holds the manifest against Kubernetes' own schemas.
func TestDeployKubernetes(t *testing.T) {
	passes(t, exec.CommandContext(t.Context(), tool(t, "kubernetes-validate"), "--strict", filepath.Join(deploy, "kubernetes", "headway.yml")))
}

// TestDeployCompose reads what compose and Grafana are given; they themselves are not
// run here.
func TestDeployCompose(t *testing.T) {
	var compose struct {
		Services map[string]struct{ Volumes []string }
		Configs  map[string]struct{ Content string }
	}
	readYAML(t, &compose, "docker", "compose.yml")
	for name, s := range compose.Services {
		for _, v := range s.Volumes {
			if from, _, _ := strings.Cut(v, ":"); strings.HasPrefix(from, ".") && !exists(filepath.Join(deploy, "docker", from)) {
				t.Errorf("%s: there is no %s", name, from)
			}
		}
	}
	dir := t.TempDir()
	write(t, dir, "headway.rules.yml", deployed(t, "prometheus", "headway.rules.yml"))
	cmd := exec.CommandContext(t.Context(), tool(t, "promtool"), "check", "config", write(t, dir, "prometheus.yml", compose.Configs["prometheus"].Content))
	passes(t, cmd)
	for _, file := range []string{"datasources/prometheus.yml", "dashboards/headway.yml"} {
		readYAML(t, new(any), "grafana", "provisioning", file)
	}
}

// TestDeployUnits has systemd judge the units, and runs what they start as a user who
// may do nothing. systemd itself does not run here.
func TestDeployUnits(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "usr-bin-headway")
	built := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".")
	passes(t, built)
	units, err := filepath.Glob(filepath.Join(deploy, "systemd", "*"))
	if err != nil || len(units) < 4 {
		t.Fatalf("units: %v %v", units, err)
	}
	verify := exec.CommandContext(t.Context(), tool(t, "systemd-analyze"), "verify", "--man=no")
	for _, unit := range units {
		name := filepath.Base(unit)
		text := strings.ReplaceAll(deployed(t, "systemd", name), "/usr/bin/headway", bin)
		verify.Args = append(verify.Args, write(t, dir, name, text))
		if strings.HasSuffix(name, ".service") {
			passes(t, exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=yes", "--threshold=20", filepath.Join(dir, name)))
		}
	}
	if out, err := verify.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}

	if os.Geteuid() != 0 {
		t.Log("LEFT OUT: only root can become the service's user")
		return
	}
	line := regexp.MustCompile(`(?m)^ExecStart=(.*)$`).FindStringSubmatch(deployed(t, "systemd", "headway.service"))[1]
	state := filepath.Join(dir, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	for path := range map[string]bool{state: true, dir: true, filepath.Dir(dir): true} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(state, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	config := write(t, dir, "headway.yml", fastConfig(emptyGerrit(t).URL))
	if err := os.Chmod(config, 0o644); err != nil {
		t.Fatal(err)
	}
	line = strings.NewReplacer("/usr/bin/headway", bin, "/etc/headway/headway.yml", config, "/var/lib/headway", state).Replace(line)
	port := freePort(t)
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", "umask 0077; exec "+line+" --web.listen-address=127.0.0.1:"+port)
	cmd.Dir, cmd.Env = "/", []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	service := begin(t, cmd)
	service.logged(t, `msg="poll done"`)
	passes(t, exec.CommandContext(t.Context(), bin, "healthcheck", "--url=http://127.0.0.1:"+port))
	if code := service.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, name := range []string{"headway.db", "backup-" + strings.ToLower(time.Now().UTC().Format("Mon")) + ".db"} {
		if info, err := os.Stat(filepath.Join(state, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}

// TestDeployNginx puts the example of nginx before a headway: readers go on seeing the
// last pages, badges and numbers while headway is away, and metrics stay inside.
func TestDeployNginx(t *testing.T) {
	for _, tc := range []struct{ name, upstream string }{
		{"prefix kept", ""},
		{"prefix taken off", "/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir, front := t.TempDir(), freePort(t)
			write(t, dir, "c.yml", fastConfig(emptyGerrit(t).URL))
			s := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--web.external-url=http://goals.example.org:"+front+"/headway/")
			s.logged(t, `msg="poll done"`)
			upstream := strings.TrimSuffix(s.url, "/")
			conf := strings.NewReplacer(
				"listen 80;", "listen 127.0.0.1:"+front+";",
				"http://127.0.0.1:8642;", upstream+tc.upstream+";",
				"/var/cache/headway", filepath.Join(dir, "cache"),
			).Replace(deployed(t, "nginx", "headway.conf"))
			write(t, dir, "headway.conf", conf)
			user := ""
			if os.Geteuid() == 0 {
				user = "user root;"
			}
			write(t, dir, "nginx.conf", fmt.Sprintf("%s daemon off; pid %s/pid; error_log stderr crit; events {} http { access_log off; include %s/headway.conf; }", user, dir, dir))
			// Not by the test's context: it kills the master, and its workers would stay.
			nginx := exec.Command(tool(t, "nginx"), "-p", dir, "-e", "stderr", "-c", filepath.Join(dir, "nginx.conf"))
			var log strings.Builder
			nginx.Stderr = &log
			if err := nginx.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				nginx.Process.Signal(syscall.SIGTERM)
				nginx.Wait()
				if t.Failed() {
					t.Log(log.String())
				}
			})
			get := func(path string) (code int, cache, body string) {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+front+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Host = "goals.example.org"
				resp, err := http.DefaultTransport.RoundTrip(req)
				if err != nil {
					return 0, "", ""
				}
				defer resp.Body.Close()
				data, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				return resp.StatusCode, resp.Header.Get("X-Cache-Status"), string(data)
			}
			if !eventually(func() bool { code, _, _ := get("/headway/"); return code == http.StatusOK }) {
				t.Fatal("nginx does not answer with the page")
			}
			paths := []string{"/headway/", "/headway/g/badge.svg", "/headway/api/v1/goals/g/count", "/headway/g/embed"}
			before := map[string]string{}
			for _, path := range paths {
				code, _, body := get(path)
				if code != http.StatusOK {
					t.Errorf("%s: %d", path, code)
				}
				before[path] = body
			}
			for _, path := range []string{"/headway/metrics", "/metrics", "/headway/-/healthy", "/headway/-/ready"} {
				if code, _, _ := get(path); code != http.StatusForbidden {
					t.Errorf("%s: %d, want 403", path, code)
				}
			}

			if code := s.stop(t, syscall.SIGTERM); code != 0 {
				t.Fatalf("exit code %d", code)
			}
			for _, path := range paths {
				// Fresh answers come from the cache as hits until their max-age is over.
				ok := eventually(func() bool {
					_, cache, _ := get(path)
					return cache == "STALE" || strings.HasPrefix(cache, "HIT") && path != "/headway/"
				})
				code, cache, body := get(path)
				if !ok || code != http.StatusOK || body != before[path] {
					t.Errorf("%s while headway is away: %d %s, the same: %t", path, code, cache, body == before[path])
				}
			}
		})
	}
}
