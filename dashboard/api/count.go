package api

import "time"

// Count is the little that an embedded number needs; it stays below 300 bytes.
type Count struct {
	Goal     string     `json:"goal"`
	Project  *string    `json:"project"` // null: the whole goal
	AsOf     *time.Time `json:"as_of"`
	Stale    bool       `json:"stale"`
	Counts   Counts     `json:"counts"`
	InFlight *int       `json:"in_flight"`
	Progress *float64   `json:"progress"`
	Status   *string    `json:"status"` // declared, else measured; null for a goal
	Landed   *int       `json:"landed"` // in today's cycle
}
