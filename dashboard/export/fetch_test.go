package export_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/export"
)

// Who ends an export gets no empty files.
func TestFetchFromAnswersNobodyWhoHasGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	fetch := export.FetchFrom(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))
	if data, _, err := fetch(ctx, &url.URL{Path: "/g/card.png"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}
