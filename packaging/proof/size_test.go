// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The packages for Linux are small enough for a slow line.
func TestSizes(t *testing.T) {
	const megabyte = 1_000_000
	limits := map[string]int64{ // megabytes
		debName: 25, rpmName: 25, tarballName: 25,
	}
	for name, limit := range limits {
		info, err := os.Stat(dist(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > limit*megabyte {
			t.Errorf("%s has %.1f MB, more than %d", filepath.Base(name), float64(info.Size())/megabyte, limit)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(dist(t, debName)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().IsRegular() && !strings.HasPrefix(e.Name(), "SHA256SUMS") {
			t.Logf("%6.1f MB  %s", float64(info.Size())/megabyte, e.Name())
		}
	}
	for _, name := range []string{"usr/lib/passerby/passerby", "usr/lib/passerby/tor/tor"} {
		info, err := os.Stat(filepath.Join(unpackDeb(t), name))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%6.1f MB  installed as /%s", float64(info.Size())/megabyte, name)
	}
}
