package dashboard

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

//go:embed static
var staticFS embed.FS

// asset is a static file under a name that changes with its content, so that it
// may be kept for ever.
type asset struct {
	name        string // style.1a2b3c4d.css
	contentType string
	body        []byte
}

var (
	styleFile  = newAsset("style.css", "text/css; charset=utf-8")
	scriptFile = newAsset("live.js", "text/javascript; charset=utf-8")
)

// scriptHash is how a Content-Security-Policy names the live script, which stands
// in the pages themselves.
var scriptHash = func() string {
	sum := sha256.Sum256(scriptFile.body)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// indents and comments of a script are for those who read its source.
var indents = regexp.MustCompile(`(?m)^\s*(//.*\n)?\s*`)

func newAsset(file, contentType string) asset {
	body, err := staticFS.ReadFile("static/" + file)
	if err != nil {
		panic(fmt.Sprintf("dashboard: %v", err)) // it is embedded
	}
	if strings.HasSuffix(file, ".js") {
		body = indents.ReplaceAll(body, nil)
	}
	sum := sha256.Sum256(body)
	stem, ext, _ := strings.Cut(file, ".")
	return asset{stem + "." + hex.EncodeToString(sum[:4]) + "." + ext, contentType, body}
}

// static answers with a static file. A page from before an upgrade may ask for a
// name that no longer exists: it gets a 404, never a wrong style to keep for ever.
func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	for _, a := range []asset{styleFile, copyFile} {
		if r.PathValue("file") == a.name {
			s.send(w, r, &response{contentType: a.contentType, body: a.body, cache: forever})
			return
		}
	}
	s.serve(route{"", plain, s.unknownAddress, anyParameters}).ServeHTTP(w, r)
}
