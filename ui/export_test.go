// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import "image/color"

// Dawn is the colour of the one primary action of a screen, in the dark and in
// the light. Tests that look at a window from outside know buttons by it.
var Dawn = struct{ Dark, Light color.NRGBA }{palette[colorDawn].dark, palette[colorDawn].light}
