// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
)

// Flags of WerSetFlags and SetErrorMode, from werapi.h and errhandlingapi.h.
const (
	werNoHeap          = 0x1 // WER_FAULT_REPORTING_FLAG_NOHEAP
	werNoUI            = 0x20
	semFailCritical    = 0x1
	semNoFaultErrorBox = 0x2 // also: no Windows Error Reporting for the process
	semNoOpenErrorBox  = 0x8000
	errorMode          = semFailCritical | semNoFaultErrorBox | semNoOpenErrorBox
	werFlags           = werNoHeap | werNoUI
)

var werSetFlags = windows.NewLazySystemDLL("kernel32.dll").NewProc("WerSetFlags")

// process keeps Windows Error Reporting from storing the memory. Go's runtime
// sets most of it, but a library may have changed it, and not the heap.
func process() []Measure {
	return []Measure{
		measured(NoCore, noReport()),
		{Name: NoReading, Why: "Windows lets every program of an account read the others' memory"},
	}
}

func noReport() error {
	windows.SetErrorMode(errorMode)
	if err := werSetFlags.Find(); err != nil {
		return fmt.Errorf("keep the heap out of error reports: %w", err)
	}
	if result, _, _ := werSetFlags.Call(werFlags); result != 0 { // an HRESULT
		return fmt.Errorf("keep the heap out of error reports: %w", windows.Errno(result))
	}
	if mode := windows.SetErrorMode(errorMode); mode != errorMode {
		return errors.New("faults of this program are reported to Windows")
	}
	return nil
}
