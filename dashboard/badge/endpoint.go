package badge

import "encoding/json"

// endpoint is the form that shields.io's endpoint badge reads. It knows these keys
// only.
type endpoint struct {
	SchemaVersion int    `json:"schemaVersion"`
	Label         string `json:"label"`
	Message       string `json:"message"`
	Color         string `json:"color"`
	IsError       bool   `json:"isError,omitempty"`
	CacheSeconds  int    `json:"cacheSeconds,omitempty"`
}

// Endpoint returns a badge as JSON for shields.io, which may keep it for five minutes
// if keep is set.
func Endpoint(b Badge, keep bool) []byte {
	e := endpoint{Label: b.Label, Message: b.Value, Color: b.Color.Shields()}
	if keep {
		e.CacheSeconds = 300
	}
	return e.encode()
}

// EndpointError returns an error where such a badge was asked for.
func EndpointError(label, message string) []byte {
	return endpoint{Label: label, Message: message, Color: Red.Shields(), IsError: true}.encode()
}

func (e endpoint) encode() []byte {
	e.SchemaVersion = 1
	body, err := json.Marshal(e)
	if err != nil {
		panic("badge: " + err.Error()) // strings and numbers only
	}
	return append(body, '\n')
}
