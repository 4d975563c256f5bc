//go:build deploy

package main

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// sink keeps what is posted to it.
type sink struct {
	*httptest.Server
	mu    sync.Mutex
	posts []post
}

type post struct {
	method, path, token string
	body                map[string]string
}

func newSink(t *testing.T) *sink {
	s := new(sink)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := post{method: r.Method, path: r.URL.EscapedPath(), token: r.Header.Get("Authorization")}
		if err := json.NewDecoder(r.Body).Decode(&p.body); err != nil || r.URL.Path == "/refused" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.posts = append(s.posts, p)
		io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	return s
}

// taken is what was posted since the last time.
func (s *sink) taken() []post {
	s.mu.Lock()
	defer s.mu.Unlock()
	posts := s.posts
	s.posts = nil
	return posts
}

// TestDeployNotify runs the script that posts the weekly report, literally, against a
// running headway, and reads the mail and the messages as those who get them do.
func TestDeployNotify(t *testing.T) {
	dir := t.TempDir()
	passes(t, exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "headway"), "."))
	script, err := filepath.Abs(filepath.Join(deploy, "notify", "report.sh"))
	if err != nil {
		t.Fatal(err)
	}
	gerrit, url := topicGerrit(t, 3) // of 2026-05-01
	yesterday := time.Now().UTC().AddDate(0, 0, -1)
	if err := gerrit.Submit(yesterday, 1, 1); err != nil {
		t.Fatal(err)
	}
	title := "Grüße \"quoted\" `$(touch pwned)` \\\\n"
	write(t, dir, "c.yml", strings.Replace(fastConfig(url), "- name: g\n", "- name: g\n    title: "+string(must(json.Marshal(title)))+"\n", 1))
	r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--web.external-url=http://headway.example.org/")
	defer r.stop(t, os.Interrupt)
	r.logged(t, `msg="poll done"`)
	sendmail := write(t, dir, "sendmail", "#!/bin/sh\ncat >mail\n")
	if err := os.Chmod(sendmail, 0o700); err != nil {
		t.Fatal(err)
	}
	sink := newSink(t)
	run := func(env ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "bash", script)
		cmd.Dir = dir
		cmd.Env = append([]string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HEADWAY=" + r.url, "SENDMAIL=" + sendmail}, env...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}

	out, err := run("MAIL_TO=goal@lists.example.org, tc@lists.example.org", "MAIL_FROM=headway@example.org", "WEBHOOK="+sink.URL+"/hook",
		"MATRIX="+sink.URL+"/", "MATRIX_ROOM=!abc:example.org", "MATRIX_TOKEN=s3cret")
	if err != nil || out != "" {
		t.Fatalf("%v\n%s", err, out)
	}
	posts := sink.taken()
	if len(posts) != 2 {
		t.Fatalf("%d posts", len(posts))
	}
	hook, matrix := posts[0], posts[1]
	for _, want := range []string{"33% of the changes uploaded so far are merged: 1 of 3.", "In these 7 days, 1 change was merged and none uploaded;", "\nhttp://headway.example.org/g/report?since="} {
		if !strings.Contains(hook.body["text"], want) {
			t.Errorf("the webhook lacks %q:\n%s", want, hook.body["text"])
		}
	}
	if !strings.HasPrefix(hook.body["text"], "Grüße \"quoted\" `$(touch pwned)` \\\\n: ") || strings.Contains(hook.body["text"], "What is waiting") || hook.method != "POST" || hook.path != "/hook" {
		t.Errorf("webhook: %+v", hook)
	}
	if matrix.method != "PUT" || !strings.HasPrefix(matrix.path, "/_matrix/client/v3/rooms/!abc%3Aexample.org/send/m.room.message/headway-") || matrix.token != "Bearer s3cret" ||
		matrix.body["msgtype"] != "m.notice" || matrix.body["body"] != hook.body["text"] {
		t.Errorf("Matrix: %+v", matrix)
	}
	data, err := os.ReadFile(filepath.Join(dir, "mail"))
	if err != nil {
		t.Fatal(err)
	}
	checkMail(t, string(data), title, url)

	// The same by a mail server, which wants a password.
	password := `s3"cr\et`
	box := newMailbox(t, "headway:"+password)
	smtp := []string{"MAIL_TO=goal@lists.example.org, tc@lists.example.org", "MAIL_FROM=headway@example.org", "SMTP=smtp://" + box.address}
	if out, err := run(append(smtp, "SMTP_USER=headway:"+password)...); err != nil || out != "" {
		t.Fatalf("%v\n%s", err, out)
	}
	mails := box.taken()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	checkMail(t, mails[0].contents, title, url)
	if to := strings.Join(mails[0].to, " "); !strings.HasPrefix(mails[0].from, "FROM:<headway@example.org>") || !strings.Contains(to, "TO:<goal@lists.example.org>") || !strings.Contains(to, "TO:<tc@lists.example.org>") {
		t.Errorf("from %s to %s", mails[0].from, to)
	}
	if out, err := run(append(smtp, "SMTP_USER=headway:guess")...); err == nil || len(box.taken()) > 0 || !strings.Contains(out, "Login denied") || strings.Contains(out, "guess") {
		t.Errorf("a wrong password: %v\n%s", err, out)
	}

	if exists(filepath.Join(dir, "pwned")) {
		t.Error("a title was run")
	}

	for name, env := range map[string][]string{
		"no headway":     {"HEADWAY=http://127.0.0.1:1/", "WEBHOOK=" + sink.URL + "/hook"},
		"refused":        {"WEBHOOK=" + sink.URL + "/refused"},
		"mail by nobody": {"MAIL_TO=goal@lists.example.org"},
	} {
		if out, err := run(env...); err == nil || len(sink.taken()) > 0 || out == "" {
			t.Errorf("%s: %v, want an error and no post\n%s", name, err, out)
		}
	}
	if out, err := run(); err != nil {
		t.Errorf("nothing is set: %v\n%s", err, out)
	}
}

// checkMail reads a mail as its reader does.
func checkMail(t *testing.T, text, title, url string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, title[:5]) {
		t.Errorf("subject %q, %v", subject, err)
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 2 {
		t.Errorf("to %v, %v", to, err)
	}
	if _, err := m.Header.Date(); err != nil {
		t.Error(err)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil || !strings.Contains(string(body), "- change 0 [") || !strings.Contains(string(body), "] "+url+"/c/p/+/1\n") || !strings.Contains(string(body), "is completed") && !strings.Contains(string(body), "are completed") {
		t.Errorf("mail:\n%s", body)
	}
}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}

// TestDeployNotifyFiles has systemd judge the units, and reads the jobs.
func TestDeployNotifyFiles(t *testing.T) {
	dir := t.TempDir()
	script := write(t, dir, "report.sh", "#!/bin/sh\n")
	if err := os.Chmod(script, 0o700); err != nil {
		t.Fatal(err)
	}
	verify := exec.CommandContext(t.Context(), tool(t, "systemd-analyze"), "verify", "--man=no")
	for _, name := range []string{"headway-report.service", "headway-report.timer"} {
		text := strings.ReplaceAll(deployed(t, "notify", name), "/usr/lib/headway/report.sh", script)
		verify.Args = append(verify.Args, write(t, dir, name, text))
	}
	passes(t, verify)
	passes(t, exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=yes", "--threshold=25", filepath.Join(dir, "headway-report.service")))
	for _, name := range []string{"github.yml", "gitlab.yml"} {
		var job map[string]any
		if err := yaml.Unmarshal([]byte(deployed(t, "notify", name)), &job); err != nil || len(job) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
