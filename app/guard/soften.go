// SPDX-License-Identifier: GPL-3.0-or-later

package guard

// softer returns what could stand in place of a finding, or "".
func softer(t *text, c candidate) string { return "" }
