// Package badge draws badges: a label, a value and a colour in, SVG out. It is
// pure, knows nothing of goals or changes, and is imported by dashboard.
package badge
