// Package api is the form of headway's JSON, API v1: the structs with their keys, and
// how they are made of what progress worked out. Changes to them are additive only.
//
// What is absent is null and its key stays: a reader need not tell "unknown" from "not
// there". Times are RFC 3339 in UTC. An unknown value of a word is kept, not dropped.
//
// It answers no requests: the handlers are dashboard's. The commands that read a
// headway decode its answers with it.
package api
