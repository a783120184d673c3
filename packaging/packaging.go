// SPDX-License-Identifier: GPL-3.0-or-later

// Package packaging holds what turns the source into something that people
// install, and the rules that every build must keep: who may import whom, who
// may open a socket, and what must never be linked in. The rules are tests.
//
// A package is made in three steps, each in a folder of its own: sysroot lays out
// the libraries of an old Linux, so that what is built runs on newer ones; tor
// builds tor from pinned source; release builds the program, which knows the
// hash of that tor, and packs both. macos and flatpak do the last step for those
// two, sign signs the list of what came out, and proof installs it all in fresh
// systems and uses it.
package packaging
