//go:build gerrit

package gerrittest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

// magicPrefix stands before every JSON answer, so that no browser runs it.
const magicPrefix = ")]}'\n"

// Call sends in as JSON to path below /a/ ("changes/7/topic") as u, and decodes
// the answer into out. Either may be nil. Anything but success ends the test. It
// is what the other methods are made of; a test uses it for what has no method.
func (u *User) Call(t testing.TB, method, path string, in, out any) {
	t.Helper()
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			t.Fatalf("gerrittest: %s %s as %s: %v", method, path, u.Username, err)
		}
	}
	u.send(t, method, path, "application/json; charset=UTF-8", body, out)
}

// send is Call with a body of any type.
func (u *User) send(t testing.TB, method, path, contentType string, body []byte, out any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, u.server.URL+"a/"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatalf("gerrittest: %s %s as %s: %v", method, path, u.Username, err)
	}
	request.SetBasicAuth(u.Username, password)
	if body != nil { // an empty body with a JSON type is refused
		request.Header.Set("Content-Type", contentType)
	}
	answer(t, request, out)
}

// answer sends request and decodes what comes into out, unless that is nil.
func answer(t testing.TB, request *http.Request, out any) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("gerrittest: %v", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("gerrittest: %s %s: %v", request.Method, request.URL, err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		t.Fatalf("gerrittest: %s %s: %s: %s", request.Method, request.URL, response.Status, bytes.TrimSpace(body))
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(bytes.TrimPrefix(body, []byte(magicPrefix)), out); err != nil {
		t.Fatalf("gerrittest: %s %s: %v in %q", request.Method, request.URL, err, body)
	}
}
