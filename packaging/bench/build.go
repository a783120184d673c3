// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// The flags of a release, as in the Makefile.
var buildFlags = []string{"-trimpath", "-tags=migrated_fynedo", "-buildvcs=false"}

const ldFlags = "-s -w -buildid="

// build builds a program of this module as it would be released, and returns
// its path and size in bytes.
func build(ctx context.Context, dir, name, pkg string) (path string, size int64, err error) {
	path = filepath.Join(dir, name)
	args := append(append([]string{"build"}, buildFlags...), "-ldflags", ldFlags, "-o", path, pkg)
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return "", 0, fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", 0, err
	}
	return path, info.Size(), nil
}
