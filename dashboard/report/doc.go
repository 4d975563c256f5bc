// Package report says what became of a goal between two days: who merged what where,
// what came, waits or left, and how that compares. It is pure: a Result and a Period in,
// a Digest out, which is the JSON, and of that a Document, which has a text form of 72
// columns, a Markdown form, and the parts that a page shows.
//
// All that is said of the time is as of the end of its last day, so that the report of a
// time is the same whenever it is asked for, as far as Gerrit's own record is. What needs
// votes or declarations, which have no past, is as of now, and only in a report that
// reaches to today or to the end of yesterday.
//
// It counts nothing by rules of its own: they are progress's. dashboard and the command
// headway report import it.
package report
