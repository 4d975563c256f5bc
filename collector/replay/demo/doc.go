// Package demo is what the demonstration shows: Topic builds a recorded topic of a
// migration that is well under way, and Life keeps the changes of the replay that
// serves it moving.
//
// The topic holds the real merged commits of commits.jsonl with reviews made up
// around their dates, and the made-up changes of examples.go, one for every state
// and every reason to wait; recipe.go and merge.go say what happens to each. All of
// it is written through the same calls that people and robots would use, and comes
// out the same at every run. The command demo and tests import it.
package demo
