// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// An AppImage is a small program, the runtime, with a compressed file system
// behind it that the runtime mounts. It is pinned by its hash; see
// https://github.com/AppImage/type2-runtime.
const runtimeURL = "https://github.com/AppImage/type2-runtime/releases/download/20251108/runtime-x86_64"

// runtimeSHA256 is changed by tests alone.
var runtimeSHA256 = "2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d"

// appImage makes the AppImage, or, where its runtime is not to be had, the
// folder that would be in it.
func (b *build) appImage(ctx context.Context, t Tree) error {
	t = append(Tree{}, t...)
	// The program is found through the link, so that tor is found beside it.
	t.addLink("AppRun", libFolder+"/passerby")
	t.add(b.Details.ID+".desktop", b.path("packaging/release/files/linux/"+b.Details.ID+".desktop"))
	t.add(b.Details.ID+".png", b.path(b.Details.Icon))
	t.addLink(".DirIcon", b.Details.ID+".png")
	t, err := t.sorted()
	if err != nil {
		return err
	}
	name := b.base() + "-x86_64"
	runtime, err := b.appImageRuntime(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		b.step("Laying out " + name + ".AppDir; an AppImage needs " + runtimeURL + ", see -appimage-runtime")
		return t.write(filepath.Join(b.out, name+".AppDir"), b.Date)
	}
	if err != nil {
		return err
	}
	b.step("Packing " + name + ".AppImage")
	dir := filepath.Join(b.work, name+".AppDir")
	if err := t.write(dir, b.Date); err != nil {
		return err
	}
	image := filepath.Join(b.work, name+".squashfs")
	err = command{args: []string{
		"mksquashfs", dir, image, "-root-owned", "-noappend", "-no-xattrs", "-comp", "zstd", "-Xcompression-level", "19", "-quiet", "-no-progress",
	}}.run(ctx, b.Date)
	if err != nil {
		return err
	}
	packed, err := os.ReadFile(image)
	if err != nil {
		return err
	}
	file := filepath.Join(b.out, name+".AppImage")
	if err := os.WriteFile(file, append(runtime, packed...), 0o755); err != nil {
		return err
	}
	return os.Chmod(file, 0o755) // past the umask
}

// appImageRuntime returns the runtime, or an error that wraps fs.ErrNotExist
// where nobody said where to find it.
func (b *build) appImageRuntime(ctx context.Context) ([]byte, error) {
	file := b.runtime
	switch file {
	case "":
		return nil, fs.ErrNotExist
	case "fetch":
		file = filepath.Join(b.work, "runtime")
		err := command{args: []string{"curl", "--fail", "--silent", "--show-error", "--location", "--proto", "=https", "--max-filesize", "8M", "--output", file, runtimeURL}}.run(ctx, b.Date)
		if err != nil {
			return nil, err
		}
	}
	sum, err := hashFile(file)
	if err != nil {
		return nil, err
	}
	if sum != runtimeSHA256 {
		return nil, fmt.Errorf("%s is not the pinned runtime of AppImages: its SHA-256 is %s instead of %s", file, sum, runtimeSHA256)
	}
	return os.ReadFile(file)
}
