// SPDX-License-Identifier: GPL-3.0-or-later

package guard

// bits returns how much a finding narrows down who the writer is.
func bits(t *text, c candidate) float64 {
	switch c.category.Tier() {
	case Identifier:
		return 25
	case Attribute:
		return 5
	}
	return 0
}
