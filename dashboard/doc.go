// Package dashboard serves everything that is read: pages, JSON, badges and the
// progress metrics. It reads immutable snapshots of the store, asks package
// progress what they mean and only shows the answer: no policy and no arithmetic
// live here or in its templates. It never writes and never talks to Gerrit. cmd
// imports it.
package dashboard
