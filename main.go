// SPDX-License-Identifier: GPL-3.0-or-later

// Passerby: two strangers talk over Tor, and nothing is kept. See README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"passerby/app"
	"passerby/app/console"
	"passerby/app/hardening"
	"passerby/app/keepers"
	"passerby/app/settings"
	"passerby/app/update"
	"passerby/tor"
	"passerby/ui"
)

const usage = `Passerby: two strangers talk over Tor, and nothing is kept.

  passerby [flags]                  the window
  passerby console [--json] [flags] the same on lines of text, or of JSON
  passerby check [--conversation]   what lines of chat on the input give away,
                                    one JSON object a line; needs no network
  passerby verify LIST FILE...      whether downloaded files are those that were
                                    published, by a signed list, SHA256SUMS.note;
                                    needs no network
  passerby version                  the version
  passerby help                     this text

Flags:
  --profile DIR   folder for tor's own state; one running copy for each folder
                  (default: %s)
  --tor PATH      the tor program (default: the one that came with Passerby;
                  in a build without one, on Linux the system's)
  --torrc FILE    lines to add to tor's configuration, for experts and for
                  private networks
  --network NAME  meet only copies with the same name (default: public)
  --cover=false   in a conversation send only when there is something to say:
                  for lines where data costs money; the window says what it
                  gives away
  --cards=false   open the window without the cards of the first run

What is chosen in the window's settings is kept in DIR. A flag holds for one
run, whatever was chosen, and is not kept.
`

// options is what the command line says.
type options struct {
	mode                         string // "", "console", "check", "verify", "version" or "help"
	json, cover, cards           bool
	conversation                 bool // the lines to check are one
	coverGiven                   bool // on the command line
	profile, tor, torrc, network string
	files                        []string // to verify, the list first
}

// defaultProfile is where tor's state is kept if nobody says otherwise.
func defaultProfile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "" // parse then asks for --profile
	}
	return filepath.Join(dir, "passerby")
}

// maxNetwork is the longest network name, in bytes.
const maxNetwork = 64

// parse reads the command line: at most one mode, flags before and behind it,
// and the files to verify.
func parse(args []string) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("passerby", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.profile, "profile", defaultProfile(), "")
	flags.StringVar(&o.tor, "tor", "", "")
	flags.StringVar(&o.torrc, "torrc", "", "")
	flags.StringVar(&o.network, "network", "public", "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.cover, "cover", true, "")
	flags.BoolVar(&o.cards, "cards", true, "")
	flags.BoolVar(&o.conversation, "conversation", false, "")
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return options{mode: "help"}, nil
			}
			return o, err
		}
		args = flags.Args()
		if len(args) == 0 {
			break
		}
		switch args[0] {
		case "console", "check", "verify", "version", "help":
			if o.mode == "" {
				o.mode, args = args[0], args[1:]
				continue
			}
		}
		if o.mode == "verify" {
			o.files, args = append(o.files, args[0]), args[1:]
			continue
		}
		return o, fmt.Errorf("%q is not a command here", args[0])
	}
	flags.Visit(func(f *flag.Flag) { o.coverGiven = o.coverGiven || f.Name == "cover" })
	switch {
	case o.json && o.mode != "console":
		return o, errors.New("--json belongs to \"passerby console\"")
	case o.conversation && o.mode != "check":
		return o, errors.New("--conversation belongs to \"passerby check\"")
	case o.mode == "verify" && len(o.files) < 2:
		return o, errors.New("\"passerby verify\" takes a signed list and the files to hold against it")
	case o.network == "" || len(o.network) > maxNetwork:
		return o, fmt.Errorf("--network takes a name of 1 to %d bytes", maxNetwork)
	case o.profile == "":
		return o, errors.New("this system names no folder for settings; name one with --profile DIR")
	}
	return o, nil
}

// over returns what holds for this run: the flags that were given, and else
// what was chosen before.
func (o options) over(c settings.Choices) settings.Choices {
	if o.coverGiven {
		c.Cover = o.cover
	}
	return c
}

func main() {
	errOut, _ := hardening.Start()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, errOut))
}

// run is the program; it returns the exit status: 0, 1 when it could not do
// its work, 2 when the command line is wrong.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	o, err := parse(args)
	if err == nil {
		err = hardening.Refuse(os.Environ())
	}
	if err != nil {
		fmt.Fprintf(errOut, "passerby: %v\nRun \"passerby help\" for what there is.\n", err)
		return 2
	}
	switch o.mode {
	case "version":
		fmt.Fprintln(out, "Passerby", app.Version)
		return 0
	case "help":
		fmt.Fprintf(out, usage, defaultProfile())
		return 0
	case "check":
		if err := console.Check(in, out, o.conversation); err != nil {
			fmt.Fprintln(errOut, "passerby:", err)
			return 1
		}
		return 0
	case "verify":
		if err := console.Verify(update.Compiled(), o.files[0], o.files[1:], out); err != nil {
			fmt.Fprintln(errOut, "passerby:", err)
			return 1
		}
		return 0
	}
	refuseResolving()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the program at once, whatever the first waits for,
	// as an output that nobody reads. tor ends with us in any case.
	context.AfterFunc(ctx, stop)
	kept := settings.Open(o.profile)
	chosen := o.over(kept.Choices())
	keyStore := keepers.System
	if o.mode == "" {
		keyStore = ui.KeyStore // a desktop may have one where the system has none
	}
	a := app.New(app.Params{Network: o.network, Cover: chosen.Cover, Guard: chosen.Guard, Profile: o.profile,
		Remember: chosen.Remember, Stay: chosen.Stay, KeyStore: func() (keepers.KeyStore, error) { return keyStore(o.profile) },
		Updates: update.Compiled(),
		Launch: func(ctx context.Context) (app.Engine, error) {
			t, err := tor.Start(ctx, tor.Config{Path: o.tor, Profile: o.profile, Torrc: o.torrc})
			if err != nil {
				return nil, err
			}
			return engine{t}, nil
		}})
	defer a.Close()
	switch {
	case o.mode == "":
		err = ui.Run(ctx, a, ui.Options{Settings: kept, NoCards: !o.cards})
	case o.json:
		err = console.JSON(ctx, consenting{a, kept}, in, out)
	default:
		err = console.Text(ctx, consenting{a, kept}, in, out)
	}
	if err != nil {
		fmt.Fprintln(errOut, "passerby:", err)
		return 1
	}
	return 0
}

// consenting is the program for a console: what is agreed to there is kept among
// the settings, as it is by the window.
type consenting struct {
	*app.App
	kept *settings.Store
}

// SetRemember implements console.Program.
func (c consenting) SetRemember(on bool) {
	c.App.SetRemember(on)
	c.kept.Change(func(chosen *settings.Choices) { chosen.Remember = on })
}

// SetStay implements console.Program.
func (c consenting) SetStay(on bool) {
	c.App.SetStay(on)
	c.kept.Change(func(chosen *settings.Choices) { chosen.Stay = on })
}

// refuseResolving makes every look-up of a name fail: names are resolved
// outside Tor.
func refuseResolving() {
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("passerby resolves no names")
	}}
}

// engine is tor in the words of package app.
type engine struct{ *tor.Tor }

// Status implements app.Engine.
func (e engine) Status(ctx context.Context) <-chan app.EngineStatus {
	out := make(chan app.EngineStatus)
	go func() {
		defer close(out)
		for s := range e.Watch(ctx) {
			status := app.EngineStatus{Up: s.Up, Tor: app.Tor{
				Progress: s.Progress, Summary: s.Summary, Warning: s.Warning, Restarts: s.Restarts,
			}}
			if status.Tor.Summary == "" { // between two processes tor has no words
				status.Tor.Summary = "Starting"
			}
			if s.Err != nil && !errors.Is(s.Err, tor.ErrClosed) {
				p := app.ProblemOf(s.Err)
				p.Fatal = true
				status.Failed = &p
			}
			select {
			case out <- status:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
