// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// linux makes the packages for Linux.
func (b *build) linux(ctx context.Context) error {
	dir, err := b.folder("linux")
	if err != nil {
		return err
	}
	tor := torBuild{}
	if !b.systemTor {
		b.step("Building tor for Linux (minutes, the first time)")
		if tor, err = buildTor(ctx, b.Project, linux, filepath.Join(dir, "tor")); err != nil {
			return err
		}
	}
	b.step("Building Passerby for Linux")
	program, err := buildProgram(ctx, b.Project, linux, tor.sha256, dir)
	if err != nil {
		return err
	}
	b.programs = append(b.programs, program)
	tree, err := b.linuxTree(program, tor, dir)
	if err != nil {
		return err
	}
	for _, pack := range []func(context.Context, Tree) error{b.deb, b.rpm, b.tarball, b.appImage} {
		if err := pack(ctx, tree); err != nil {
			return err
		}
	}
	return nil
}

// libFolder is where the program and its tor are installed. The name that
// people type is a link to it, and tor is looked for beside what the link leads
// to.
const libFolder = "usr/lib/passerby"

// docFolder holds what there is to read.
const docFolder = "usr/share/doc/passerby"

// linuxTree lists what is installed on Linux, from the root of the file system.
func (b *build) linuxTree(program string, tor torBuild, dir string) (Tree, error) {
	t := Tree{}
	t.addProgram(libFolder+"/passerby", program)
	t.addLink("usr/bin/passerby", "../lib/passerby/passerby")
	if tor.program != "" {
		t.addProgram(libFolder+"/tor/tor", tor.program)
	}
	files := func(name string) string { return b.path("packaging/release/files/linux/" + name) }
	t.add("usr/share/applications/"+b.Details.ID+".desktop", files(b.Details.ID+".desktop"))
	t.add("usr/share/metainfo/"+b.Details.ID+".metainfo.xml", files(b.Details.ID+".metainfo.xml"))
	t.add("usr/share/icons/hicolor/scalable/apps/"+b.Details.ID+".svg", b.path("assets/icon.svg"))
	for _, size := range []int{16, 24, 32, 48, 64, 128, 256, 512} {
		icon := filepath.Join(dir, fmt.Sprintf("icon%d.png", size))
		if err := writeIcon(icon, b.path(b.Details.Icon), size); err != nil {
			return nil, err
		}
		t.add(fmt.Sprintf("usr/share/icons/hicolor/%dx%[1]d/apps/%s.png", size, b.Details.ID), icon)
	}
	notices, err := b.notices(program, tor, dir)
	if err != nil {
		return nil, err
	}
	for name, source := range map[string]string{
		"usr/share/man/man1/passerby.1": files("passerby.1"),
		docFolder + "/NOTICES":          notices,
		docFolder + "/README.md":        b.path("README.md"),
	} {
		packed := filepath.Join(dir, filepath.Base(name)+".gz")
		if err := compress(packed, source); err != nil {
			return nil, err
		}
		t.add(name+".gz", packed)
	}
	t.add(docFolder+"/copyright", files("copyright"))
	return t.sorted()
}

// compress writes a copy of a file, compressed by gzip without its name or date.
func compress(to, from string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}
