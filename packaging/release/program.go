// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// The systems that packages are made for here.
const (
	linux   = "linux-amd64"
	windows = "windows-amd64"
)

// buildProgram builds Passerby for a target into folder and returns its path.
// Whoever runs it refuses any tor beside it but the one whose hash is given; an
// empty hash leaves the choice of tor to the system.
func buildProgram(ctx context.Context, p Project, target, torSHA256, folder string) (string, error) {
	ldflags := "-s -w -buildid= -X passerby/tor.bundledSHA256=" + torSHA256 +
		" -X passerby/app/update.key=" + p.Release.UpdateKey + " -X passerby/app/update.address=" + p.Release.UpdateAddress
	// Without the C library's resolver and its list of users, which the program
	// needs neither of, less of the system is linked in.
	tags := "release,migrated_fynedo,netgo,osusergo"
	// All that could make Go's compiler or the C compiler do otherwise is said
	// here, so that what somebody has in their environment does not count.
	env := []string{
		"CGO_ENABLED=1", "GOARCH=amd64", "GOAMD64=v1", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "GO_EXTLINK_ENABLED=",
		"CGO_CPPFLAGS=", "CGO_CFLAGS=-O2 -g0", "CGO_CXXFLAGS=-O2 -g0", "CGO_LDFLAGS=-O2",
	}
	out := filepath.Join(folder, "passerby")
	switch target {
	case linux:
		sysroot, err := sysrootFolder(folder)
		if err != nil {
			return "", err
		}
		if err := (command{args: []string{p.path("packaging/sysroot/build.sh"), sysroot}}).run(ctx, p.Date); err != nil {
			return "", fmt.Errorf("laying out the libraries of an older Linux: %w", err)
		}
		// What the linker finds to be unused becomes no dependency: GLFW opens
		// most of X11 by itself.
		ldflags += " -extldflags '-Wl,-z,relro,-z,now,--as-needed'"
		bin := filepath.Join(sysroot, "bin")
		env = append(env, "GOOS=linux", "GOEXPERIMENT=runtimesecret", "CC="+filepath.Join(bin, "cc"),
			"CXX="+filepath.Join(bin, "c++"), "PKG_CONFIG="+filepath.Join(bin, "pkg-config"))
	case windows:
		out += ".exe"
		ldflags += " -H=windowsgui -extldflags '-static -Wl,--no-insert-timestamp'"
		env = append(env, "GOOS=windows", "CC=x86_64-w64-mingw32-gcc-posix", "CXX=x86_64-w64-mingw32-g++-posix")
	}
	err := command{
		dir: p.Root, env: env,
		args: []string{"go", "build", "-trimpath", "-buildvcs=false", "-buildmode=pie", "-tags", tags, "-ldflags", ldflags, "-o", out, "."},
	}.run(ctx, p.Date)
	if err != nil {
		return "", fmt.Errorf("building the program for %s: %w", target, err)
	}
	return out, nil
}

// sysrootFolder is where the libraries of an older Linux are laid out: the place
// where packaging/tor/build.sh keeps them for the next time, or a folder of this
// run where that keeps nothing.
func sysrootFolder(folder string) (string, error) {
	if os.Getenv("TOR_CACHE") == "no" {
		return filepath.Join(folder, "sysroot"), nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "passerby", "sysroot"), err
}
