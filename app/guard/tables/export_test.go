// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	"maps"
	"slices"
)

// Keys lists the keys of a trait.
func Keys(t Trait) []string { return slices.Collect(maps.Keys(loadShares().traits[t])) }
