// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !windows && !(darwin && cgo && !ios) && !(cgo && !android && (linux || freebsd || netbsd || openbsd || dragonfly))

package clipboard

import "errors"

func native(Options) (system, error) {
	return nil, errors.New("this clipboard can be reached through Fyne alone")
}
