package dashboard

// ParseSearch reads a search and writes it again, for the fuzz test.
func ParseSearch(text string) (again string, words []string, terms map[string][]string, err error) {
	s, err := parseSearch(text, "https://review.example.org")
	return s.String(), s.words, s.terms, err
}
