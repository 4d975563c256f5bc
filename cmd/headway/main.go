// Command headway follows a migration that is carried out as Gerrit reviews under
// one topic across many projects, and answers: how far are we, what is in flight,
// who must act next, and is this page telling the truth right now?
//
// # Commands
//
//	headway serve         poll on schedule; serve pages, API, badges and metrics
//	headway demo          the same, offline, against a built-in replayed Gerrit
//	headway poll          poll every goal once
//	headway status        print the progress table, with --on that of a past day
//	headway report        print what merged, came and waits of the last week or another time
//	headway verify        recount from Gerrit, print every difference
//	headway export DIR    write the whole site as static files
//	headway record FILE   write what Gerrit answers, for headway demo --topic FILE
//	headway backup FILE   copy the database to a file
//	headway healthcheck   ask a running server whether it is ready
//	headway compact       write the database anew without its free pages
//	headway dump NUMBER…  print what the database has of some changes, as JSON
//	headway check-config  check the configuration, every problem at once; with --ask,
//	                      names that Gerrit does not have, too
//
// The exit code is 0 if all is well, 1 if the answer is no (poll, record: something
// was not polled; verify: there is a difference, or Gerrit could not be asked;
// export: the numbers of a goal are not known yet; dump: a change is not there;
// healthcheck: the server is not ready; check-config --ask: a name does not exist), 2 for a
// mistake in usage, configuration or store, or if the program could not do its work, and 3
// if the database is damaged, or the file is none of headway's.
// SIGINT and SIGTERM stop it gracefully: the listener goes down, a running poll
// stops at a safe point, the database is closed last. A second signal kills.
//
// headway status puts first what needs attention. On a terminal it is as wide as that,
// leaves out columns and never cuts a name, and has colours unless NO_COLOR is set;
// --format=markdown is for reports, and --format=json is what the API answers. headway
// report takes days or a --cycle, and a --project or --team.
//
// headway poll is made for cron: without a terminal a good poll prints nothing, unless
// --verbose asks for a line. headway --completion-script-bash and -zsh print what
// completes commands and flags in a shell, --help-man the manual page.
//
// # Configuration
//
// Without --config.file the built-in configuration is used: the OpenStack community
// removing eventlet, on review.opendev.org. The file is YAML and read strictly, once
// at start; deploy/headway.example.yml shows every key. A restart is fast: all state
// is in the database.
//
// To begin with another community, --gerrit.url and --selector are enough in the place of
// a file; headway check-config --print makes a file of them, or of the built-in
// configuration, to go on with.
//
// For a Gerrit that wants a login, gerrit.username names an account and
// gerrit.password_file the file with its HTTP password. Whoever can reach headway then
// reads what that account may read, private changes excepted.
//
// # The database
//
// --storage.path names one file, made at the first start with mode 0600. Only one
// process can have it open. While headway serve runs, read its answers with
// headway status --url=http://localhost:8642 instead of the file; if it wants
// credentials or has a certificate of a private authority, --http.config.file has what
// Prometheus calls an HTTP client's configuration (basic_auth, authorization,
// tls_config and so on). A database belongs
// to the Gerrit it was made from; another one is refused, unless headway poll
// --accept-moved finds there the changes that the database knows: then that Gerrit
// moved, and is followed. A backup replaces copies of the same database only.
//
// # Verifying
//
// headway verify proves the numbers: it asks Gerrit anew, by queries of its own for
// each project and state, and compares change by change. It takes about five
// requests for each project at the configured rate and writes nothing. It prints a
// line for each difference, with what headway shows, what Gerrit says and a link,
// then a line for each change that differs and is pending, then the sum. Pending is
// what moved since the last poll began, what is missing and not yet confirmed gone,
// what is quarantined or still to be fetched, perhaps anew because an older headway
// kept less of it: that proves nothing, and does not count as a difference. The exit
// code is 1 if there is a difference, and also if nothing could be proven: Gerrit
// could not be asked, the first backfill is not done, or there is no change to compare.
//
// # Exporting
//
// headway export DIR writes the site as files that any file server or CDN can show:
// pages as index.html with relative links, the API as .json, badges, and
// _data/headway.json for Jekyll. Lists of changes are there for each state and class;
// other filters lead to the nearest page. What needs a server is left out: search,
// past days, the sync log and the builder of embeds. Ages become dates, and each page
// says as of when it is. Files that did not change are not touched. DIR must be new,
// empty or of an earlier export, whose files .headway-export names; those that are no
// longer made are removed. With --url, a running server is read instead of the
// database; testimonials on the web are in such an export only. Of those in directories,
// portraits are fetched for each. A goal whose first reading never came to its end stops
// the export, exit code 1, before anything is written; --accept-loading insists.
//
// # Backups
//
// headway serve --backup.path=FILE copies the database to that file once a day, or as
// --backup.schedule says (a cron spec in UTC), at the start if that is overdue, and an hour
// after the copy of a database that had no poll yet.
// {weekday} in FILE becomes mon to sun and so keeps seven copies; nothing is ever
// deleted. A copy appears whole, beside it only FILE.partial while it is written. What
// is replaced must be an earlier copy: a database that was started anew never writes
// over one that knows more. A copy that can't be made is logged and counted in
// headway_backups_total{result="error"}, and serving goes on;
// headway_backup_last_success_timestamp_seconds is for alerts. Of a database that
// nobody serves, headway backup makes the copy.
//
// To restore, stop headway and put a copy in the place of the database, or name it
// with --storage.path: it is a database like any other.
//
// A database keeps its size when records are replaced and grows with what is new;
// headway compact gives back what an exceptional time left free.
//
// # Recording
//
// headway record asks Gerrit all that a first poll asks, whatever the database holds,
// and writes the answers to a file of JSON lines: a header, then one change each.
// E-mail addresses are taken out, of accounts, commits and texts; names stay, so it
// refuses where the configuration hides people. headway demo --topic serves the file
// as if it were that Gerrit, with the same configuration.
//
// # Serving
//
// --web.listen-address (:8642; of demo 127.0.0.1:8642), --web.config.file for TLS and basic
// authentication and --web.systemd-socket are those of the Prometheus exporter toolkit. Behind a
// proxy, give --web.external-url the address that readers use; its path is the
// prefix of all addresses. /-/healthy answers while the process lives, /-/ready
// when every goal has had one complete round, and /metrics is for Prometheus. With
// --web.operator-address=127.0.0.1:8643 they answer there alone, in plain HTTP and without
// users, and no longer where readers ask; headway healthcheck then wants --url.
//
// Gerrit is asked through HTTPS_PROXY where that is set, testimonials never are.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/prometheus/common/promslog"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/store"
)

// What the exit code means.
const (
	exitNo     = 1 // the answer is no
	exitWrong  = 2 // usage, configuration, store, or the work could not be done
	exitBroken = 3 // the database is damaged, or not one of headway
)

// errNo is wrapped by errors that are an answer and not a failure.
var errNo = errors.New("")

func main() {
	cli := newCLI()
	// Parse exits by itself for --help and --version.
	name, err := cli.app.Parse(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "headway: %v; see headway --help\n", err)
		os.Exit(exitWrong)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills
	cli.env.log = promslog.New(&cli.logging)
	os.Exit(exitCode(cli.commands[name].run(ctx, &cli.env)))
}

// exitCode reports an error to the user, if there is one.
func exitCode(err error) int {
	var wrong config.Problems
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong):
		// One line each, as editors read them, without a prefix.
		fmt.Fprintln(os.Stderr, wrong)
		return exitWrong
	}
	fmt.Fprintf(os.Stderr, "headway: %v\n", err)
	switch {
	case errors.Is(err, errNo):
		return exitNo
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrForeign):
		return exitBroken
	}
	return exitWrong
}
