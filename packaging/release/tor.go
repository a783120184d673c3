// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// torBuild is a tor that was built from source.
type torBuild struct {
	program  string   // path of the file
	sha256   string   // of the program, hexadecimal
	licences []string // texts of what is linked into it
}

// buildTor has tor built for a target, such as linux-amd64, into folder. The
// script keeps what it has built, so that a second time takes seconds.
func buildTor(ctx context.Context, p Project, target, folder string) (torBuild, error) {
	err := command{args: []string{p.path("packaging/tor/build.sh"), target, folder}}.run(ctx, p.Date)
	if err != nil {
		return torBuild{}, fmt.Errorf("building tor for %s: %w", target, err)
	}
	b := torBuild{program: filepath.Join(folder, "tor")}
	if target == windows {
		b.program += ".exe"
	}
	if b.sha256, err = hashFile(b.program); err != nil {
		return torBuild{}, err
	}
	b.licences, err = filepath.Glob(filepath.Join(folder, "licences", "*.txt"))
	if err == nil && len(b.licences) == 0 {
		err = fmt.Errorf("building tor for %s left no licences", target)
	}
	slices.Sort(b.licences)
	return b, err
}

// hashFile returns the SHA-256 of a file, hexadecimal.
func hashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
