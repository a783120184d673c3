// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"image"
	"image/color"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"passerby/app"
	"passerby/app/settings"
)

// arrived opens a first run with a folder of its own.
func arrived(t *testing.T, s app.State, size fyne.Size) (w *window, a *arriving, dir string) {
	t.Helper()
	dir = t.TempDir()
	w, _ = open(t, s, size)
	w.kept = settings.Open(dir)
	w.arrive()
	a, ok := w.top().(*arriving)
	if !ok {
		t.Fatalf("a first run shows %T", w.top())
	}
	return w, a, dir
}

// cardsSeen tells whether the next run in a folder knows that the cards were seen.
func cardsSeen(dir string) bool { return settings.Open(dir).Choices().CardsSeen }

func TestTheCardsAreTurned(t *testing.T) {
	w, a, dir := arrived(t, app.State{}, narrow)
	focused := func() fyne.Focusable { return w.win.Canvas().Focused() }
	if focused() != fyne.Focusable(a.next) || !a.back.Hidden || a.skip.label != cardsSkip {
		t.Fatalf("the keyboard is with %v, there is a way back: %v, the way out is called %q", focused(), !a.back.Hidden, a.skip.label)
	}
	for i, step := range []struct {
		turn func()
		at   int
	}{
		{func() { press(focused(), fyne.KeyLeft) }, 0},
		{func() { press(focused(), fyne.KeyReturn) }, 1},
		{func() { press(focused(), fyne.KeyRight) }, 2},
		{func() { press(focused(), fyne.KeySpace) }, 3},
		{func() { test.Tap(a.back) }, 2},
		{func() { press(a.skip, fyne.KeyLeft) }, 1}, // whatever has the keyboard
		{func() { press(a.skip, fyne.KeyRight) }, 2},
		{func() { test.Tap(a.next) }, 3},
		{func() { w.keys.focus(nil); w.keys.key(&fyne.KeyEvent{Name: fyne.KeyReturn}) }, 4},
		{func() { w.keys.key(&fyne.KeyEvent{Name: fyne.KeyRight}) }, 4}, // does not end it
		{func() { w.keys.key(&fyne.KeyEvent{Name: fyne.KeyLeft}) }, 3},
		{func() { w.keys.key(&fyne.KeyEvent{Name: fyne.KeyRight}) }, 4},
	} {
		step.turn()
		if a.at != step.at || w.top() != screen(a) {
			t.Fatalf("step %d leads to card %d, on top is %T", i, a.at, w.top())
		}
		shown := words(a.object())
		for j, words := range cardsWords {
			if is := slices.Contains(shown, words.title); is != (j == step.at) {
				t.Errorf("step %d: %q is shown: %v", i, words.title, is)
			}
		}
		if got := a.dots.AccessibilityLabel(); got != fmt.Sprintf("Card %d of 5", step.at+1) {
			t.Errorf("step %d: it says %q", i, got)
		}
		if a.back.Hidden != (step.at == 0) || (a.next.label == cardsBegin) != (step.at == 4) {
			t.Errorf("step %d: back %v, next %q", i, !a.back.Hidden, a.next.label)
		}
	}
	if cardsSeen(dir) {
		t.Error("they count as seen before they are put away")
	}
	// Behind the last one lies the program.
	test.Tap(a.next)
	if w.top() != w.screen || focused() != w.screen.first() || !cardsSeen(dir) {
		t.Errorf("on top is %T, the keyboard is with %T, seen %v", w.top(), focused(), cardsSeen(dir))
	}
}

// Going back to the first card by its button does not leave the keyboard with a
// button that is not there.
func TestTheKeyboardStaysOnTheCards(t *testing.T) {
	w, a, _ := arrived(t, app.State{}, narrow)
	press(a.next, fyne.KeyReturn)
	w.keys.focus(a.back)
	press(a.back, fyne.KeyReturn)
	if a.at != 0 || w.win.Canvas().Focused() != fyne.Focusable(a.next) || !a.next.focused {
		t.Errorf("card %d, the keyboard is with %v", a.at, w.win.Canvas().Focused())
	}
}

func TestTheCardsAreSkippedFromEach(t *testing.T) {
	for by, skip := range map[string]func(*window, *arriving){
		"Esc":          func(w *window, _ *arriving) { press(w.win.Canvas().Focused(), fyne.KeyEscape) },
		"Esc anywhere": func(w *window, _ *arriving) { w.keys.focus(nil); w.keys.key(&fyne.KeyEvent{Name: fyne.KeyEscape}) },
		"the button":   func(_ *window, a *arriving) { test.Tap(a.skip) },
		"its key":      func(_ *window, a *arriving) { press(a.skip, fyne.KeyReturn) },
		"Ctrl+L":       func(_ *window, a *arriving) { a.next.TypedShortcut(shortcut(fyne.KeyL)) },
	} {
		for card := range cardsWords {
			w, a, dir := arrived(t, ready(), narrow)
			a.put(card)
			if !a.skip.Visible() {
				t.Errorf("card %d cannot be skipped", card+1)
			}
			skip(w, a)
			if w.top() != w.screen || w.win.Canvas().Focused() != w.screen.first() || w.win.Canvas().Overlays().Top() != nil {
				t.Errorf("%s from card %d: on top is %T", by, card+1, w.top())
			}
			if !cardsSeen(dir) {
				t.Errorf("%s from card %d: they come again", by, card+1)
			}
		}
	}
}

func TestTheCardsComeOnce(t *testing.T) {
	// given a first run in which they were skipped
	w, a, dir := arrived(t, ready(), narrow)
	test.Tap(a.skip)
	w.arrive()
	if w.top() != w.screen {
		t.Errorf("in the same run they come again: %T", w.top())
	}
	// then the second has none
	w, _ = open(t, ready(), narrow)
	w.kept = settings.Open(dir)
	w.arrive()
	if w.top() != w.screen {
		t.Errorf("a second run shows %T", w.top())
	}
	// and a run that was closed over them does not count
	w, _, dir = arrived(t, ready(), narrow)
	w.empty()
	if cardsSeen(dir) {
		t.Error("they count as seen, and were not")
	}
}

// Where Tor could not be started, the reason comes first, and the cards are for
// another time; where it fails beneath them they say so.
func TestTheCardsHideNoFailure(t *testing.T) {
	failed := app.State{Problem: &app.Problem{What: "No Tor was found.", Fatal: true}}
	w, _ := open(t, failed, narrow)
	w.kept = settings.Open(t.TempDir())
	w.arrive()
	if w.top() != w.screen {
		t.Errorf("over the reason lies %T", w.top())
	}
	w, a, _ := arrived(t, app.State{}, narrow)
	w.render(failed, at)
	if w.top() != screen(a) || !strings.Contains(a.news.text, "cannot go on") {
		t.Errorf("on top is %T, it says %q", w.top(), a.news.text)
	}
	test.Tap(a.skip)
	if _, ok := w.top().(*failedScreen); !ok || w.win.Canvas().Focused() != w.screen.first() {
		t.Errorf("behind them is %T", w.top())
	}
}

// While one reads, Tor connects, and the cards say so.
func TestTheCardsTellWhatGoesOnBeneath(t *testing.T) {
	w, a, _ := arrived(t, app.State{}, narrow)
	for _, c := range []struct {
		state app.State
		want  string
	}{
		{app.State{}, "Tor starts"},
		{app.State{Tor: app.Tor{Progress: 45}}, "45 %"},
		{app.State{Tor: app.Tor{Progress: 100}}, "looking for others"},
		{ready(), "connected"},
		{talkingState(theirs("hello")), "conversation goes on"},
	} {
		w.render(c.state, at)
		if !strings.Contains(a.news.text, c.want) || w.top() != screen(a) {
			t.Errorf("it says %q, and not %q", a.news.text, c.want)
		}
	}
}

// They can be looked at again from the help and the settings, over whatever goes
// on, and are put away as before. Then they are no beginning.
func TestTheCardsComeAgainWhenAskedFor(t *testing.T) {
	for from, again := range map[string]func(*window){
		"help": func(w *window) { w.help(); press(w.top().(*helpScreen).again, fyne.KeyReturn) },
		"settings": func(w *window) {
			w.settings()
			walk(w.top().object(), fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
				if b, ok := o.(*button); ok && b.label == cardsAgain {
					test.Tap(b)
				}
			})
		},
	} {
		w, _ := open(t, talkingState(theirs("hello")), narrow)
		again(w)
		a, ok := w.top().(*arriving)
		if !ok {
			t.Fatalf("%s: on top is %T", from, w.top())
		}
		if a.at != 0 || a.skip.label != cardsClose {
			t.Errorf("%s: card %d, the way out is called %q", from, a.at, a.skip.label)
		}
		a.put(len(cardsWords) - 1)
		if a.next.label != cardsDone {
			t.Errorf("%s: the end is called %q", from, a.next.label)
		}
		press(a.next, fyne.KeyReturn)
		if _, back := w.top().(*arriving); back || w.top() == w.screen {
			t.Errorf("%s: it leads to %T", from, w.top())
		}
	}
}

// The last card leads to what a careful person does, and from there back.
func TestTheLastCardLeadsToTheHelp(t *testing.T) {
	w, a, _ := arrived(t, ready(), narrow)
	a.put(len(cardsWords) - 1)
	w.keys.focus(a.more)
	press(a.more, fyne.KeyReturn)
	h, ok := w.top().(*helpScreen)
	if !ok {
		t.Fatalf("on top is %T", w.top())
	}
	i := slices.IndexFunc(h.links, func(b *button) bool { return b.label == carefulHeading })
	if i < 0 {
		t.Fatalf("the help has no section %q", carefulHeading)
	}
	if y := h.page.place(h.cards[i]) - h.page.scroll.Offset.Y; y < 0 || y > 4*unit {
		t.Errorf("the section is at %v", y)
	}
	press(w.win.Canvas().Focused(), fyne.KeyEscape)
	if w.top() != screen(a) || a.at != len(cardsWords)-1 || w.win.Canvas().Focused() != fyne.Focusable(a.more) {
		t.Errorf("back is %T, card %d, the keyboard with %v", w.top(), a.at+1, w.win.Canvas().Focused())
	}
}

// All of every card is seen at once, at every size, and nothing moves when one
// is turned.
func TestTheCardsFit(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(minWidth, minHeight), narrow, wide, fyne.NewSize(1600, 1000), fyne.NewSize(1600, minHeight)} {
		w, a, _ := arrived(t, app.State{Tor: app.Tor{Progress: 45}}, size)
		var end float32
		for i := range cardsWords {
			a.put(i)
			if a.page.frame.height > size.Height {
				t.Errorf("%v: card %d is %v high", size, i+1, a.page.frame.height)
			}
			walk(w.over[0].cover, fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
				text, ok := o.(*canvas.Text)
				if ok && (at.X < 0 || at.X+text.MinSize().Width > size.Width || at.Y < 0 || at.Y+text.MinSize().Height > size.Height) {
					t.Errorf("%v, card %d: %q at %v is not in the window", size, i+1, text.Text, at)
				}
			})
			below := a.page.place(a.next)
			if end == 0 {
				end = below
			}
			if below != end {
				t.Errorf("%v: the button is at %v on card %d, and at %v on the first", size, below, i+1, end)
			}
			if at := a.page.place(a.next) + a.next.Size().Height; at > size.Height {
				t.Errorf("%v: the button ends at %v", size, at)
			}
		}
	}
}

// Each picture is drawn in the colours of the theme, by day and by night, and
// shows something; none has a word in it.
func TestEveryCardHasAPicture(t *testing.T) {
	useApp(t)
	t.Cleanup(func() { fyne.CurrentApp().Settings().SetTheme(dusk{}) })
	drawn := make(map[string]bool)
	for _, v := range []fyne.ThemeVariant{theme.VariantDark, theme.VariantLight} {
		fyne.CurrentApp().Settings().SetTheme(only{dusk{}, v})
		w, a, _ := arrived(t, app.State{}, narrow)
		for i := range cardsWords {
			a.put(i)
			r := scene(i)
			if drawn[r.Name()] {
				t.Errorf("card %d has the name of another: %s", i+1, r.Name())
			}
			drawn[r.Name()] = true
			if strings.Contains(string(r.Content()), "<text") {
				t.Errorf("card %d has words in its picture", i+1)
			}
			if n := colours(w.win.Canvas().Capture(), a.views[i]); n < 4 {
				t.Errorf("the picture of card %d has %d colours", i+1, n)
			}
		}
	}
}

// colours counts the colours that cover more than a speck of an object.
func colours(picture image.Image, o fyne.CanvasObject) (n int) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	count := make(map[color.Color]int)
	for y := int(at.Y); y < int(at.Y+o.Size().Height); y++ {
		for x := int(at.X); x < int(at.X+o.Size().Width); x++ {
			count[picture.At(x, y)]++
		}
	}
	for _, dots := range count {
		if dots > 40 {
			n++
		}
	}
	return n
}

// The mark on the first card moves gently, and only there, and not where the
// person asked for less movement or looks elsewhere.
func TestTheMarkMovesOnTheFirstCardAlone(t *testing.T) {
	w, a, _ := arrived(t, app.State{}, narrow)
	moves := func() bool { return a.views[0].mark.animation != nil }
	check := func(when string, want bool) {
		t.Helper()
		if moves() != want {
			t.Errorf("%s it moves: %v", when, moves())
		}
	}
	check("at first", mayMove())
	w.front(false)
	check("while another window is in front", false)
	w.front(true)
	check("again", mayMove())
	a.put(1)
	check("on the second card", false)
	w.front(true)
	check("on the second card, in front", false)
	a.put(0)
	check("back on the first", mayMove())
	a.end()
	check("after the end", false)
	for i, p := range a.views[1:] {
		if p.mark != nil {
			t.Errorf("card %d moves", i+2)
		}
	}
	if !mayMove() {
		t.Error("nothing was seen to move: the test's app allows no movement")
	}
}

// Where the folder cannot be written the program goes on, and says so in the
// settings.
func TestWhereTheCardsCannotBeKeptAsSeen(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	w.kept = settings.Open(filepath.Join(t.TempDir(), "nowhere"))
	w.arrive()
	press(w.win.Canvas().Focused(), fyne.KeyEscape)
	if w.top() != w.screen {
		t.Fatalf("on top is %T", w.top())
	}
	w.settings()
	if s := shownSettings(w); s.problem.Hidden || !strings.Contains(s.problem.what.text, "cannot be kept") {
		t.Errorf("the settings say %q", words(s.object()))
	}
}
