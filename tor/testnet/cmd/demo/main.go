// SPDX-License-Identifier: GPL-3.0-or-later

// Demo shows Passerby on one machine without the internet: it starts a private
// Tor network and two windows in it, which can find each other.
//
//	demo [-hop-delay 20ms] [-relays 5] ./passerby [flags for both windows]
//
// Each window lives in a home of its own, as if on another machine. When both
// are closed, or on Ctrl-C, everything that was started ends and its folder is
// removed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"passerby/tor/testnet"
	"passerby/tor/testnet/internal/child"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run runs the whole demo and tells out, in plain words, what is happening.
func run(ctx context.Context, arguments []string, out io.Writer) (err error) {
	var config testnet.Config
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.DurationVar(&config.HopDelay, "hop-delay", 0, "`time` that each relay's line takes, each way, such as 20ms")
	flags.IntVar(&config.Relays, "relays", 5, "`relays` beside the three authorities")
	flags.StringVar(&config.Tor, "tor", "", "`path` of the tor program of the network (default: the system's)")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("which program? demo ./passerby")
	}
	// Looked up now: nobody likes to wait for a network and then hear that
	// the program is not there.
	program, err := exec.LookPath(flags.Arg(0))
	if err != nil {
		return fmt.Errorf("cannot run Passerby: %w", err)
	}
	if program, err = filepath.Abs(program); err != nil {
		return err
	}

	fmt.Fprintln(out, "Starting a private Tor network on this machine. This takes 10 to 20 seconds ...")
	network, err := testnet.Start(ctx, config)
	if ctx.Err() != nil {
		return nil // asked to stop: no failure
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, network.Close()) }()
	fmt.Fprintln(out, "The network is up. No internet is used.")

	dir, err := os.MkdirTemp("", "passerby-demo-")
	if err != nil {
		return fmt.Errorf("cannot make a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	// Closed before the folder is removed, so that nobody writes any more.
	nursery := child.NewNursery()
	defer nursery.Close()

	extra := flags.Args()[1:]
	var windows []*window
	for _, name := range []string{"one", "two"} {
		w, err := open(nursery, filepath.Join(dir, name), program, network.TorrcFile(), extra)
		if err != nil {
			return err
		}
		windows = append(windows, w)
	}
	fmt.Fprintln(out, "Two windows have opened. Press Find a stranger in both.")
	fmt.Fprintln(out, "Close both windows, or press Ctrl-C here, to end it all.")

	gone := make(chan *window, len(windows))
	for _, w := range windows {
		go func() { <-w.process.Done(); gone <- w }()
	}
	var errs []error
	for range windows {
		select {
		case w := <-gone:
			if err := w.failure(); err != nil {
				// Told at once: the other window may stay open for long.
				fmt.Fprintln(out, err)
				errs = append(errs, fmt.Errorf("window %s failed", w.name))
			}
		case <-ctx.Done():
			closeAll(windows)
			return nil
		}
	}
	fmt.Fprintln(out, "Both windows are closed. Everything that was started ends now.")
	return errors.Join(errs...)
}
