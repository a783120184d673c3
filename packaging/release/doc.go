// SPDX-License-Identifier: GPL-3.0-or-later

// Command release makes the packages that people install, for Linux and
// Windows, into one folder, with their hashes and a list of what they contain.
//
//	go run -C packaging/release . -out ../../dist
//
// It works in four steps. It reads what the program is called from FyneApp.toml
// (project.go) and has tor built from its source (tor.go). It builds the program
// with the hash of that tor compiled in (program.go). It lists what is installed
// where, as a [Tree] (linux.go, windows.go). And it hands each tree to the tool
// that makes a package of it: nfpm for .deb and .rpm, tar and xz, mksquashfs for
// the AppImage, makensis, wixl and zip for Windows.
//
// All that it writes is the same, byte for byte, whoever builds it, in whatever
// folder, time zone, language and umask, from the same source with the same
// compilers: people can build it again and compare. So every file in a package
// belongs to root, has mode 0644 or 0755 and the date of the newest entry of
// changelog.yml, and nothing tells where or when it was made.
package main
