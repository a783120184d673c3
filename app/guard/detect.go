// SPDX-License-Identifier: GPL-3.0-or-later

package guard

// detectors are all of them. They do not depend on each other's order.
var detectors = []detector{}
