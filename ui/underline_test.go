// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"passerby/app/guard"
)

// rulings returns the lines beneath a draft, and the texts that Fyne has drawn
// there, with their places in the window.
func rulings(c *composer) (lines []*canvas.Rectangle, at []fyne.Position, texts []*canvas.Text, where []fyne.Position) {
	origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.draft).Subtract(c.draft.Position())
	dawn := theme.Color(colorDawn)
	walk(c.draft, origin, func(o fyne.CanvasObject, p fyne.Position) {
		switch o := o.(type) {
		case *canvas.Rectangle:
			if o.FillColor == dawn && o.Size().Height == underlineWidth {
				lines, at = append(lines, o), append(at, p)
			}
		case *canvas.Text:
			if o.Text != "" {
				texts, where = append(texts, o), append(where, p)
			}
		}
	})
	return lines, at, texts, where
}

// underlined returns the words above each line, as Fyne has drawn them: what
// lies between the ends of the line in the row above it. It fails where a line
// does not begin and end between two characters.
func underlined(t *testing.T, c *composer) []string {
	t.Helper()
	lines, at, texts, where := rulings(c)
	var all []string
	for i, line := range lines {
		n := slices.IndexFunc(where, func(p fyne.Position) bool {
			_, baseline := fyne.CurrentApp().Driver().RenderedTextSize("M", theme.TextSize(), fyne.TextStyle{}, nil)
			foot := p.Y + baseline
			return at[i].Y > foot && at[i].Y < foot+5
		})
		if n < 0 {
			t.Fatalf("no row lies above the line at %v", at[i])
		}
		measure := regular.measure(theme.TextSize())
		cut := func(x float32) int {
			for k := range texts[n].Text + " " {
				if k > len(texts[n].Text) {
					break
				}
				if d := where[n].X + measure(texts[n].Text[:k]) - x; d > -0.6 && d < 0.6 {
					return k
				}
			}
			t.Errorf("a line at %v begins or ends within a letter of %q", x, texts[n].Text)
			return 0
		}
		all = append(all, texts[n].Text[cut(at[i].X):cut(at[i].X+line.Size().Width)])
	}
	return all
}

func TestTheWordsAreUnderlined(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{withMail, []string{"me@example.org"}},
		{withCard + " ok", []string{"4111 1111 1111 1111"}},
		{"😀👨‍👩‍👧 " + withMail + " or 漢字 4111111111111111.", []string{"me@example.org", "4111111111111111"}},
		{"WWiiWW\n\n\n" + withMail, []string{"me@example.org"}},
		{withAge, nil},
		{harmless, nil},
	} {
		composer, _, l := drafting(t, talkingState(), narrow)
		writes(composer, l, c.text)
		if got := underlined(t, composer); !slices.Equal(got, c.want) {
			t.Errorf("%q: underlined is %q", c.text, got)
		}
	}
}

// Where the words are wrapped so is the line.
func TestUnderlinesWrap(t *testing.T) {
	for words := range 30 {
		c, _, l := drafting(t, talkingState(), narrow)
		writes(c, l, strings.Repeat("ab ", words)+"4111 1111 1111 1111 and me@example.org")
		if got := strings.Join(underlined(t, c), " "); got != "4111 1111 1111 1111 me@example.org" {
			t.Errorf("behind %d words, underlined is %q", words, got)
		}
	}
}

// Scrolled, or in another width, the lines are where the words are.
func TestUnderlinesFollow(t *testing.T) {
	w, _ := open(t, talkingState(), narrow)
	l := &timeline{}
	w.later = l.later
	c := w.screen.(*talkingScreen).composer
	w.keys.focus(c.draft)
	writes(c, l, "first@example.org "+strings.Repeat("a row of words that goes on and on\n", 12)+"last@example.org")

	if got := underlined(t, c); !slices.Equal(got, []string{"last@example.org"}) {
		t.Errorf("at the end, underlined is %q", got)
	}
	c.draft.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1000)})
	if got := underlined(t, c); !slices.Equal(got, []string{"first@example.org"}) {
		t.Errorf("at the start, underlined is %q", got)
	}
	for _, size := range []fyne.Size{wide, narrow, fyne.NewSize(600, 700)} {
		w.win.Resize(size)
		if got := underlined(t, c); len(got) == 0 || got[0] != "first@example.org" && got[0] != "last@example.org" {
			t.Errorf("%v wide, underlined is %q", size.Width, got)
		}
	}
}

// Fyne throws away what draws something hidden, and makes it anew.
func TestUnderlinesAreDrawnAnew(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	writes(c, l, withMail)
	r := c.draft.CreateRenderer()
	if len(r.Objects()) == 0 || c.draft.scroll.Size().IsZero() {
		t.Error("what was drawn anew has no size")
	}
	if n := len(c.draft.lines.shapes.used()); n != 1 {
		t.Errorf("%d lines are drawn", n)
	}
}

// While one writes, marks stay at their words, and go from those that change.
func TestMarksStayAtTheirWords(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	d := c.draft
	writes(c, l, withMail)
	typeAt := func(offset int, text string) []string {
		d.CursorRow, d.CursorColumn = d.rowOf(offset)
		for _, r := range text {
			d.TypedRune(r)
		}
		return underlined(t, c)
	}
	if got := typeAt(0, "😀 do "); !slices.Equal(got, []string{"me@example.org"}) {
		t.Errorf("written before it: %q", got)
	}
	if got := typeAt(utf8.RuneCountInString(d.Text), " soon"); !slices.Equal(got, []string{"me@example.org"}) {
		t.Errorf("written behind it: %q", got)
	}
	if got := typeAt(utf8.RuneCountInString("😀 do write to me@"), "x"); got != nil {
		t.Errorf("written into it: %q", got)
	}
	l.pass(time.Second)
	if got := underlined(t, c); !slices.Equal(got, []string{"me@xexample.org"}) {
		t.Errorf("looked at again: %q", got)
	}
}

func TestMarksOf(t *testing.T) {
	const text = "é 😀 me@example.org x"
	start := strings.Index(text, "me@")
	end := start + len("me@example.org")
	found := []guard.Finding{{Start: start, End: end}, {Start: 0, End: 2}, {Start: start, End: len(text)}}
	want := []marked{{4, 18}, {0, 1}, {4, 20}}
	if got := marksOf(text, found); !slices.Equal(got, want) {
		t.Errorf("marks are %v, want %v", got, want)
	}
}

// However a text changes, a mark that stays is on the same words.
func TestMarksMove(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	fresh := 'a' // no character twice, so that one can tell what has changed
	some := func(n int) []rune {
		s := make([]rune, n)
		for i := range s {
			fresh++
			s[i] = fresh
		}
		return s
	}
	for range 20_000 {
		fresh = 'a'
		before := some(r.IntN(12))
		from := r.IntN(len(before) + 1)
		to := from + r.IntN(len(before)-from+1)
		after := slices.Concat(before[:from], some(r.IntN(4)), before[to:])
		a := r.IntN(len(before) + 1)
		m := marked{a, a + r.IntN(len(before)-a+1)}
		for _, now := range moved([]marked{m}, before, after) {
			if now.from < 0 || now.to > len(after) || !slices.Equal(after[now.from:now.to], before[m.from:m.to]) {
				t.Fatalf("%q to %q: %v became %v", string(before), string(after), m, now)
			}
		}
		if (m.to <= from || m.from >= to) && len(moved([]marked{m}, before, after)) == 0 {
			t.Fatalf("%q to %q: %v is gone", string(before), string(after), fmt.Sprint(m))
		}
	}
}
