// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ulikunitz/xz"
)

var someday = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)

func TestTwoFilesForOnePathAreRefused(t *testing.T) {
	tree := Tree{}
	tree.add("b", "x")
	tree.add("a", "x")
	tree.add("b", "y")
	if _, err := tree.sorted(); err == nil || !strings.Contains(err.Error(), "two files for b") {
		t.Errorf("got %v", err)
	}
}

func TestATreeIsWrittenAlikeWhateverTheUmask(t *testing.T) {
	source := put(t, filepath.Join(t.TempDir(), "program"), "bytes")
	tree := Tree{}
	tree.addProgram("usr/lib/p/program", source)
	tree.addLink("usr/bin/p", "../lib/p/program")
	tree.add("usr/share/text", source)
	for _, umask := range []int{0o000, 0o022, 0o077} {
		before := syscall.Umask(umask)
		folder := filepath.Join(t.TempDir(), "out")
		err := tree.write(folder, someday)
		syscall.Umask(before)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]os.FileMode{
			".": os.ModeDir | 0o755, "usr": os.ModeDir | 0o755, "usr/lib/p": os.ModeDir | 0o755,
			"usr/lib/p/program": 0o755, "usr/share/text": 0o644,
		} {
			info, err := os.Stat(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode() != want || !info.ModTime().Equal(someday) {
				t.Errorf("umask %03o: %s has mode %v and date %v", umask, name, info.Mode(), info.ModTime())
			}
		}
		if data, err := os.ReadFile(filepath.Join(folder, "usr/bin/p")); err != nil || string(data) != "bytes" {
			t.Errorf("the link leads to %q, %v", data, err)
		}
	}
}

func TestTheTarballHasOneFolderWithTheProgramAtItsTop(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"README.md", "LICENSE", "program"} {
		put(t, filepath.Join(root, name), name)
	}
	p := Project{Root: root, Date: someday}
	p.Details.Version = "1.2.3"
	tree := Tree{}
	tree.addProgram(libFolder+"/passerby", filepath.Join(root, "program"))
	tree.addProgram(libFolder+"/tor/tor", filepath.Join(root, "program"))
	tree.addLink("usr/bin/passerby", "../lib/passerby/passerby")
	tree.add("usr/share/doc/passerby/copyright", filepath.Join(root, "LICENSE"))
	var made [2][]byte
	for i := range made {
		b := build{Project: p, out: t.TempDir()}
		if err := b.tarball(context.Background(), tree); err != nil {
			t.Fatal(err)
		}
		var err error
		if made[i], err = os.ReadFile(filepath.Join(b.out, "passerby-1.2.3-linux-amd64.tar.xz")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Error("two archives of the same files differ")
	}
	unpacked, err := xz.NewReader(bytes.NewReader(made[0]))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for r := tar.NewReader(unpacked); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, strings.TrimPrefix(h.Name, "passerby-1.2.3-linux-amd64/"))
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "root" || h.Gname != "root" || !h.ModTime.Equal(someday) {
			t.Errorf("%s tells who packed it, and when: %+v", h.Name, h)
		}
	}
	want := " share/ share/doc/ share/doc/passerby/ tor/ LICENSE README.md passerby share/doc/passerby/copyright tor/tor"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("the archive holds\n%s\nwant\n%s", got, want)
	}
}

func TestOnlyPackagesAreRemovedFromTheFolderForPackages(t *testing.T) {
	// Given a folder with packages of an earlier run.
	out := t.TempDir()
	for _, name := range []string{"passerby_0.0.1_amd64.deb", "SHA256SUMS", "passerby-0.0.1-x86_64.AppDir/AppRun"} {
		put(t, filepath.Join(out, name), "")
	}
	// When it is emptied, then nothing is left.
	if err := empty(out); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(out); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
	// But a folder with anything else stays as it is.
	put(t, filepath.Join(out, "passerby_0.0.1_amd64.deb"), "")
	put(t, filepath.Join(out, "diary.txt"), "")
	if err := empty(out); err == nil || !strings.Contains(err.Error(), "diary.txt") {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(out); len(left) != 2 {
		t.Errorf("%v is left", left)
	}
}

func TestSumsAreWhatSha256sumReads(t *testing.T) {
	out := t.TempDir()
	put(t, filepath.Join(out, "b"), "abc")
	put(t, filepath.Join(out, "a"), "")
	put(t, filepath.Join(out, "folder", "c"), "")
	if err := sum(out); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	want := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n" +
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n"
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
