// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !windows && !(darwin && cgo && !ios)

package screenguard

// native is nil: there is nothing to ask.
var native system
