package dashboard

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
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

var styleFile = newAsset("style.css", "text/css; charset=utf-8")

func newAsset(file, contentType string) asset {
	body, err := staticFS.ReadFile("static/" + file)
	if err != nil {
		panic(fmt.Sprintf("dashboard: %v", err)) // it is embedded
	}
	sum := sha256.Sum256(body)
	stem, ext, _ := strings.Cut(file, ".")
	return asset{stem + "." + hex.EncodeToString(sum[:4]) + "." + ext, contentType, body}
}

// static answers with a static file. A page from before an upgrade may ask for a
// name that no longer exists: it gets a 404, never a wrong style to keep for ever.
func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("file") != styleFile.name {
		s.serve(route{"", plain, s.unknownAddress, anyParameters}).ServeHTTP(w, r)
		return
	}
	s.send(w, r, &response{contentType: styleFile.contentType, body: styleFile.body, cache: forever})
}
