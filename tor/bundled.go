// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// # The tor that comes with a package
//
// A package of Passerby carries its own tor, and the program in it knows that
// tor's SHA-256. Without --tor it runs no other, not even one of the system's,
// and before each start, the supervisor's restarts included, it reads the file
// and compares. So a download that broke, a disk that fails, a half-done update
// and a tor that somebody exchanged are found before anything of it runs.
//
// It is no more than that. Who can write to the folder can exchange the file
// after the check, or the program that checks. What protects against that is
// the system: a folder that only administrators can write to, and the
// signature of the download, which covers both.
//
// A tor that is named with --tor is run as it is: who names it has chosen it.
//
// # For distributors
//
// The SHA-256 is given to the linker,
//
//	go build -ldflags "-X passerby/tor.bundledSHA256=HEX" .
//
// and packaging/release does so. Built without it, nothing is checked, and on
// Linux the system's tor is used where none stands beside the program:
// /usr/bin/tor, /usr/sbin/tor or /usr/local/bin/tor. A package for a
// distribution is built like that and depends on its tor, 0.4.8 or newer,
// built with its proof of work for onion services (--enable-gpl).

// bundledSHA256 is what the tor beside this program must be, in hexadecimal.
// Only the linker sets it.
var bundledSHA256 string

// maxTorSize bounds what is read of a tor: ours has about 8 MB.
const maxTorSize = 64 << 20

// repairAdvice is for a copy whose own tor is not as it was.
const repairAdvice = "download Passerby again, verify the download, and install it again"

// executable is this program's file.
var executable = os.Executable

// besideProgram is where the tor of a package stands. Links are followed: a
// package puts one into /usr/bin.
func besideProgram() (string, error) {
	self, err := executable()
	if err != nil {
		return "", fmt.Errorf("where this program is: %w", err)
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return "", fmt.Errorf("where this program is: %w", err)
	}
	return filepath.Join(filepath.Dir(self), "tor", exeName), nil
}

// findBundled returns the tor that came with this program, if it is still what
// it was.
func findBundled() (string, error) {
	path, err := besideProgram()
	if err == nil {
		err = runnable(path)
	}
	if err != nil {
		return "", advise(ErrNoTor, "the one that came with this copy is missing: "+err.Error(), repairAdvice)
	}
	if err := checkBundled(path); err != nil {
		return "", err
	}
	return path, nil
}

// checkBundled tells whether the tor at path is the one that came with this
// program. Where none came, any is right.
func checkBundled(path string) error {
	if bundledSHA256 == "" {
		return nil
	}
	sum, err := fileSHA256(path, maxTorSize)
	switch {
	case errors.Is(err, errTooLarge): // and so another
	case err != nil:
		return advise(ErrNoTor, fmt.Sprintf("the one that came with this copy cannot be read: %v", err), repairAdvice)
	case strings.EqualFold(sum, bundledSHA256):
		return nil
	}
	return advise(ErrTorChanged, path+" may be damaged or replaced, and is not run",
		"if Passerby was updated a moment ago, close it and start it again; otherwise "+repairAdvice)
}

var errTooLarge = errors.New("larger than any tor")

// fileSHA256 returns the SHA-256 of a file of at most limit bytes.
func fileSHA256(path string, limit int64) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err // names the file
	}
	defer file.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, io.LimitReader(file, limit+1))
	switch {
	case err != nil:
		return "", err
	case n > limit:
		return "", errTooLarge
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// installAdvice is for a copy that finds no tor that it can use.
func installAdvice() string {
	if bundledSHA256 != "" {
		return repairAdvice
	}
	return systemAdvice
}
