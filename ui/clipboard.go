// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"passerby/app"
	"passerby/ui/clipboard"
)

// openClipboard opens the clipboard that belongs to a window that is there. do
// runs what belongs on Fyne's goroutine, as long as there is one.
func openClipboard(win fyne.Window, plain fyne.Clipboard, do func(func())) *clipboard.Board {
	o := clipboard.Options{Plain: plain, Do: do}
	if n, ok := win.(driver.NativeWindow); ok {
		n.RunNative(func(context any) {
			switch c := context.(type) {
			case driver.X11WindowContext:
				o.X11 = true
			case driver.WindowsWindowContext:
				o.Window = c.HWND
			}
		})
	}
	return clipboard.Open(o)
}

// markedClipboard is Fyne's clipboard, but what is copied to it asks not to be
// kept, and is taken back after a while.
type markedClipboard struct{ fyne.Clipboard }

// SetContent copies. Fyne has no way to tell that it failed; then the
// clipboard holds nothing of ours.
func (markedClipboard) SetContent(text string) { _ = clipboard.Write(text) }

// guarded returns a shortcut of an entry with a clipboard of ours in place of
// the one that Fyne's window put in: copies are marked, and at most room
// characters are pasted.
func guarded(s fyne.Shortcut, room int) fyne.Shortcut {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		return &fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard(), Secondary: s.Secondary}
	case *fyne.ShortcutCut:
		return &fyne.ShortcutCut{Clipboard: fyne.CurrentApp().Clipboard(), Secondary: s.Secondary}
	case *fyne.ShortcutPaste:
		return &fyne.ShortcutPaste{Clipboard: shortClipboard{s.Clipboard, room}, Secondary: s.Secondary}
	}
	return s
}

// shortClipboard gives at most limit characters of a clipboard, made plain.
// Fyne would otherwise wrap and draw whatever another program put there, be it
// a hundred megabytes.
type shortClipboard struct {
	fyne.Clipboard
	limit int
}

func (c shortClipboard) Content() string {
	const longest = 16 // bytes in one character, marks and all, and then some
	text := c.Clipboard.Content()
	if most := max(c.limit, 0) * longest; len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	text = app.Plain(text)
	if r := []rune(text); len(r) > c.limit {
		text = string(r[:max(c.limit, 0)])
	}
	return text
}
