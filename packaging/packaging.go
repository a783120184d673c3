// SPDX-License-Identifier: GPL-3.0-or-later

// Package packaging holds what turns the source into something that people
// install, and the rules that every build must keep: who may import whom, who
// may open a socket, and what must never be linked in. The rules are tests.
package packaging
