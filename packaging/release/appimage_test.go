// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAnAppImageIsTheRuntimeAndTheTree(t *testing.T) {
	// Given a tree, and a runtime that is the pinned one.
	root := t.TempDir()
	p := Project{Root: root, Date: someday}
	p.Details.Version, p.Details.ID, p.Details.Icon = "1.2.3", "a.b", "icon.png"
	for _, name := range []string{"program", "icon.png", "packaging/release/files/linux/a.b.desktop"} {
		put(t, filepath.Join(root, name), name)
	}
	runtime := put(t, filepath.Join(root, "runtime"), "the runtime")
	pinned := runtimeSHA256
	defer func() { runtimeSHA256 = pinned }()
	var err error
	if runtimeSHA256, err = hashFile(runtime); err != nil {
		t.Fatal(err)
	}
	tree := Tree{}
	tree.addProgram(libFolder+"/passerby", filepath.Join(root, "program"))

	// When two AppImages are made of it, with another umask.
	var made [2][]byte
	for i, umask := range []int{0o022, 0o077} {
		before := syscall.Umask(umask)
		b := build{Project: p, work: t.TempDir(), out: t.TempDir(), runtime: runtime}
		err := b.appImage(t.Context(), tree)
		syscall.Umask(before)
		if err != nil {
			t.Fatal(err)
		}
		if made[i], err = os.ReadFile(filepath.Join(b.out, "passerby-1.2.3-x86_64.AppImage")); err != nil {
			t.Fatal(err)
		}
	}

	// Then they are equal, begin with the runtime, and hold what AppRun leads to.
	if !bytes.Equal(made[0], made[1]) {
		t.Error("two AppImages of the same files differ")
	}
	image, found := bytes.CutPrefix(made[0], []byte("the runtime"))
	if !found {
		t.Fatal("it does not begin with the runtime")
	}
	packed := put(t, filepath.Join(root, "image"), string(image))
	unpacked := filepath.Join(t.TempDir(), "AppDir")
	output(t, "unsquashfs", "-no-progress", "-dest", unpacked, packed)
	if data, err := os.ReadFile(filepath.Join(unpacked, "AppRun")); err != nil || string(data) != "program" {
		t.Errorf("AppRun leads to %q, %v", data, err)
	}
	if info, err := os.Stat(filepath.Join(unpacked, libFolder, "passerby")); err != nil || info.Mode() != 0o755 || !info.ModTime().Equal(someday) {
		t.Errorf("the program is %v, %v", info, err)
	}
}

func TestAnotherRuntimeIsRefused(t *testing.T) {
	p := Project{Root: t.TempDir(), Date: someday}
	p.Details.ID = "a.b"
	b := build{Project: p, work: t.TempDir(), out: t.TempDir(), runtime: put(t, filepath.Join(t.TempDir(), "runtime"), "half")}
	if err := b.appImage(t.Context(), Tree{}); err == nil || !strings.Contains(err.Error(), "not the pinned runtime") {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(b.out); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}
