// SPDX-License-Identifier: GPL-3.0-or-later

package clipboard

import (
	"fmt"
	"runtime"
	"time"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")

	openClipboard              = user32.NewProc("OpenClipboard")
	closeClipboard             = user32.NewProc("CloseClipboard")
	emptyClipboard             = user32.NewProc("EmptyClipboard")
	setClipboardData           = user32.NewProc("SetClipboardData")
	getClipboardOwner          = user32.NewProc("GetClipboardOwner")
	getClipboardSequenceNumber = user32.NewProc("GetClipboardSequenceNumber")
	registerClipboardFormat    = user32.NewProc("RegisterClipboardFormatW")

	globalAlloc  = kernel32.NewProc("GlobalAlloc")
	globalFree   = kernel32.NewProc("GlobalFree")
	globalLock   = kernel32.NewProc("GlobalLock")
	globalUnlock = kernel32.NewProc("GlobalUnlock")
)

const (
	cfUnicodeText = 13     // CF_UNICODETEXT: UTF-16 that ends with a zero
	gmemMoveable  = 0x0002 // GMEM_MOVEABLE, as SetClipboardData wants it
)

// marks are the registered formats that ask for a copy not to be kept. Each
// holds a DWORD of zero, which the first takes for any content, and to the
// others says no.
var marks = []string{
	"ExcludeClipboardContentFromMonitorProcessing",
	"CanIncludeInClipboardHistory",
	"CanUploadToCloudClipboard",
	"Clipboard Viewer Ignore",
}

// ask calls a function of which the result alone matters.
func ask(p *windows.LazyProc, args ...uintptr) uintptr {
	result, _, _ := p.Call(args...)
	return result
}

// board is the clipboard of the window station.
type board struct {
	window   uintptr
	formats  []uintptr
	sequence uintptr // after our last copy; 0 for none of ours
}

func native(o Options) (system, error) {
	b := &board{window: o.Window}
	for _, name := range marks {
		wide, err := windows.UTF16PtrFromString(name)
		if err != nil {
			return nil, err
		}
		format, _, err := registerClipboardFormat.Call(uintptr(unsafe.Pointer(wide)))
		if format == 0 {
			return nil, fmt.Errorf("the format %s is not registered: %w", name, err)
		}
		b.formats = append(b.formats, format)
	}
	return b, nil
}

// opened opens the clipboard, which one thread on the desktop at a time can,
// for a window. The caller stays on its thread until it has closed it.
func opened(window uintptr) error {
	const tries, pause = 8, 2 * time.Millisecond
	var err error
	for range tries {
		var ok uintptr
		if ok, _, err = openClipboard.Call(window); ok != 0 {
			return nil
		}
		time.Sleep(pause)
	}
	return fmt.Errorf("another program holds the clipboard: try again: %w", err)
}

func (b *board) put(text []byte) error {
	defer clear(text)
	b.sequence = 0
	wide := make([]uint16, 0, len(text)+1) // never grows, which would leave copies
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		wide = utf16.AppendRune(wide, r)
		rest = rest[size:]
	}
	wide = append(wide, 0)
	defer clear(wide)

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := opened(b.window); err != nil {
		return err
	}
	err := b.fill(wide)
	if err != nil {
		ask(emptyClipboard)
	}
	ask(closeClipboard)
	if err != nil {
		return err
	}
	b.sequence = ask(getClipboardSequenceNumber)
	if ask(getClipboardOwner) != b.window {
		b.sequence = 0 // another program was as quick, and its text is not ours
	}
	return nil
}

// fill puts everything on the clipboard, which is open.
func (b *board) fill(wide []uint16) error {
	if ok, _, err := emptyClipboard.Call(); ok == 0 {
		return fmt.Errorf("the clipboard cannot be emptied: %w", err)
	}
	// The marks come first, for whoever watches the clipboard.
	for _, format := range b.formats {
		if err := give(format, make([]byte, 4)); err != nil {
			return err
		}
	}
	return give(cfUnicodeText, unsafe.Slice((*byte)(unsafe.Pointer(&wide[0])), 2*len(wide)))
}

// give hands the system a copy of content in a format.
func give(format uintptr, content []byte) error {
	memory, _, err := globalAlloc.Call(gmemMoveable, uintptr(len(content)))
	if memory == 0 {
		return fmt.Errorf("no memory to copy into: %w", err)
	}
	// The system's own address of the memory, which Go's collector must not
	// take for one of its own.
	at, _, err := globalLock.Call(memory)
	if at == 0 {
		ask(globalFree, memory)
		return fmt.Errorf("no memory to copy into: %w", err)
	}
	target := unsafe.Slice(*(**byte)(unsafe.Pointer(&at)), len(content))
	copy(target, content)
	ask(globalUnlock, memory)
	if ok, _, err := setClipboardData.Call(format, memory); ok == 0 {
		ask(globalFree, memory)
		return fmt.Errorf("the system does not take the copy: %w", err)
	}
	return nil // the memory is the system's now
}

func (b *board) clear() {
	if b.sequence == 0 || ask(getClipboardSequenceNumber) != b.sequence {
		b.sequence = 0
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if opened(0) != nil { // for no window: ours may be gone
		return // and the end of the program tries again
	}
	defer ask(closeClipboard)
	// Nobody can change it while it is open here.
	if ask(getClipboardSequenceNumber) == b.sequence {
		ask(emptyClipboard)
	}
	b.sequence = 0
}

func (b *board) close() {}

func (b *board) manners() Manners { return Manners{Marked: true, Stays: true} }
