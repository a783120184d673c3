// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"path/filepath"
	"testing"

	"passerby/tor"
)

// People have names of all letters, and their folders have them too.
func TestProfileMayHaveAnyName(t *testing.T) {
	for _, name := range []string{"Łukasz Ω", "文件", "O'Neill", `a "b" \c`} {
		t.Run(name, func(t *testing.T) {
			// when
			node := startWith(t, tor.Config{Profile: filepath.Join(t.TempDir(), name), Torrc: torrcFile(t)})
			// then tor runs and listens to us
			until(t, node, "up", isUp)
		})
	}
}
