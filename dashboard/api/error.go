package api

// Error is what the API answers instead.
type Error struct {
	Error     string  `json:"error"`     // one sentence
	Parameter *string `json:"parameter"` // the one to blame, if one is
}

// NotReady begins what /-/ready says while something is lacking.
const NotReady = "headway is not ready: "

// ErrorOf is an error with the parameter to blame, "" if there is none.
func ErrorOf(text, parameter string) Error {
	return Error{Error: text, Parameter: optional(parameter)}
}
