// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"passerby/app/console/consoletest"
)

const (
	screenTime = 20 * time.Second // until a screen is there
	joinTime   = time.Minute      // until a window has joined the mesh
	settle     = 6 * time.Second  // from then until it counts as idle
	sample     = 20 * time.Second // of idling
)

// idling is what a window uses while nothing happens.
type idling struct{ rss, cpu float64 } // bytes; percent of a core

// windows is what was measured.
type windows struct{ bare, ours, tor []idling }

// checkScreens tells what is missing to open windows.
func checkScreens() error {
	for program, pkg := range map[string]string{"Xvfb": "xvfb", "openbox": "openbox"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("the program %s is missing; on Debian and Ubuntu: sudo apt-get install %s", program, pkg)
		}
	}
	return nil
}

// measureWindows opens our window and a bare one rounds times, side by side.
func measureWindows(ctx context.Context, program, bare, torrc string, rounds int, tell func(string, ...any)) (all windows, err error) {
	if err := checkScreens(); err != nil {
		return all, err
	}
	// See startChild.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dir, err := os.MkdirTemp("", "passerby-bench-")
	if err != nil {
		return all, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	var screens [2]screen
	for i := range screens {
		if screens[i], err = openScreen(ctx, filepath.Join(dir, fmt.Sprint("screen", i))); err != nil {
			return all, err
		}
		defer screens[i].close()
	}
	const network = "bench-window"
	friend, _, err := start(ctx, program, torrc, network, tell)
	if err != nil {
		return all, err
	}
	defer func() { err = errors.Join(err, friend.Close()) }()

	for range rounds {
		if err := all.round(ctx, dir, screens, program, bare, torrc, network, friend, tell); err != nil {
			return all, err
		}
	}
	return all, nil
}

// round opens both windows, waits until ours has met the friend, and looks at
// what they use while nothing happens.
func (all *windows) round(ctx context.Context, dir string, screens [2]screen, program, bare, torrc, network string,
	friend *consoletest.Copy, tell func(string, ...any)) error {
	ours, err := screens[0].open(ctx, filepath.Join(dir, "ours"), program,
		"--profile", filepath.Join(dir, "profile"), "--torrc", torrc, "--network", network, "--cards=false")
	if err != nil {
		return err
	}
	defer ours.stop()
	floor, err := screens[1].open(ctx, filepath.Join(dir, "bare"), bare)
	if err != nil {
		return err
	}
	defer floor.stop()

	joining, cancel := context.WithTimeoutCause(ctx, joinTime, errors.New("the window does not join the mesh"))
	defer cancel()
	peers := func(e consoletest.Event) bool { return e.Event == "mesh" && e.Peers > 0 }
	if _, err := friend.AwaitThat(joining, "a peer", peers); err != nil {
		return errors.Join(err, ours.alive())
	}
	if err := wait(ctx, settle); err != nil {
		return err
	}
	tor, err := consoletest.Child(ours.pid(), "tor")
	if err != nil {
		return err
	}
	pids := []int{floor.pid(), ours.pid(), tor}
	var before, after [3]usage
	begin := time.Now()
	for i, pid := range pids {
		if before[i], err = usageOf(pid); err != nil {
			return err
		}
	}
	if err := wait(ctx, sample); err != nil {
		return err
	}
	for i, pid := range pids {
		if after[i], err = usageOf(pid); err != nil {
			return err
		}
	}
	took := time.Since(begin)
	if err := errors.Join(ours.alive(), floor.alive()); err != nil {
		return err
	}
	var used [3]idling
	for i := range pids {
		used[i] = idling{float64(after[i].rss), 100 * float64(after[i].cpu-before[i].cpu) / float64(took)}
	}
	all.bare, all.ours, all.tor = append(all.bare, used[0]), append(all.ours, used[1]), append(all.tor, used[2])
	tell("windows: bare %s %s, ours %s %s, its tor %s %s", mebibytes(used[0].rss), percent(used[0].cpu),
		mebibytes(used[1].rss), percent(used[1].cpu), mebibytes(used[2].rss), percent(used[2].cpu))

	ours.stop()
	alone := func(e consoletest.Event) bool { return e.Event == "mesh" && e.Peers == 0 }
	leaving, cancel := context.WithTimeoutCause(ctx, joinTime, errors.New("the window does not leave the mesh"))
	defer cancel()
	_, err = friend.AwaitThat(leaving, "no peer", alone)
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// screen is an X server with a window manager, which gives windows the focus.
type screen struct {
	name            string // for DISPLAY
	server, manager *child
}

// openScreen starts a screen with software rendering.
func openScreen(ctx context.Context, dir string) (s screen, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return s, err
	}
	defer r.Close()
	environ, err := consoletest.Environ(dir)
	if err == nil {
		// The server chooses a free number and writes it to file 3.
		s.server, err = startChild(ctx, dir, environ, w, "Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset")
	}
	w.Close()
	if err != nil {
		return s, err
	}
	r.SetReadDeadline(time.Now().Add(screenTime))
	number, err := bufio.NewReader(r).ReadString('\n')
	if err == nil {
		s.name = ":" + strings.TrimSpace(number)
		s.manager, err = startChild(ctx, dir, append(environ, "DISPLAY="+s.name), nil, "openbox", "--sm-disable")
	}
	if err != nil {
		s.server.stop()
		return s, fmt.Errorf("open a screen: %w", err)
	}
	return s, nil
}

func (s screen) close() {
	s.manager.stop()
	s.server.stop()
}

// open starts a program with a window, with dir for whatever it writes.
func (s screen) open(ctx context.Context, dir, program string, args ...string) (*child, error) {
	environ, err := consoletest.Environ(dir)
	if err != nil {
		return nil, err
	}
	return startChild(ctx, dir, append(environ, "DISPLAY="+s.name, "LIBGL_ALWAYS_SOFTWARE=1",
		"DBUS_SESSION_BUS_ADDRESS=disabled:" /* or Fyne starts a bus that outlives the window */), nil, program, args...)
}

// lines are the lines of the table about windows.
func (all windows) lines() []line {
	split := func(of []idling) (rss, cpu []float64) {
		for _, i := range of {
			rss, cpu = append(rss, i.rss), append(cpu, i.cpu)
		}
		return rss, cpu
	}
	bareRSS, bareCPU := split(all.bare)
	oursRSS, oursCPU := split(all.ours)
	torRSS, torCPU := split(all.tor)
	return []line{
		{what: "window: RSS, bare Fyne | ours", unit: mebibytes, floor: bareRSS, ours: oursRSS, aim: aim{kind: excess, limit: 60 << 20}},
		{what: "window: idle CPU, bare Fyne | ours", unit: percent, floor: bareCPU, ours: oursCPU, aim: aim{kind: ratio, limit: 1.5}},
		{what: "  its tor: RSS", unit: mebibytes, ours: torRSS},
		{what: "  its tor: idle CPU", unit: percent, ours: torCPU},
	}
}
