// SPDX-License-Identifier: GPL-3.0-or-later

package app

import "passerby/net/lobby"

// Language is one that is offered as an interest.
type Language = lobby.Language

// Languages returns the languages that are offered as interests. The slice is
// the caller's. None is ever taken from the system.
func Languages() []Language { return lobby.Languages() }
