// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2/test"
)

func TestALanguageIsAnInterest(t *testing.T) {
	// given the first page
	w, _ := open(t, ready(), narrow)
	h := w.screen.(*homeScreen)
	// when a language is chosen from the list
	h.languages()
	s := w.top().(*languagesScreen)
	i := slices.IndexFunc(s.chips, func(b *button) bool { return b.label == "Deutsch" })
	if i < 0 || len(s.chips) < 30 {
		t.Fatalf("%d are offered, Deutsch at %d", len(s.chips), i)
	}
	test.Tap(s.chips[i])
	// then it is an interest, and is not offered again
	if w.top() != screen(h) || !slices.Equal(h.interests.words, []string{"Deutsch"}) {
		t.Fatalf("on top is %T, interests %q", w.top(), h.interests.words)
	}
	h.languages()
	s = w.top().(*languagesScreen)
	if slices.ContainsFunc(s.chips, func(b *button) bool { return b.label == "Deutsch" }) {
		t.Error("offered twice")
	}
	s.escape()
	if len(h.interests.words) != 1 {
		t.Errorf("interests %q", h.interests.words)
	}
}
