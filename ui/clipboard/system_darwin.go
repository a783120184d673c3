// SPDX-License-Identifier: GPL-3.0-or-later

//go:build darwin && cgo && !ios

package clipboard

/*
#cgo CFLAGS: -x objective-c -fobjc-arc
#cgo LDFLAGS: -framework AppKit
#import <AppKit/AppKit.h>

// passerby_put puts UTF-8 on the pasteboard, with its marks, for this device
// alone, and returns the pasteboard's change count, or -1.
static long passerby_put(const char *text, long length) {
	@autoreleasepool {
		NSString *string = [[NSString alloc] initWithBytes:text length:length encoding:NSUTF8StringEncoding];
		if (string == nil) {
			return -1;
		}
		NSPasteboardItem *item = [[NSPasteboardItem alloc] init];
		[item setString:string forType:NSPasteboardTypeString];
		[item setData:[NSData data] forType:@"org.nspasteboard.ConcealedType"];
		[item setData:[NSData data] forType:@"org.nspasteboard.TransientType"];
		NSPasteboard *board = [NSPasteboard generalPasteboard];
		[board prepareForNewContentsWithOptions:NSPasteboardContentsCurrentHostOnly];
		return [board writeObjects:@[item]] ? board.changeCount : -1;
	}
}

// passerby_clear empties the pasteboard if its change count is still this one.
static void passerby_clear(long count) {
	@autoreleasepool {
		NSPasteboard *board = [NSPasteboard generalPasteboard];
		if (board.changeCount == count) {
			[board clearContents];
		}
	}
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

// pasteboard is NSPasteboard's general one.
type pasteboard struct {
	count C.long // the change count of our last copy; -1 for none
}

func native(Options) (system, error) { return &pasteboard{-1}, nil }

func (p *pasteboard) put(text []byte) error {
	defer clear(text)
	p.count = C.passerby_put((*C.char)(unsafe.Pointer(&text[0])), C.long(len(text)))
	if p.count < 0 {
		return errors.New("macOS does not take the copy")
	}
	return nil
}

func (p *pasteboard) clear() {
	if p.count >= 0 {
		C.passerby_clear(p.count)
	}
	p.count = -1
}

func (p *pasteboard) close() {}

func (p *pasteboard) manners() Manners { return Manners{Marked: true, Stays: true} }
