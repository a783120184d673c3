// SPDX-License-Identifier: GPL-3.0-or-later

package screenguard

import (
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A window of this process is made, shown, asked for, hidden and shown again,
// and let in. Whatever the system does with that, what Apply returns is what
// GetWindowDisplayAffinity says.
func TestWindowsIsReadBack(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ask := func(name string, args ...uintptr) uintptr {
		result, _, _ := library.NewProc(name).Call(args...)
		return result
	}
	wide := func(s string) uintptr {
		p, err := windows.UTF16PtrFromString(s)
		if err != nil {
			t.Fatal(err)
		}
		return uintptr(unsafe.Pointer(p))
	}
	const overlapped = 0x00CF0000 // WS_OVERLAPPEDWINDOW
	window := ask("CreateWindowExW", 0, wide("STATIC"), wide("screenguard"), overlapped, 10, 10, 300, 200, 0, 0, 0, 0)
	if window == 0 {
		t.Fatal("no window can be made here")
	}
	defer ask("DestroyWindow", window)

	for _, step := range []struct {
		name string
		show uintptr
		out  bool
	}{{"shown", 5, true}, {"hidden", 0, true}, {"shown again", 5, true}, {"let in", 5, false}} {
		ask("ShowWindow", window, step.show)
		state, err := Apply(window, step.out)
		var affinity uint32
		told := ask("GetWindowDisplayAffinity", window, uintptr(unsafe.Pointer(&affinity))) != 0
		t.Logf("%s: %v (%v); the system tells: %v, %#x", step.name, state, err, told, affinity)
		want := Unknown
		switch {
		case told && affinity == wdaNone:
			want = Off
		case told && (affinity == wdaMonitor || affinity == wdaExcludeFromCapture):
			want = On
		}
		if state != want {
			t.Errorf("%s: %v, and the system says %v", step.name, state, want)
		}
		if state.Covers() != step.out && err == nil {
			t.Errorf("%s: %v, and no reason why", step.name, state)
		}
	}
	if state, err := Apply(window+1, true); state.Covers() || err == nil {
		t.Errorf("a window that is none: %v, %v", state, err)
	}
}
