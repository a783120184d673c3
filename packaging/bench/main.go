// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"passerby/tor/testnet"
)

// wholeTime bounds the whole run.
const wholeTime = 35 * time.Minute

// votes are far apart, so that none of the network's own work falls into what
// is measured more often than need be.
const votes = time.Minute

const networkAttempts = 3

// plan says how much to measure on one network.
type plan struct {
	hop time.Duration
	// On a slow network nearly all is waiting, so more goes on at once.
	lanes, rounds, messages int // circuits: rounds on each lane
	covered, coverMessages  int // cover: conversations on each lane
	resumptions             int // on each lane, without cover and as many with it
	counted                 int // volume: conversations of each kind
	countTime               time.Duration
	loaded, loads           int // load: conversations at once, rounds
	loadTime                time.Duration
	width, launches         int // launches: width at once
	searches                int
	windows                 int
}

// has tells whether a phase has anything to do on this network.
func (p plan) has(phase string) bool {
	switch phase {
	case "volume":
		return p.counted > 0
	case "load":
		return p.loads > 0
	case "window":
		return p.windows > 0
	case "frames", "guard":
		return false // they need no network
	}
	return true
}

var plans = []plan{
	{hop: 0, lanes: 1, rounds: 24, messages: 12, covered: 12, coverMessages: 12, resumptions: 20, counted: 4, countTime: time.Minute,
		loaded: 16, loads: 3, loadTime: 15 * time.Second, width: 2, launches: 5, searches: 10, windows: 3},
	{hop: 20 * time.Millisecond, lanes: 2, rounds: 10, messages: 5, covered: 8, coverMessages: 9, resumptions: 10,
		width: 2, launches: 5, searches: 10},
}

// quickPlans show that everything works; their figures are worth little.
var quickPlans = []plan{
	{hop: 0, lanes: 1, rounds: 3, messages: 3, covered: 4, coverMessages: 3, resumptions: 2, counted: 1, countTime: 15 * time.Second,
		loaded: 4, loads: 1, loadTime: 5 * time.Second, width: 1, launches: 1, searches: 1, windows: 1},
	{hop: 20 * time.Millisecond, lanes: 2, rounds: 2, messages: 2, covered: 2, coverMessages: 3, resumptions: 1,
		width: 1, launches: 1, searches: 1},
}

// frameRuns and quickFrameRuns are how often the benchmark of a frame is run.
const frameRuns, quickFrameRuns = 5, 1

// members is the number of members of the warm mesh.
const members = 5

var phases = []string{"circuits", "cover", "resume", "volume", "load", "launch", "find", "window", "frames", "guard"}

func main() {
	only := flag.String("only", strings.Join(phases, ","), "`phases` to run")
	quick := flag.Bool("quick", false, "measure as little as shows that everything works")
	flag.Parse()
	chosen := strings.Split(*only, ",")
	for _, name := range chosen {
		if !slices.Contains(phases, name) || flag.NArg() > 0 {
			fmt.Fprintf(os.Stderr, "bench: -only takes some of %s, and nothing else is taken\n", strings.Join(phases, ","))
			os.Exit(2)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, chosen, *quick)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	chosen        []string
	begin         time.Time
	program, bare string // the real program, and the bare window
	lines         []line
	windowLines   []line
}

// tell tells of progress.
func (b *bench) tell(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(b.begin).Seconds(), fmt.Sprintf(format, args...))
}

func run(ctx context.Context, chosen []string, quick bool) (err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, wholeTime, fmt.Errorf("not finished after %v", wholeTime))
	defer cancel()
	b := &bench{chosen: chosen, begin: time.Now()}
	if slices.Contains(chosen, "window") {
		if err := checkScreens(); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "passerby-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b.tell("building")
	program, size, err := build(ctx, dir, "passerby", "passerby")
	if err != nil {
		return err
	}
	bare, _, err := build(ctx, dir, "barefyne", "passerby/packaging/bench/barefyne")
	if err != nil {
		return err
	}
	b.program, b.bare = program, bare
	load := loadAverage()

	var errs []error
	todo, runs := plans, frameRuns
	if quick {
		todo, runs = quickPlans, quickFrameRuns
	}
	for _, p := range todo {
		if ctx.Err() == nil && slices.ContainsFunc(chosen, p.has) {
			errs = append(errs, b.network(ctx, p))
		}
	}
	var frames []line
	if b.runs("frames") && ctx.Err() == nil {
		plain, erasing, err := measureFrames(ctx, runs, b.tell)
		errs = append(errs, err)
		frames = frameLines(plain, erasing)
	}
	var guarded []line
	if b.runs("guard") && ctx.Err() == nil {
		b.tell("guard")
		timed, err := guardLines()
		errs = append(errs, err)
		guarded = timed
	}
	if ctx.Err() != nil {
		errs = []error{context.Cause(ctx)} // everything else follows from it
	}
	lines := slices.Concat(b.lines, b.windowLines, frames, guarded, []line{{what: "binary", unit: mebibytes, ours: []float64{float64(size)}}})
	fmt.Printf("%s/%s, %d cores, load average %s at the start and %s at the end, %.0f s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		load, loadAverage(), time.Since(b.begin).Seconds())
	errs = append(errs, write(os.Stdout, lines))
	if b.runs("guard") && ctx.Err() == nil {
		errs = append(errs, reportGuard(os.Stdout))
		if path := os.Getenv("PRESIDIO"); path != "" {
			errs = append(errs, reportPresidio(os.Stdout, path))
		}
	}
	return errors.Join(errs...)
}

// loadAverage is that of the last minute: how busy the machine is with other
// things.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// network measures what p says on a network of its own. A phase that fails
// does not keep the others from being measured.
func (b *bench) network(ctx context.Context, p plan) (err error) {
	hop := fmt.Sprintf("%d ms", p.hop.Milliseconds())
	b.tell("starting a private Tor network with %s on each hop", hop)
	network, tors, err := b.startNetwork(ctx, p.hop)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTors(tors), network.Close()) }()
	torrc := network.TorrcFile()

	var errs []error
	phase := func(name string, f func() ([]line, error)) {
		if !b.runs(name) || !p.has(name) || ctx.Err() != nil {
			return
		}
		b.tell("%s, %s on each hop", name, hop)
		lines, err := f()
		if err != nil {
			errs = append(errs, fmt.Errorf("%s, %s on each hop: %w", name, hop, err))
		}
		if name == "window" {
			b.windowLines = append(b.windowLines, lines...)
			return
		}
		b.lines = append(b.lines, lines...)
	}
	phase("circuits", func() ([]line, error) {
		all, err := circuits(ctx, tors[:2*p.lanes], p.rounds, p.messages, b.tell)
		return circuitLines(hop, all), err
	})
	phase("cover", func() ([]line, error) {
		all, err := measureCovered(ctx, tors[:2*p.lanes], p.covered, p.coverMessages, b.tell)
		return coverLines(hop, all), err
	})
	phase("resume", func() ([]line, error) {
		all, err := measureResumptions(ctx, tors[:2*p.lanes], p.resumptions, b.tell)
		return all.lines(hop), err
	})
	phase("volume", func() ([]line, error) {
		all, err := measureVolumes(ctx, tors[0], tors[1], p.counted, p.countTime, b.tell)
		return volumeLines(hop, all, p.countTime), err
	})
	phase("load", func() ([]line, error) {
		all, err := measureLoads(ctx, tors[0], tors[1], p.loaded, p.loads, p.loadTime, b.tell)
		return all.lines(hop, p.loadTime), err
	})
	phase("launch", func() ([]line, error) {
		all, err := measureLaunches(ctx, b.program, torrc, p.width, p.launches, b.tell)
		return all.lines(hop), err
	})
	phase("find", func() ([]line, error) {
		all, err := finds(ctx, tors, p.searches, b.tell)
		return findLines(hop, all), err
	})
	phase("window", func() ([]line, error) {
		all, err := measureWindows(ctx, b.program, b.bare, torrc, p.windows, b.tell)
		return all.lines(), err
	})
	return errors.Join(errs...)
}

// startNetwork starts a private network and the tors that are measured on it,
// if any. On a busy machine one attempt may not be enough.
func (b *bench) startNetwork(ctx context.Context, hop time.Duration) (n *testnet.Network, tors []*plainTor, err error) {
	count := 0
	if slices.ContainsFunc([]string{"circuits", "cover", "resume", "volume", "load", "find"}, b.runs) {
		count = members
	}
	for range networkAttempts {
		n, err = testnet.Start(ctx, testnet.Config{HopDelay: hop, VotingInterval: votes})
		if err == nil {
			if tors, err = startTors(ctx, n.TorrcFile(), count); err == nil {
				return n, tors, nil
			}
			err = errors.Join(err, n.Close())
		}
		if ctx.Err() != nil {
			break
		}
		b.tell("the network does not come up: %v", err)
	}
	return nil, nil, err
}

func (b *bench) runs(phase string) bool { return slices.Contains(b.chosen, phase) }
