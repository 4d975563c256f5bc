package api

// History is the past of a goal or a part of it, a day for each UTC day from the
// first event on.
type History struct {
	Days []Day `json:"days"` // null while loading, empty if nothing has happened yet
}

// Day is what counted at the end of a UTC day; today as of now.
type Day struct {
	Date      string `json:"date"` // 2026-08-21
	Merged    int    `json:"merged"`
	Reverted  int    `json:"reverted"`
	Open      int    `json:"open"`
	WIP       int    `json:"wip"`
	Abandoned int    `json:"abandoned"`

	// Observed is false for days that are reconstructed from what Gerrit remembers:
	// those before the first poll, and those on which no poll was complete.
	Observed bool `json:"observed"`
}
