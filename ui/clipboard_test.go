// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"passerby/app"
)

// Fyne's window puts its own clipboard, which knows no marks, into each
// shortcut. What is copied must not go there.
func TestCopiesGoThroughTheAppsClipboard(t *testing.T) {
	type board interface {
		fyne.Focusable
		fyne.Shortcutable
	}
	for name, c := range map[string]struct {
		prepare func(t *testing.T) board
		want    string
	}{
		"the draft": {func(t *testing.T) board {
			w, _ := open(t, talkingState(), narrow)
			d := w.screen.(*talkingScreen).composer.draft
			d.SetText("what I write")
			d.TypedShortcut(&fyne.ShortcutSelectAll{})
			return d
		}, "what I write"},
		"an interest": {func(t *testing.T) board {
			w, _ := open(t, ready(), narrow)
			f := w.screen.(*homeScreen).interests.field
			f.SetText("tea")
			f.TypedShortcut(&fyne.ShortcutSelectAll{})
			return f
		}, "tea"},
		"a message": {func(t *testing.T) board {
			w, _ := open(t, talkingState(theirs("what they wrote")), narrow)
			w.screen.do(cmdOlder)
			return w.screen.(*talkingScreen).thread
		}, "what they wrote"},
	} {
		t.Run(name, func(t *testing.T) {
			for shortcut, made := range map[string]func(fyne.Clipboard) fyne.Shortcut{
				"copy": func(c fyne.Clipboard) fyne.Shortcut { return &fyne.ShortcutCopy{Clipboard: c} },
				"cut":  func(c fyne.Clipboard) fyne.Shortcut { return &fyne.ShortcutCut{Clipboard: c} },
			} {
				if name == "a message" && shortcut == "cut" {
					continue // what was said stays said
				}
				from := c.prepare(t)
				windows := test.NewClipboard()
				from.TypedShortcut(made(windows))
				if got := fyne.CurrentApp().Clipboard().Content(); got != c.want {
					t.Errorf("%s: the app's clipboard holds %q", shortcut, got)
				}
				if got := windows.Content(); got != "" {
					t.Errorf("%s: the window's clipboard holds %q", shortcut, got)
				}
			}
		})
	}
}

func TestGuardedShortcuts(t *testing.T) {
	test.NewTempApp(t)
	// Pasting takes from the clipboard that the shortcut has, and not all.
	theirs := test.NewClipboard()
	theirs.SetContent("0123456789")
	paste, ok := guarded(&fyne.ShortcutPaste{Clipboard: theirs, Secondary: true}, 4).(*fyne.ShortcutPaste)
	if !ok || paste.Clipboard.Content() != "0123" || !paste.Secondary {
		t.Errorf("pasting becomes %+v", paste)
	}
	// Others are left alone.
	undo := &fyne.ShortcutUndo{}
	if got := guarded(undo, app.MaxMessage); got != undo {
		t.Errorf("undo becomes %v", got)
	}
}

func TestTheAppsClipboardIsTheMarkedOne(t *testing.T) {
	inner := test.NewTempApp(t)
	a := calmApp{inner}
	// given no window, and so nothing that could mark a copy
	a.Clipboard().SetContent("text")
	// then it is not copied at all
	if got := inner.Clipboard().Content(); got != "" {
		t.Errorf("unmarked is copied %q", got)
	}
	// and pasting is as ever
	inner.Clipboard().SetContent("theirs")
	if got := a.Clipboard().Content(); got != "theirs" {
		t.Errorf("pasted is %q", got)
	}
}
