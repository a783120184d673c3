// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// silence puts the null device in the place of standard error and returns the
// real one. Go's runtime asks for the handle each time it writes. C libraries
// keep the one that they found; as a windowed program this one has none, even
// where it then gets a console.
func silence() (*os.File, error) {
	console(os.Args[1:])
	if raceBuild {
		return nil, errRace
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("silence standard error: %w", err)
	}
	if err := windows.SetStdHandle(windows.STD_ERROR_HANDLE, windows.Handle(null.Fd())); err != nil {
		null.Close()
		return nil, fmt.Errorf("silence standard error: %w", err)
	}
	errOut := os.Stderr
	os.Stderr = null
	silenceLog(errOut)
	return errOut, nil
}
