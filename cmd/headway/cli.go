package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	promslogflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/cmd/headway/remote"
)

// command is one subcommand. Its flags are its fields.
type command interface {
	run(ctx context.Context, env *environment) error
}

// environment is what every command is given: the flags that all share, and the
// world outside.
type environment struct {
	source     config.Source // of the configuration
	storage    string        // path of the database
	ownStorage bool          // --storage.path was given
	log        *slog.Logger
	stdout     io.Writer // answers; everything else goes to the log
	stderr     *screen   // the log, and a bar if it is a terminal
}

// config loads the configuration.
func (env *environment) config() (*config.Config, error) { return env.source.Load() }

// cli is the command line before it is parsed.
type cli struct {
	app      *kingpin.Application
	commands map[string]command
	logging  promslog.Config
	env      environment
}

func newCLI() *cli {
	if version.Version == "" {
		version.Version = builtVersion()
	}
	c := &cli{
		app:      kingpin.New("headway", "Follows a migration that is carried out as Gerrit reviews under one topic across many projects."),
		commands: make(map[string]command),
		env:      environment{stdout: os.Stdout, stderr: newScreen(os.Stderr)},
	}
	c.logging.Writer = c.env.stderr
	c.app.UsageWriter(os.Stdout)
	c.app.HelpFlag.Short('h')
	c.app.Version(version.Print("headway"))
	c.app.Flag("config.file", "Configuration file. Default: the built-in eventlet-removal configuration.").
		PlaceHolder("FILE").StringVar(&c.env.source.File)
	c.app.Flag("gerrit.url", "Gerrit to follow, instead of a configuration file; with --selector.").PlaceHolder("URL").StringVar(&c.env.source.Gerrit)
	c.app.Flag("selector", "Search that finds the changes to follow, such as 'topic:\"x\"'; check-config --print makes a file of it to go on with.").PlaceHolder("QUERY").StringVar(&c.env.source.Selector)
	c.app.Flag("storage.path", "Database file. demo: default is a temporary one.").
		Default("headway.db").IsSetByUser(&c.env.ownStorage).StringVar(&c.env.storage)
	promslogflag.AddFlags(c.app, &c.logging)
	c.app.PreAction(c.needCommand)

	c.add(newServe(c.app.Command("serve", "Poll on schedule; serve pages, API, badges and metrics.")))
	c.add(newDemo(c.app.Command("demo", "Serve a demonstration, offline: synthetic changes in a replayed Gerrit.")))
	c.add(newPoll(c.app.Command("poll", "Poll every goal once. Exit code 1 if anything was not polled.")))
	c.add(newStatus(c.app.Command("status", "Print the progress table.")))
	c.add(newReport(c.app.Command("report", "Print what became of the goals between two days: by default in the last 7 whole ones.")))
	c.add(newVerify(c.app.Command("verify", "Recount from Gerrit and print every difference. Exit code 1 if there is one, or if nothing could be proven.")))
	c.add(newExport(c.app.Command("export", "Write the whole site as static files with relative links.")))
	c.add(newRecord(c.app.Command("record", "Write what Gerrit answers to a topic file, for demo --topic, without e-mail addresses.")))
	c.add(newBackup(c.app.Command("backup", "Copy the database to a file. Not while it is in use: serve makes its own backups.")))
	c.add(newCompact(c.app.Command("compact", "Write the database anew without its free pages. Not while it is in use.")))
	c.add(newDump(c.app.Command("dump", "Print what the database has of some changes, as JSON.")))
	c.add(newHealthcheck(c.app.Command("healthcheck", "Ask a running server whether it is ready. Exit code 1 if it is not.")))
	c.add(newCheckConfig(c.app.Command("check-config", "Check the configuration and print every problem; with --ask, also names that Gerrit does not have.")))
	return c
}

// needCommand makes a forgotten command a mistake: kingpin would print its help and
// exit with 0, and a script would believe that all went well.
func (c *cli) needCommand(parsed *kingpin.ParseContext) error {
	for _, e := range parsed.Elements {
		// Hidden are --help-man, --help-long and the scripts that complete commands.
		if f, ok := e.Clause.(*kingpin.FlagClause); ok && (f == c.app.HelpFlag || f == c.app.VersionFlag || f.Model().Hidden) {
			return nil
		}
	}
	if parsed.SelectedCommand == nil && parsed.EOL() {
		return errors.New("a command is needed")
	}
	return nil
}

func (c *cli) add(clause *kingpin.CmdClause, cmd command) {
	c.commands[clause.FullCommand()] = cmd
}

// builtVersion is the version that the go command knows, for builds without
// -ldflags.
func builtVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return cmp.Or(strings.TrimPrefix(info.Main.Version, "v"), "unknown")
}

// addressFlag is a flag that takes a base address.
func addressFlag(clause *kingpin.CmdClause, name, help string) **url.URL {
	v := &addressValue{flag: name}
	clause.Flag(name, help).PlaceHolder("URL").SetValue(v)
	return &v.url
}

// serverFlags are those of a command that reads the database or, with --url, a running
// server.
type serverFlags struct {
	base *(*url.URL) // *base is nil without --url
	file string      // --http.config.file
}

func newServerFlags(clause *kingpin.CmdClause) *serverFlags {
	f := &serverFlags{base: addressFlag(clause, "url", "Read a running headway server instead of the database.")}
	clause.Flag("http.config.file", "How to reach --url: basic_auth, authorization, tls_config and so on, in the form of Prometheus' HTTP clients.").
		PlaceHolder("FILE").StringVar(&f.file)
	return f
}

// open is the server to read, nil for the database.
func (f *serverFlags) open() (*remote.Server, error) {
	if *f.base == nil {
		if f.file != "" {
			return nil, errors.New("--http.config.file is for --url, which is not given")
		}
		return nil, nil
	}
	return remote.Open(*f.base, f.file, version.Version)
}

// addressValue reads an http or https address; nil if not given.
type addressValue struct {
	flag string
	url  *url.URL
}

func (v *addressValue) Set(s string) error {
	u, err := url.Parse(s)
	switch {
	case !strings.Contains(s, "://"):
		return fmt.Errorf("--%s: not an address of the web: %q; write http://%s", v.flag, s, s)
	case err != nil: // it may hold a password
		return fmt.Errorf("--%s: not an address of the web", v.flag)
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return fmt.Errorf("--%s: not an http or https address: %q", v.flag, u.Redacted())
	case u.User != nil && v.flag == "url":
		return fmt.Errorf("--url: %q must have no credentials: they stand in the file of --http.config.file", u.Redacted())
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("--%s: %q must have no credentials, query or fragment", v.flag, u.Redacted())
	}
	v.url = u
	return nil
}

func (v *addressValue) String() string {
	if v.url == nil {
		return ""
	}
	return v.url.String()
}
