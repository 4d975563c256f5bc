package api

// Error is what the API answers instead.
type Error struct {
	Error     string  `json:"error"`     // one sentence
	Parameter *string `json:"parameter"` // the one to blame, if one is
}

// ErrorOf is an error with the parameter to blame, "" if there is none.
func ErrorOf(text, parameter string) Error {
	return Error{Error: text, Parameter: optional(parameter)}
}
