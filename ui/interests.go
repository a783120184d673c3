// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"passerby/app"
)

// interests lets a person name up to app.MaxInterests interests. It holds a
// draft: what is searched for is in the State.
type interests struct {
	*fyne.Container
	words   []string
	field   *field
	keys    *keys
	changed func()
}

// newInterests shows words. It calls changed when its height may have changed,
// and submit when Enter is pressed with nothing typed.
func newInterests(k *keys, words []string, changed, submit func()) *interests {
	in := &interests{words: words, keys: k, changed: changed}
	in.field = newField(k, app.MaxInterest)
	in.field.enter = func() {
		if !in.take() {
			submit()
		}
	}
	in.field.comma = func() { in.take() }
	in.field.erase = func() {
		if n := len(in.words); n > 0 {
			in.remove(in.words[n-1])
		}
	}
	in.Container = &fyne.Container{Layout: wrapped{unit}}
	in.show()
	return in
}

// take makes what is typed an interest and tells whether anything was typed.
func (in *interests) take() bool {
	typed := in.field.Text
	in.field.SetText("")
	in.add(typed)
	return strings.TrimSpace(typed) != ""
}

// add makes a word an interest, where it can be one.
func (in *interests) add(typed string) {
	if word := addable(in.words, typed); word != "" {
		in.words = append(slices.Clone(in.words), word)
		in.show()
		in.changed()
	}
}

func (in *interests) remove(word string) {
	in.words = slices.DeleteFunc(slices.Clone(in.words), func(w string) bool { return w == word })
	in.show()
	in.changed()
	in.keys.focus(in.field)
}

func (in *interests) show() {
	in.Objects = nil
	for _, w := range in.words {
		in.Objects = append(in.Objects, newButton(in.keys, w+"  ×", chip, func() { in.remove(w) }))
	}
	if len(in.words) == 0 {
		in.field.SetPlaceHolder(placeFirst)
	} else {
		in.field.SetPlaceHolder(placeNext)
	}
	in.field.Hidden = len(in.words) >= app.MaxInterests
	in.Objects = append(in.Objects, in.field)
	if in.field.Hidden && in.field.focused {
		in.keys.focus(nil)
	}
}

// addable returns what typed adds to words: a plain, trimmed, shortened word,
// or "" where it is empty, known, or one too many.
func addable(words []string, typed string) string {
	word := strings.Join(strings.Fields(app.Plain(typed)), " ")
	if utf8.RuneCountInString(word) > app.MaxInterest {
		word = strings.TrimSpace(string([]rune(word)[:app.MaxInterest]))
	}
	known := func(w string) bool { return strings.EqualFold(w, word) }
	if word == "" || len(words) >= app.MaxInterests || slices.ContainsFunc(words, known) {
		return ""
	}
	return word
}

// field is a line in which something short is typed. What is nil of comma and
// erase, which are asked about a comma and about Backspace with nothing typed,
// means nothing.
type field struct {
	widget.Entry
	keys                *keys
	limit               int // in characters
	enter, comma, erase func()
	focused             bool
}

func newField(k *keys, limit int) *field {
	f := &field{keys: k, limit: limit}
	f.ExtendBaseWidget(f)
	f.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	return f
}

func (f *field) MinSize() fyne.Size {
	return fyne.NewSize(22*unit, f.Entry.MinSize().Height)
}

func (f *field) FocusGained() { f.focused = true; f.Entry.FocusGained(); f.keys.gained(f) }
func (f *field) FocusLost()   { f.focused = false; f.Entry.FocusLost() }

func (f *field) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter:
		f.enter()
	case e.Name == fyne.KeyEscape || e.Name == fyne.KeyF1 || e.Name == pictureKey:
		f.keys.key(e)
	case e.Name == fyne.KeyBackspace && f.Text == "" && f.erase != nil:
		f.erase()
	default:
		f.Entry.TypedKey(e)
	}
}

func (f *field) TypedRune(r rune) {
	if r == ',' && f.comma != nil {
		f.comma()
		return
	}
	if utf8.RuneCountInString(f.Text) < f.limit || f.SelectedText() != "" {
		f.Entry.TypedRune(r)
	}
}

func (f *field) TypedShortcut(s fyne.Shortcut) {
	if commandFor(s) != noCommand {
		f.keys.shortcut(s)
		return
	}
	f.Entry.TypedShortcut(guarded(s, f.limit-utf8.RuneCountInString(f.Text)))
}
