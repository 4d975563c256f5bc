// Package collector brings Gerrit's facts into the store: the schedule, one round
// of polling for each goal, the conversion from Gerrit's answers to the store's
// nouns, and the metrics of all that. It judges nothing and shows nothing. cmd
// imports it.
//
// A poll of a goal is one round, and a round has these steps:
//
//  1. list: each selector is asked what moved since its last complete listing, less a
//     quarter of an hour, or, on the schedule for that, for everything.
//  2. compare: what was a member and is not listed is asked for by number. A row that
//     comes back without the selector proves that the change left; two 404s, some time
//     apart, that it is gone. Absence alone proves nothing.
//  3. plan: rows that differ from what is stored become work, saved together with the
//     selectors' marks.
//  4. drain: the work's details are fetched in batches, and saved batch by batch. A
//     change whose details can't be had is quarantined: it keeps its row's state, or
//     is not counted if it never had one, and nothing waits for it. Then the reverts and dependencies that the details name are
//     looked for, outside the selectors, and drained too.
//  5. finish: what is complete is published in one transaction, and the poll is logged.
//
// What Gerrit does wrong makes a selector incomplete, with the reason in the log, and
// its numbers stay as they were. A round that is cut off is taken up by the next one.
package collector
