// Package forecast tells how fast reviews were, when what is not merged yet may be
// merged at that pace, and how deadlines stand by it.
//
// It is pure and knows numbers and times only. It belongs to progress, which says what
// is counted; pages take a sentence from it.
package forecast
