// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run does what the command line says.
func run(ctx context.Context) error {
	b := build{}
	flag.StringVar(&b.out, "out", filepath.Join("..", "..", "dist"), "folder for the packages; what is in it is replaced")
	only := flag.String("only", "linux,windows", "which systems to make packages for")
	version := flag.String("version", "", "a version that stands in for FyneApp.toml's, to try upgrades")
	flag.BoolVar(&b.systemTor, "system-tor", false, "leave tor to the system, for distributors: Linux only")
	flag.StringVar(&b.runtime, "appimage-runtime", "", "the AppImage runtime, a file, or “fetch” to download it from where it is\n"+
		"published; without it only the folder that would be in the AppImage is made")
	flag.Parse()
	return b.release(ctx, *only, *version)
}

// release makes all packages of the systems named.
func (b *build) release(ctx context.Context, only, version string) (err error) {
	if b.Project, err = readProject(filepath.Join("..", ".."), version); err != nil {
		return err
	}
	if b.out, err = filepath.Abs(b.out); err != nil {
		return err
	}
	if err := empty(b.out); err != nil {
		return err
	}
	if b.work, err = os.MkdirTemp("", "passerby-release-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	for _, system := range strings.Split(only, ",") {
		switch {
		case system == "linux":
			err = b.linux(ctx)
		case system == "windows" && b.systemTor:
			err = errors.New("only a Linux distribution has a tor of its own; leave -system-tor or -only windows out")
		case system == "windows":
			err = b.windows(ctx)
		default:
			err = fmt.Errorf("no packages for %q are made here: name linux or windows", system)
		}
		if err != nil {
			return err
		}
	}
	if err := b.listParts(); err != nil {
		return err
	}
	return sum(b.out)
}

// build is one run: what is built, where it is put together, and where the
// packages go.
type build struct {
	Project
	work, out string
	systemTor bool
	runtime   string   // the AppImage's; "" and "fetch" as on the command line
	programs  []string // what was built, for the list of parts
}

// step prints what is being made: building tor the first time takes minutes.
func (b *build) step(what string) { fmt.Println(what) }

// folder makes a folder of its own for one step.
func (b *build) folder(name string) (string, error) {
	dir := filepath.Join(b.work, name)
	return dir, os.MkdirAll(dir, 0o755)
}

// base is how files of this version begin.
func (b *build) base() string { return "passerby-" + b.Details.Version }

// empty makes out an empty folder. It removes nothing but packages, so that a
// folder named by mistake stays as it is.
func empty(out string) error {
	entries, err := os.ReadDir(out)
	if errors.Is(err, os.ErrNotExist) {
		return os.MkdirAll(out, 0o755)
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(strings.ToLower(e.Name()), "passerby") && !strings.HasPrefix(e.Name(), "SHA256SUMS") {
			return fmt.Errorf("%s holds %s, which is no package: name another folder with -out", out, e.Name())
		}
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(out, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
