// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"syscall"
	"unsafe"
)

// lastWord is all that a fault shows.
const lastWord = "passerby: a fault in the program ended it. What the fault was is not shown, because it could show what was said.\n"

// overrideWrite is what Go's runtime calls, where it is set, instead of writing
// to a descriptor: its own texts to descriptor 2, and wake-ups to its poller.
// The runtime keeps it for programs (go.dev/issue/67401). If a later Go does
// not, the word is missing, and nothing else: descriptor 2 leads nowhere
// without it.
//
//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

var (
	lastWordTo uintptr // descriptor
	lastSaid   bool
)

// leaveWord has the runtime's first text to descriptor 2, which is that of a
// fault, answered by lastWord on descriptor to.
func leaveWord(to int) {
	lastWordTo = uintptr(to)
	overrideWrite = writeWord
}

// writeWord writes as the runtime does, except to descriptor 2. It runs
// wherever the runtime does, also on a signal's stack, with the world stopped
// or without a goroutine: it must not grow the stack, allocate, or be seen by
// the race detector. The runtime lets only one thread report a fault.
//
//go:nosplit
//go:norace
func writeWord(fd uintptr, p unsafe.Pointer, n int32) int32 {
	if fd == 2 {
		if !lastSaid {
			lastSaid = true
			_, _, _ = syscall.RawSyscall(syscall.SYS_WRITE, lastWordTo, uintptr(unsafe.Pointer(unsafe.StringData(lastWord))), uintptr(len(lastWord)))
		}
		return n
	}
	written, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(p), uintptr(n))
	if errno != 0 {
		return -int32(errno)
	}
	return int32(written)
}
