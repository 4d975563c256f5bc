package api

// Error is what the API answers instead.
type Error struct {
	Error     string  `json:"error"`     // one sentence
	Parameter *string `json:"parameter"` // the one to blame, if one is
}
