// SPDX-License-Identifier: GPL-3.0-or-later

package clipboard

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	getClipboardData = user32.NewProc("GetClipboardData")
	globalSize       = kernel32.NewProc("GlobalSize")
)

// content returns what the clipboard holds in a format, as another program
// reads it, or nil.
func content(t *testing.T, format uintptr) []byte {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := opened(0); err != nil {
		t.Fatal(err)
	}
	defer ask(closeClipboard)
	memory := ask(getClipboardData, format)
	if memory == 0 {
		return nil
	}
	size := ask(globalSize, memory)
	at := ask(globalLock, memory)
	defer ask(globalUnlock, memory)
	return append([]byte{}, unsafe.Slice(*(**byte)(unsafe.Pointer(&at)), int(size))...)
}

// pasted returns the clipboard's text, or "".
func pasted(t *testing.T) string {
	t.Helper()
	raw := content(t, cfUnicodeText)
	if len(raw) < 2 {
		return ""
	}
	return windows.UTF16ToString(unsafe.Slice((*uint16)(unsafe.Pointer(&raw[0])), len(raw)/2))
}

func TestWindowsCopiesCarryTheMarks(t *testing.T) {
	const foreign = "Grüße, Δημήτρη! 你好 👩‍👩‍👧‍👦\nsecond line"
	b := Open(Options{Life: time.Second})
	t.Cleanup(b.Close)
	if m := b.Manners(); !m.Marked || !m.Stays {
		t.Fatalf("this is not Windows' clipboard: %+v", m)
	}
	for _, text := range []string{"first", foreign} {
		if err := b.Write(text); err != nil {
			t.Fatal(err)
		}
		if got := pasted(t); got != text {
			t.Errorf("pasted is %q", got)
		}
	}
	for i, name := range marks {
		got := content(t, b.system.(*board).formats[i])
		if len(got) < 4 || [4]byte(got[:4]) != [4]byte{} {
			t.Errorf("%s holds %v", name, got)
		}
	}
	// then it goes, marks and all
	time.Sleep(1500 * time.Millisecond)
	if got := pasted(t); got != "" {
		t.Errorf("after its time the clipboard holds %q", got)
	}
	if got := content(t, b.system.(*board).formats[0]); got != nil {
		t.Errorf("after its time the mark holds %v", got)
	}
}

func TestWindowsForgetsQuicklyAndOnlyItsOwn(t *testing.T) {
	b := Open(Options{Life: time.Second})
	t.Cleanup(b.Close)
	if err := b.Write("ours"); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	Forget()
	if took := time.Since(begun); took > 20*time.Millisecond {
		t.Errorf("forgetting took %v", took)
	}
	if got := pasted(t); got != "" {
		t.Errorf("the clipboard holds %q", got)
	}

	// when another program copies after us
	if err := b.Write("ours"); err != nil {
		t.Fatal(err)
	}
	other, err := native(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.put([]byte("theirs")); err != nil {
		t.Fatal(err)
	}
	Forget()
	time.Sleep(1500 * time.Millisecond)
	b.Close()
	// then its text stays
	if got := pasted(t); got != "theirs" {
		t.Errorf("the clipboard holds %q", got)
	}
	other.clear()
}
