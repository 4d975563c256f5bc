// Package collector brings Gerrit's facts into the store: the schedule, one round
// of polling for each goal, the conversion from Gerrit's answers to the store's
// nouns, and the metrics of all that. It judges nothing and shows nothing. cmd
// imports it.
package collector
