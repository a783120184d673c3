// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"passerby/app"
)

// compose opens a conversation and returns its composer.
func compose(t *testing.T) (*composer, *fake) {
	t.Helper()
	w, f := open(t, talkingState(), narrow)
	return w.screen.(*talkingScreen).composer, f
}

func TestEnterSends(t *testing.T) {
	c, f := compose(t)
	test.Type(c.draft, "  Good evening. ")
	press(c.draft, fyne.KeyReturn)

	if len(f.sent) != 1 || f.sent[0] != "Good evening." {
		t.Errorf("sent %q", f.sent)
	}
	if c.draft.Text != "" {
		t.Errorf("%q is left", c.draft.Text)
	}
}

func TestShiftEnterBreaksTheLine(t *testing.T) {
	for _, shift := range []fyne.KeyName{desktop.KeyShiftLeft, desktop.KeyShiftRight} {
		c, f := compose(t)
		test.Type(c.draft, "a")
		c.draft.KeyDown(&fyne.KeyEvent{Name: shift})
		press(c.draft, fyne.KeyReturn)
		c.draft.KeyUp(&fyne.KeyEvent{Name: shift})
		test.Type(c.draft, "b")
		if c.draft.Text != "a\nb" || f.sent != nil {
			t.Errorf("%s: draft is %q, sent %q", shift, c.draft.Text, f.sent)
		}
		press(c.draft, fyne.KeyEnter)
		if len(f.sent) != 1 || f.sent[0] != "a\nb" {
			t.Errorf("%s: sent %q", shift, f.sent)
		}
	}
}

// Shift may be let go in another window.
func TestShiftIsForgottenWithTheFocus(t *testing.T) {
	c, f := compose(t)
	test.Type(c.draft, "a")
	c.draft.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	c.draft.FocusLost()
	c.draft.FocusGained()
	press(c.draft, fyne.KeyReturn)
	if len(f.sent) != 1 {
		t.Errorf("sent %q", f.sent)
	}
}

func TestNothingIsNotSent(t *testing.T) {
	c, f := compose(t)
	for _, text := range []string{"", "   ", "\n\n", "\u200b\u202e"} {
		c.draft.SetText(text)
		press(c.draft, fyne.KeyReturn)
	}
	if f.sent != nil {
		t.Errorf("sent %q", f.sent)
	}
}

func TestWhatWasNotSentStays(t *testing.T) {
	c, f := compose(t)
	f.err = errors.New("the line is full")
	test.Type(c.draft, "hello")
	press(c.draft, fyne.KeyReturn)
	if c.draft.Text != "hello" || !strings.Contains(c.hint.text, "the line is full") {
		t.Errorf("draft is %q, hint is %q", c.draft.Text, c.hint.text)
	}
	test.Type(c.draft, "!")
	if c.hint.text != hintSend {
		t.Errorf("the hint stays: %q", c.hint.text)
	}
}

func TestLimitShowsOnlyWhenNear(t *testing.T) {
	for _, c := range []struct {
		length int
		want   string
	}{
		{0, ""}, {app.MaxMessage - nearFull - 1, ""},
		{app.MaxMessage - nearFull, "200 characters left"},
		{app.MaxMessage, "This is as long as a message can be."},
	} {
		composer, _ := compose(t)
		composer.draft.SetText(strings.Repeat("ä", c.length))
		if got := composer.count.text; got != c.want {
			t.Errorf("%d: %q", c.length, got)
		}
	}
}

func TestNoMoreThanTheLimitFits(t *testing.T) {
	c, _ := compose(t)
	c.draft.SetText(strings.Repeat("ä", app.MaxMessage-3))

	// pasting, however much
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent(strings.Repeat("я", 5_000_000))
	c.draft.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if n := utf8.RuneCountInString(c.draft.Text); n != app.MaxMessage {
		t.Errorf("%d characters after pasting", n)
	}
	// and typing
	test.Type(c.draft, "more")
	if n := utf8.RuneCountInString(c.draft.Text); n != app.MaxMessage {
		t.Errorf("%d characters after typing", n)
	}
}

func TestPastedControlsAreDropped(t *testing.T) {
	c, _ := compose(t)
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent("a\u202eb\x1b[0m")
	c.draft.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if c.draft.Text != "ab[0m" {
		t.Errorf("pasted %+q", c.draft.Text)
	}
}

func TestComposerGrowsToSixRows(t *testing.T) {
	c, _ := compose(t)
	one := c.draft.MinSize().Height
	heights := []float32{}
	for _, text := range []string{"a\nb", "a\nb\nc\nd\ne\nf", strings.Repeat("a\n", 40)} {
		c.draft.SetText(text)
		heights = append(heights, c.draft.MinSize().Height)
	}
	if !(one < heights[0] && heights[0] < heights[1] && heights[1] == heights[2]) {
		t.Errorf("heights are %v, then %v", one, heights)
	}
	c.draft.SetText(strings.Repeat("words that wrap ", 10))
	if got := c.draft.MinSize().Height; got <= one {
		t.Errorf("a wrapped line is %v tall, one is %v", got, one)
	}
	c.clear()
	if got := c.draft.MinSize().Height; got != one {
		t.Errorf("empty it is %v tall, want %v", got, one)
	}
}

func TestNothingCanBeUndoneAfterSending(t *testing.T) {
	c, _ := compose(t)
	test.Type(c.draft, "secret")
	press(c.draft, fyne.KeyReturn)
	c.draft.TypedShortcut(&fyne.ShortcutUndo{})
	if c.draft.Text != "" {
		t.Errorf("%q came back", c.draft.Text)
	}
}

func TestTabLeavesTheComposer(t *testing.T) {
	c, _ := compose(t)
	if c.draft.AcceptsTab() {
		t.Error("Tab is written and does not move on")
	}
}
