// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"os"

	"golang.org/x/sys/windows"
)

var attachConsole = windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole")

const parentProcess = ^uintptr(0) // ATTACH_PARENT_PROCESS

// console gives a windowed program, which Windows starts without a console, the
// one of the terminal that it was started from, where input or outputs lead
// nowhere: those that somebody has redirected stay as they are.
//
// A program that has a console ends with it, and at Ctrl-C. So the window alone,
// which takes no arguments, stays without one: it outlives its terminal.
func console(arguments []string) {
	if len(arguments) == 0 {
		return
	}
	streams := []struct {
		number uint32
		name   string
		file   **os.File
	}{
		{windows.STD_INPUT_HANDLE, "CONIN$", &os.Stdin},
		{windows.STD_OUTPUT_HANDLE, "CONOUT$", &os.Stdout},
		{windows.STD_ERROR_HANDLE, "CONOUT$", &os.Stderr},
	}
	attached := false
	for _, s := range streams {
		if leads(s.number) {
			continue
		}
		if !attached {
			attached = true
			// It fails where there is a console already, which will do.
			_, _, _ = attachConsole.Call(parentProcess)
		}
		if h, err := openConsole(s.name); err == nil && windows.SetStdHandle(s.number, h) == nil {
			*s.file = os.NewFile(uintptr(h), s.name)
		}
	}
}

// leads tells whether a standard input or output leads anywhere.
func leads(number uint32) bool {
	h, err := windows.GetStdHandle(number)
	if err != nil || h == 0 || h == windows.InvalidHandle {
		return false
	}
	kind, err := windows.GetFileType(h)
	return err == nil && kind != windows.FILE_TYPE_UNKNOWN
}

// openConsole opens the console's input or output.
func openConsole(name string) (windows.Handle, error) {
	n, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0, err
	}
	return windows.CreateFile(n, windows.GENERIC_READ|windows.GENERIC_WRITE,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
}
