// Package numbered holds lists of what has a number: puts them in order, and tells what
// differs between two of them. It knows nothing of changes. Package progress imports it.
package numbered

import (
	"cmp"
	"slices"
)

// Sorted is a list in order, itself if it is so already. The last one was.
func Sorted[T any](list, last []T, number func(*T) int) []T {
	if one(list, last) {
		return list
	}
	sorted := true
	for i := 1; i < len(list) && sorted; i++ {
		sorted = number(&list[i-1]) <= number(&list[i])
	}
	if sorted {
		return list
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(number(&a), number(&b)) })
	return list
}

// one reports whether two lists are the same one.
func one[T any](a, b []T) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// Compare walks two lists in order and tells what is in one of them only, or differs.
func Compare[T any](was, is []T, number func(*T) int, same func(a, b *T) bool, former, fresh func(*T)) {
	if one(was, is) {
		return
	}
	i, j := 0, 0
	for i < len(was) && j < len(is) {
		switch a, b := &was[i], &is[j]; {
		case same(a, b):
			i, j = i+1, j+1
		case number(a) < number(b):
			former(a)
			i++
		case number(a) > number(b):
			fresh(b)
			j++
		default:
			former(a)
			fresh(b)
			i, j = i+1, j+1
		}
	}
	for ; i < len(was); i++ {
		former(&was[i])
	}
	for ; j < len(is); j++ {
		fresh(&is[j])
	}
}
