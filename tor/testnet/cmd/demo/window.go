// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"passerby/tor/testnet/internal/child"
)

// farewell is how long windows that are asked to close may take. Each has a
// tor of its own to end.
const farewell = 5 * time.Second

// saidLimit bounds how much of a window's error output is shown, in bytes.
const saidLimit = 4 << 10

// window is one copy of Passerby with a home of its own.
type window struct {
	name    string
	process *child.Process
	said    string // the file that holds its error output
}

// open starts program in its own home, dir, and in the network of torrc.
func open(nursery *child.Nursery, dir, program, torrc string, extra []string) (*window, error) {
	w := &window{name: filepath.Base(dir), said: filepath.Join(dir, "said")}
	arguments := append([]string{
		"--profile", filepath.Join(dir, "profile"), "--torrc", torrc, "--network", "demo",
		"--cards=false", // who tries this wants to see two strangers meet
	}, extra...)
	cmd := exec.Command(program, arguments...)
	cmd.Env = os.Environ()
	for variable, folder := range map[string]string{
		"HOME": "home", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data",
	} {
		path := filepath.Join(dir, folder)
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
		cmd.Env = append(cmd.Env, variable+"="+path) // the last of a name counts
	}
	said, err := os.OpenFile(w.said, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer said.Close() // the process has its own
	cmd.Stderr = said
	if w.process, err = nursery.Start(cmd); err != nil {
		return nil, err
	}
	return w, nil
}

// failure tells why a window that is gone has not simply been closed, with
// what it said last, or nil.
func (w *window) failure() error {
	err := w.process.Err()
	if err == nil {
		return nil
	}
	said, readErr := os.ReadFile(w.said)
	if readErr != nil {
		return fmt.Errorf("window %s ended with an error: %w", w.name, err)
	}
	said = said[max(0, len(said)-saidLimit):]
	return fmt.Errorf("window %s ended with an error: %w\n\t%s", w.name, err,
		strings.ReplaceAll(strings.TrimSpace(string(said)), "\n", "\n\t"))
}

// closeAll asks the windows to close and waits a moment for them. What still
// runs then is killed when the nursery closes.
func closeAll(windows []*window) {
	for _, w := range windows {
		w.process.Interrupt()
	}
	late := time.After(farewell)
	for _, w := range windows {
		select {
		case <-w.process.Done():
		case <-late:
			return
		}
	}
}
