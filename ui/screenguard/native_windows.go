// SPDX-License-Identifier: GPL-3.0-or-later

package screenguard

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

var native system = byAffinity{user32{}}

var (
	library                  = windows.NewLazySystemDLL("user32.dll")
	setWindowDisplayAffinity = library.NewProc("SetWindowDisplayAffinity")
	getWindowDisplayAffinity = library.NewProc("GetWindowDisplayAffinity")
)

// user32 asks Windows, which answers for top-level windows of this process.
type user32 struct{}

func (user32) set(window uintptr, affinity uint32) error {
	if err := setWindowDisplayAffinity.Find(); err != nil {
		return fmt.Errorf("this Windows keeps no window out of pictures: %w", err)
	}
	if ok, _, err := setWindowDisplayAffinity.Call(window, uintptr(affinity)); ok == 0 {
		return fmt.Errorf("the system refuses a display affinity of %#x: %w", affinity, err)
	}
	return nil
}

func (user32) get(window uintptr) (uint32, error) {
	if err := getWindowDisplayAffinity.Find(); err != nil {
		return 0, fmt.Errorf("this Windows keeps no window out of pictures: %w", err)
	}
	var affinity uint32
	if ok, _, err := getWindowDisplayAffinity.Call(window, uintptr(unsafe.Pointer(&affinity))); ok == 0 {
		return 0, fmt.Errorf("the system does not tell the display affinity: %w", err)
	}
	return affinity, nil
}
