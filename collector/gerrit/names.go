package gerrit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Labels returns the labels of a project, by name; ok is false if Gerrit says that
// it has no such project, or hides it.
func (c *Client) Labels(ctx context.Context, project string) (labels []string, ok bool, err error) {
	r := request{op: "project", path: "projects/" + url.PathEscape(project)}
	var found struct {
		Name   string                     `json:"name"`
		Labels map[string]json.RawMessage `json:"labels"`
	}
	if ok, err = c.named(ctx, r, "Not found: "+project, &found); !ok || err != nil {
		return nil, false, err
	}
	if found.Name != project {
		return nil, false, c.newAnswerError(r, fmt.Errorf("want project %s, got %q", project, found.Name))
	}
	return slices.Sorted(maps.Keys(found.Labels)), true, nil
}

// HasAccount reports whether Gerrit shows us an account with exactly this name,
// username or number. Gerrit itself also finds accounts by the beginning of a name.
func (c *Client) HasAccount(ctx context.Context, name string) (bool, error) {
	r := request{op: "account", path: "accounts/" + url.PathEscape(name)}
	var found Account
	ok, err := c.named(ctx, r, "Account '"+name+"' not found", &found)
	var failed *Error
	if errors.As(err, &failed) && failed.NotFound() && strings.HasPrefix(failed.Line, "Account '"+name+"' ") {
		return true, nil // ambiguous or inactive: there is one
	}
	return ok && (found.Name == name || found.Username == name || strconv.Itoa(found.AccountID) == name), err
}

// named asks for one thing by name; false if Gerrit says in these words that there is
// none. A proxy's 404 is an error and no evidence.
func (c *Client) named(ctx context.Context, r request, none string, into any) (bool, error) {
	body, err := c.do(ctx, r)
	var failed *Error
	switch {
	case errors.As(err, &failed) && failed.NotFound() && failed.Line == none:
		return false, nil
	case err != nil:
		return false, err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return false, c.newAnswerError(r, fmt.Errorf("want one %s, got %s", r.op, kind(body)))
	}
	return true, nil
}
