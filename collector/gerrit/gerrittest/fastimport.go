//go:build gerrit

package gerrittest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// A stream writes commits into a repository by `git fast-import`. Each commit's
// name is asked for as soon as it is written, because later ones quote it.
type stream struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	// Commits of this stream are known to it by mark alone until it ends.
	marks map[string]int
}

// A commit is what a stream writes. Its tree is that of its parent (or empty) with
// files laid over it.
type commit struct {
	ref               string
	parent            string // "" is none
	author, committer ident
	message           string
	files             map[string]string
}

// An ident is git's author or committer.
type ident struct {
	name, email string
	at          time.Time
}

func (i ident) String() string {
	// Git would take these for the ends of name and address.
	name := strings.NewReplacer("<", "", ">", "", "\n", " ").Replace(i.name)
	return fmt.Sprintf("%s <%s> %d +0000", name, i.email, i.at.Unix())
}

// newStream writes into the repository in dir.
func newStream(t testing.TB, dir string) *stream {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--force", "--cat-blob-fd=1")
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatalf("gerrittest: %v", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("gerrittest: %v", err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("gerrittest: git fast-import into %s: %v", dir, err)
	}
	return &stream{cmd: cmd, in: in, out: bufio.NewReader(out), marks: map[string]int{}}
}

// write writes a commit, moves its ref there and returns its name.
func (s *stream) write(t testing.TB, c commit) string {
	t.Helper()
	mark := len(s.marks) + 1
	var b strings.Builder
	fmt.Fprintf(&b, "commit %s\nmark :%d\nauthor %s\ncommitter %s\n", c.ref, mark, c.author, c.committer)
	data(&b, c.message)
	if parent, ok := s.marks[c.parent]; ok {
		fmt.Fprintf(&b, "from :%d\n", parent)
	} else if c.parent != "" {
		fmt.Fprintf(&b, "from %s\n", c.parent)
	}
	for _, name := range sortedKeys(c.files) {
		fmt.Fprintf(&b, "M 100644 inline %s\n", name)
		data(&b, c.files[name])
	}
	fmt.Fprintf(&b, "\nget-mark :%d\n", mark)
	if _, err := io.WriteString(s.in, b.String()); err != nil {
		t.Fatalf("gerrittest: git fast-import of %s: %v", c.ref, err)
	}
	name, err := s.out.ReadString('\n')
	if err != nil {
		t.Fatalf("gerrittest: git fast-import of %s: %v", c.ref, err)
	}
	name = strings.TrimSpace(name)
	s.marks[name] = mark
	return name
}

// close returns when all is written and the refs are where they belong.
func (s *stream) close(t testing.TB) {
	t.Helper()
	s.in.Close()
	if err := s.cmd.Wait(); err != nil {
		t.Fatalf("gerrittest: git fast-import: %v", err)
	}
}

func data(b *strings.Builder, text string) {
	fmt.Fprintf(b, "data %d\n%s\n", len(text), text)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
