// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"passerby/app"
)

func TestAddable(t *testing.T) {
	full := []string{"a", "b", "c", "d"}
	for _, c := range []struct {
		name  string
		words []string
		typed string
		want  string
	}{
		{"a word", nil, "tea", "tea"},
		{"spaces around and inside", nil, "  night \t trains ", "night trains"},
		{"nothing", nil, "   ", ""},
		{"known, in other letters", []string{"Tea"}, "tEA", ""},
		{"one too many", full, "e", ""},
		{"too long", nil, strings.Repeat("ö", 40), strings.Repeat("ö", app.MaxInterest)},
		{"controls", nil, "t\u202ee\u200ba", "tea"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := addable(c.words, c.typed); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestInterestsByKeyboard(t *testing.T) {
	w, f := open(t, ready(), narrow)
	in := w.screen.(*homeScreen).interests

	// Enter and comma each end a word.
	test.Type(in.field, "tea")
	press(in.field, fyne.KeyReturn)
	test.Type(in.field, "chess,")
	if want := []string{"tea", "chess"}; !slices.Equal(in.words, want) {
		t.Fatalf("interests are %q, want %q", in.words, want)
	}
	// Backspace in an empty field takes the last one back.
	press(in.field, fyne.KeyBackspace)
	if want := []string{"tea"}; !slices.Equal(in.words, want) {
		t.Fatalf("interests are %q, want %q", in.words, want)
	}
	// Enter in an empty field looks for a stranger.
	press(in.field, fyne.KeyReturn)
	if !slices.Equal(f.found, []string{"tea"}) {
		t.Errorf("looked for %q", f.found)
	}
}

func TestChipsAreRemoved(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	in := w.screen.(*homeScreen).interests
	for _, word := range []string{"a,", "b,", "c,", "d,"} {
		test.Type(in.field, word)
	}
	if in.field.Visible() {
		t.Error("a fifth interest can be typed")
	}
	press(in.Objects[1].(*button), fyne.KeySpace)
	if want := []string{"a", "c", "d"}; !slices.Equal(in.words, want) || !in.field.Visible() {
		t.Errorf("interests are %q, want %q", in.words, want)
	}
}

func TestInterestIsShort(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	in := w.screen.(*homeScreen).interests
	test.Type(in.field, strings.Repeat("x", 100))
	fyne.CurrentApp().Clipboard().SetContent(strings.Repeat("y", 1000))
	in.field.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	if n := utf8.RuneCountInString(in.field.Text); n != app.MaxInterest {
		t.Errorf("%d characters were taken", n)
	}
}
