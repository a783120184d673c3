// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"os"
	"path/filepath"
)

// Environ makes dir and in it the folders into which a program may want to
// write, and returns the environment that names them and, of the caller's
// own, little more than PATH: no display, no session bus.
func Environ(dir string) ([]string, error) {
	environ := []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8",
		// A data race ends the program at once, and not with status 0.
		"GORACE=halt_on_error=1"}
	for _, f := range []struct{ variable, name string }{
		{"HOME", "home"},
		{"TMPDIR", "tmp"},
		{"XDG_CONFIG_HOME", "home/.config"},
		{"XDG_CACHE_HOME", "home/.cache"},
		{"XDG_DATA_HOME", "home/.local/share"},
		{"XDG_STATE_HOME", "home/.local/state"},
		{"XDG_RUNTIME_DIR", "home/run"},
	} {
		path := filepath.Join(dir, f.name)
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
		environ = append(environ, f.variable+"="+path)
	}
	return environ, nil
}
