// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	"github.com/goreleaser/nfpm/v2/rpm"
)

// description is what package managers show.
const description = `Two strangers talk, and nothing is kept. There is no server, no account and
no log: each copy starts its own Tor, can be reached only at onion addresses,
finds others through a network that all copies form together, and talks to
one stranger at a time over an end-to-end encrypted onion stream.

It cannot protect from the stranger, who can keep what is written, and not
from other programs on the same computer.`

// deb makes the package for Debian, Ubuntu and their kin.
func (b *build) deb(_ context.Context, t Tree) error {
	info := b.info(t)
	// What the program is linked to, and what GLFW opens by name when the window
	// starts.
	info.Depends = []string{
		"libc6 (>= 2.31)", "libegl1", "libgl1", "libwayland-client0 (>= 1.18)", "libwayland-cursor0", "libwayland-egl1", "libx11-6", "libx11-xcb1", "libxcursor1", "libxext6",
		"libxi6", "libxinerama1", "libxkbcommon0", "libxrandr2", "libxrender1", "libxxf86vm1", "libxcb1", "debconf (>= 0.5) | debconf-2.0",
	}
	info.Recommends = []string{"libdecor-0-0", "libgl1-mesa-dri"}
	info.Section, info.Priority = "net", "optional"
	info.Deb.Compression = "xz"
	folder := b.path("packaging/release/files/linux/deb")
	info.Scripts.PostRemove = filepath.Join(folder, "postrm")
	info.Deb.Scripts.Templates = filepath.Join(folder, "templates")
	info.Contents = append(info.Contents, content("usr/share/lintian/overrides/passerby", filepath.Join(folder, "overrides"), b.Project))
	if b.systemTor {
		info.Depends = append(info.Depends, "tor (>= 0.4.8)")
	}
	return b.pack("deb", fmt.Sprintf("passerby_%s_amd64.deb", b.Details.Version), info)
}

// rpm makes the package for Fedora, openSUSE and their kin. What is needed is
// named by the files, since the names of packages differ between them.
func (b *build) rpm(_ context.Context, t Tree) error {
	info := b.info(t)
	info.Depends = []string{"libc.so.6(GLIBC_2.31)(64bit)"}
	for _, library := range []string{
		"libEGL.so.1", "libGL.so.1", "libX11.so.6", "libX11-xcb.so.1", "libXcursor.so.1", "libXext.so.6", "libXi.so.6", "libXinerama.so.1",
		"libXrandr.so.2", "libXrender.so.1", "libXxf86vm.so.1", "libxcb.so.1", "libwayland-client.so.0", "libwayland-cursor.so.0", "libwayland-egl.so.1", "libxkbcommon.so.0",
	} {
		info.Depends = append(info.Depends, library+"()(64bit)")
	}
	info.Recommends = []string{"libdecor-0.so.0()(64bit)"}
	for _, c := range info.Contents {
		where := strings.TrimPrefix(c.Destination, "/")
		if c.Type == files.TypeFile && (strings.HasPrefix(where, docFolder+"/") || strings.HasPrefix(where, "usr/share/man/")) {
			c.Type = files.TypeRPMDoc
		}
	}
	info.RPM.Compression = "xz"
	info.RPM.BuildHost = "passerby"
	info.RPM.Group = "Applications/Internet"
	info.RPM.Summary = b.LinuxAndBSD.Comment
	info.Scripts.PostRemove = b.path("packaging/release/files/linux/rpm/postun")
	if b.systemTor {
		info.Depends = append(info.Depends, "tor >= 0.4.8")
	}
	return b.pack("rpm", fmt.Sprintf("passerby-%s-1.x86_64.rpm", b.Details.Version), info)
}

// info is what all package managers are told.
func (b *build) info(t Tree) *nfpm.Info {
	info := &nfpm.Info{
		Name: "passerby", Arch: "amd64", Platform: "linux", Version: b.Details.Version, Release: "1",
		Maintainer: "The Passerby project <packages@passerby.invalid>", Vendor: "The Passerby project",
		Description: b.LinuxAndBSD.Comment + "\n" + description, License: "GPL-3.0-or-later",
		Changelog: b.changelog(), MTime: b.Date, DisableGlobbing: true,
	}
	for _, dir := range []string{libFolder, libFolder + "/tor", docFolder} {
		info.Contents = append(info.Contents, &files.Content{
			Destination: "/" + dir, Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: 0o755, MTime: b.Date},
		})
	}
	for _, e := range t {
		if e.Source == "" {
			info.Contents = append(info.Contents, &files.Content{Source: e.Link, Destination: "/" + e.Path, Type: files.TypeSymlink,
				FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", MTime: b.Date}})
			continue
		}
		c := content(e.Path, e.Source, b.Project)
		c.FileInfo.Mode = e.Mode
		info.Contents = append(info.Contents, c)
	}
	return info
}

// content is one file of a package, as nfpm is told of it.
func content(where, source string, p Project) *files.Content {
	return &files.Content{Source: source, Destination: "/" + where, Type: files.TypeFile,
		FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: 0o644, MTime: p.Date}}
}

// pack has nfpm write one package.
func (b *build) pack(format, name string, info *nfpm.Info) error {
	b.step("Packing " + name)
	var packager nfpm.Packager = deb.Default
	if format == "rpm" {
		packager = rpm.DefaultRPM
	}
	info = nfpm.WithDefaults(info)
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	out, err := os.Create(filepath.Join(b.out, name))
	if err != nil {
		return err
	}
	err = packager.Package(info, out)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
