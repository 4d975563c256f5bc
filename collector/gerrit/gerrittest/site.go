//go:build gerrit

package gerrittest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

const (
	// serverID is part of every author ident in NoteDb.
	serverID = "8c1b4a9e-6c1d-4d0a-9b5e-2f7a35d1c0de"
	// password is what `init --dev` gives the administrator, and we give to all.
	password = "secret"
)

// A site is Gerrit's directory on disk, and how to run Java for it.
type site struct {
	dir          string
	classPath    string
	mergeability string
}

// The first test of a process makes an empty site, which takes as long as
// starting the daemon; every other one copies it. The copy lives in memory (half
// a megabyte): a directory of one test is gone when the next one starts.
var template struct {
	sync.Mutex
	files map[string][]byte
}

// newSite makes an initialised site without a configured address. The daemon
// started in it reports that version, or "(dev)" if it is empty.
func newSite(t testing.TB, reported string, mergeable bool) *site {
	t.Helper()
	s := &site{dir: filepath.Join(t.TempDir(), "gerrit"), classPath: filepath.Join(libraries(t), "*"), mergeability: "NEVER"}
	if mergeable {
		s.mergeability = "API_REF_UPDATED_AND_CHANGE_REINDEX"
	}
	if reported != "" {
		s.classPath = versionResource(t, reported) + string(os.PathListSeparator) + s.classPath
	}
	template.Lock()
	defer template.Unlock()
	if template.files == nil {
		s.init(t)
		template.files = readSite(t, s.dir)
		return s
	}
	for name, content := range template.files {
		write(t, filepath.Join(s.dir, name), content)
	}
	return s
}

// versionResource makes a class path entry with the resource from which the
// class com.google.gerrit.common.Version reads what to report. A release build
// has it in its jar.
func versionResource(t testing.TB, version string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "com/google/gerrit/common/Version"), []byte(version+"\n"))
	return dir
}

// init makes the site with one account, the administrator.
func (s *site) init(t testing.TB) {
	t.Helper()
	// Before init, or it asks for (and makes up) what is not there.
	s.configure(t, "http://127.0.0.1:0/")
	log := filepath.Join(t.TempDir(), "init.log")
	init := s.java(t, log, "init", "-d", s.dir, "--batch", "--no-auto-start", "--dev")
	<-init.ended
	if !init.cmd.ProcessState.Success() {
		output, _ := os.ReadFile(log)
		t.Fatalf("gerrittest: init: %v\n%s", init.cmd.ProcessState, output)
	}
}

// configure writes etc/gerrit.config for a server at url.
func (s *site) configure(t testing.TB, url string) {
	t.Helper()
	write(t, filepath.Join(s.dir, "etc/gerrit.config"), fmt.Appendf(nil, `[auth]
	type = DEVELOPMENT_BECOME_ANY_ACCOUNT
[gerrit]
	basePath = git
	serverId = %[1]s
	canonicalWebUrl = %[2]s
[httpd]
	listenUrl = %[2]s
	maxThreads = 12
[sshd]
	listenAddress = off
	threads = 2
[index]
	type = lucene
[cache]
	directory = cache
[sendemail]
	enable = false
[receive]
	enableSignedPush = false
[execution]
	defaultThreadPoolSize = 2
[change]
	mergeabilityComputationBehavior = %[3]s
`, serverID, url, s.mergeability))
}

// java runs a program of Gerrit's launcher; log takes its output. The flags suit
// a server that lives for seconds beside a busy test: no second compiler, no
// collector threads, a small heap.
func (s *site) java(t testing.TB, log string, args ...string) *process {
	t.Helper()
	java := append([]string{
		"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m",
		"-Djava.awt.headless=true", "-Djava.io.tmpdir=" + t.TempDir(),
		"-cp", s.classPath, "com.google.gerrit.launcher.GerritLauncher",
	}, args...)
	cmd := exec.Command(javaProgram(), java...)
	output, err := os.Create(log)
	if err != nil {
		t.Fatalf("gerrittest: %v", err)
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output
	p, err := run(cmd)
	if err != nil {
		t.Fatalf("gerrittest: %v", err)
	}
	return p
}

// readSite reads what a daemon needs of the site in dir. bin holds a war of 60 MB
// that only an installed service runs.
func readSite(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, part := range []string{"etc", "git", "index"} {
		err := filepath.WalkDir(filepath.Join(dir, part), func(path string, entry os.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			name, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			files[name], err = os.ReadFile(path)
			return err
		})
		if err != nil {
			t.Fatalf("gerrittest: read the new site: %v", err)
		}
	}
	return files
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatalf("gerrittest: %v", err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatalf("gerrittest: %v", err)
	}
}
