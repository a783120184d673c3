// SPDX-License-Identifier: GPL-3.0-or-later

//go:build darwin && cgo && !ios

package screenguard

/*
#cgo CFLAGS: -x objective-c -fobjc-arc
#cgo LDFLAGS: -framework AppKit
#include <stdint.h>
#import <AppKit/AppKit.h>

static void passerby_set_sharing(uintptr_t window, int kind) {
	((__bridge NSWindow *)(void *)window).sharingType = (NSWindowSharingType)kind;
}

static int passerby_sharing(uintptr_t window) {
	return (int)((__bridge NSWindow *)(void *)window).sharingType;
}
*/
import "C"

var native system = bySharing{appKit{}}

// appKit asks macOS, on the main thread, as all of AppKit must be.
type appKit struct{}

func (appKit) set(window uintptr, kind int) {
	C.passerby_set_sharing(C.uintptr_t(window), C.int(kind))
}

func (appKit) get(window uintptr) int {
	return int(C.passerby_sharing(C.uintptr_t(window)))
}
