// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

// timeline is time that passes when a test says so.
type timeline struct {
	now  time.Duration
	todo []errand
}

type errand struct {
	at time.Duration
	do func()
}

func (l *timeline) later(d time.Duration, f func()) { l.todo = append(l.todo, errand{l.now + d, f}) }

// pass lets time pass, and what is due happen.
func (l *timeline) pass(d time.Duration) {
	end := l.now + d
	for {
		next := -1
		for i, e := range l.todo {
			if e.at <= end && (next < 0 || e.at < l.todo[next].at) {
				next = i
			}
		}
		if next < 0 {
			l.now = end
			return
		}
		e := l.todo[next]
		l.todo = slices.Delete(l.todo, next, next+1)
		l.now = max(l.now, e.at)
		e.do()
	}
}

// drafting opens a conversation, in which time stands still, to write in.
func drafting(t testing.TB, s app.State, size fyne.Size) (*composer, *fake, *timeline) {
	t.Helper()
	w, f := open(t, s, size)
	l := &timeline{}
	w.later = l.later
	c := w.screen.(*talkingScreen).composer
	w.keys.focus(c.draft)
	return c, f, l
}

// writes types a text and waits until the guard has said what it has to say.
func writes(c *composer, l *timeline, text string) {
	test.Type(c.draft, text)
	l.pass(time.Second)
}

const (
	withMail = "write to me@example.org"
	withCard = "my card is 4111 1111 1111 1111"
	withAge  = "im 19 and bored"
	harmless = "I like night trains"
)

func TestWhatIsGivenAwayIsNamed(t *testing.T) {
	for text, name := range map[string]string{withMail: "An email address", withCard: "A card number"} {
		// given a conversation
		c, _, l := drafting(t, talkingState(), narrow)

		// when something is written that leads to the writer
		writes(c, l, text)

		// then a line beneath names it and says why it matters
		said := strings.Join(words(c.line.Container), " ")
		if !c.line.Visible() || c.line.name.text != name || c.line.why.text == "" || !strings.Contains(said, "I meant it") {
			t.Errorf("%q: the line says %q", text, said)
		}
		// and nothing lies over the window
		if over := fyne.CurrentApp().Driver().CanvasForObject(c.draft).Overlays().List(); len(over) > 0 {
			t.Errorf("%q: %d things lie over the window", text, len(over))
		}
	}
}

func TestOfTwoTheWorseIsNamed(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	writes(c, l, withMail+", "+withCard)
	if c.line.name.text != "A card number" || len(c.draft.marks) != 2 {
		t.Errorf("named is %q, and %d marked", c.line.name.text, len(c.draft.marks))
	}
}

func TestNothingIsSaidOfHarmlessWords(t *testing.T) {
	c, f, l := drafting(t, talkingState(), narrow)
	writes(c, l, harmless)
	press(c.draft, fyne.KeyReturn)
	if c.line.Visible() || c.hint.text != hintSend || !slices.Equal(f.asked, []string{"send"}) {
		t.Errorf("line %v, hint %q, asked %q", c.line.Visible(), c.hint.text, f.asked)
	}
}

// The guard reads when one pauses, and not at each key.
func TestTheGuardWaitsForAPause(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	var read []string
	advise := c.advise
	c.advise = func(s string) app.Advice { read = append(read, s); return advise(s) }

	for _, r := range withMail {
		c.draft.TypedRune(r)
		l.pass(pause - time.Millisecond)
	}
	if read != nil || c.line.Visible() {
		t.Fatalf("read %q while it was written", read)
	}
	l.pass(time.Millisecond)
	if !slices.Equal(read, []string{withMail}) || !c.line.Visible() {
		t.Errorf("read %q", read)
	}
}

// A stranger who writes without end keeps the guard from nothing.
func TestTheGuardReadsWhateverTheStrangerDoes(t *testing.T) {
	w, _ := open(t, talkingState(), narrow)
	l := &timeline{}
	w.later = l.later
	c := w.screen.(*talkingScreen).composer
	test.Type(c.draft, withMail)
	for n := range 10 {
		w.render(talkingState(many(n)...), at)
		l.pass(frameTime)
	}
	if !c.line.Visible() {
		t.Error("the guard has not read what is written")
	}
}

func TestMeantIsSilenced(t *testing.T) {
	c, f, l := drafting(t, talkingState(), narrow)
	writes(c, l, withMail)

	test.Tap(c.line.meant)
	l.pass(time.Second)

	if !slices.Equal(f.asked, []string{"silence email"}) || c.line.Visible() {
		t.Errorf("asked %q, line %v", f.asked, c.line.Visible())
	}
	if got := fyne.CurrentApp().Driver().CanvasForObject(c.draft).Focused(); got != fyne.Focusable(c.draft) {
		t.Errorf("the keyboard is with %T", got)
	}
	if c.draft.Text != withMail {
		t.Errorf("written is %q", c.draft.Text)
	}
}

// What the program says of silence is heeded, and the next finding is named.
func TestWhatIsSilencedIsNotNamed(t *testing.T) {
	w, _ := open(t, talkingState(), narrow)
	l := &timeline{}
	w.later = l.later
	c := w.screen.(*talkingScreen).composer
	writes(c, l, withMail+", "+withCard)

	s := talkingState()
	s.Conversation.Quiet = []guard.Category{guard.Card}
	w.render(s, at)
	if c.line.name.text != "An email address" {
		t.Errorf("the line names %q", c.line.name.text)
	}
	s = talkingState()
	s.Conversation.Quiet = []guard.Category{guard.Card, guard.Email}
	w.render(s, at)
	if c.line.Visible() || len(c.draft.marks) != 2 {
		t.Errorf("the line names %q, %d are marked", c.line.name.text, len(c.draft.marks))
	}
}

// Each category is spoken of once: with the draft that it was shown for.
func TestWarnedOnce(t *testing.T) {
	for name, end := range map[string]func(*composer){
		"sent": func(c *composer) { press(c.draft, fyne.KeyReturn) },
		"emptied": func(c *composer) {
			c.draft.TypedShortcut(&fyne.ShortcutSelectAll{})
			press(c.draft, fyne.KeyBackspace)
		},
	} {
		for text, category := range map[string]string{withMail: "email", withAge: "age"} {
			t.Run(name+"/"+category, func(t *testing.T) {
				c, f, l := drafting(t, talkingState(), narrow)
				writes(c, l, text)
				if f.asked != nil {
					t.Fatalf("asked %q while it is written", f.asked)
				}
				end(c)
				if !slices.Contains(f.asked, "silence "+category) || c.line.Visible() {
					t.Errorf("asked %q, line %v", f.asked, c.line.Visible())
				}
			})
		}
	}
}

func TestWhatWasNotShownIsNotSilenced(t *testing.T) {
	c, f, _ := drafting(t, talkingState(), narrow)
	test.Type(c.draft, withMail)
	press(c.draft, fyne.KeyReturn)
	if !slices.Equal(f.asked, []string{"send"}) {
		t.Errorf("asked %q", f.asked)
	}
}

// With the conversation the draft goes, and says nothing of the next one.
func TestLeavingSilencesNothing(t *testing.T) {
	w, f := open(t, talkingState(), narrow)
	l := &timeline{}
	w.later = l.later
	c := w.screen.(*talkingScreen).composer
	writes(c, l, withMail)
	w.render(afterState(), at)
	if f.asked != nil || c.draft.Text != "" || c.draft.marks != nil || c.line.name.text+c.line.why.text+c.line.quick.label != "" {
		t.Errorf("asked %q, %q, %v, %q stay", f.asked, c.draft.Text, c.draft.marks, c.line.view.name)
	}
	l.pass(time.Hour)
}

// An attribute is only offered softer words for, quietly.
func TestSofterWordsAreOffered(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	writes(c, l, withAge)

	if c.line.name.text != "The meter would say: millions." || c.line.quick.label != "Say “about 20”" {
		t.Errorf("the line says %q", words(c.line.Container))
	}
	if c.line.name.colour != colorQuiet || c.line.edge.Visible() || c.line.meant.Visible() || c.draft.marks != nil {
		t.Error("it looks like a warning")
	}
}

func TestSofterWordsReplaceTheOthers(t *testing.T) {
	const before, after = "im 19 and bored", "im about 20 and bored"
	for _, c := range []struct {
		cursor, want int // characters from the start
	}{
		{len(before), len(after)},
		{len("im"), len("im")},
		{len("im 1"), len("im about 20")},
		{len("im 19 "), len("im about 20 ")},
	} {
		composer, _, l := drafting(t, talkingState(), narrow)
		d := composer.draft
		// given a draft with the cursor somewhere
		writes(composer, l, before)
		d.CursorRow, d.CursorColumn = d.rowOf(c.cursor)

		// when the softer words are asked for
		test.Tap(composer.line.quick)
		l.pass(time.Second)

		// then they stand there, and the cursor where it stood
		if d.Text != after || d.CursorTextOffset() != c.want {
			t.Errorf("cursor at %d: %q with the cursor at %d, want %d", c.cursor, d.Text, d.CursorTextOffset(), c.want)
		}
		if d.SelectedText() != "" || d.Entry.Text != after {
			t.Errorf("%q is selected", d.SelectedText())
		}
		// and it can be undone, and done again, in one step
		d.TypedShortcut(&fyne.ShortcutUndo{})
		if d.Text != before {
			t.Errorf("undone: %q", d.Text)
		}
		d.TypedShortcut(&fyne.ShortcutRedo{})
		if d.Text != after {
			t.Errorf("done again: %q", d.Text)
		}
		// and one can write on
		test.Type(d, "!")
		if want := after[:c.want] + "!" + after[c.want:]; strings.Count(d.Text, "!") != 1 || len(d.Text) != len(want) {
			t.Errorf("written on: %q", d.Text)
		}
	}
}

// Replacing also works behind characters of several bytes, and in other rows.
func TestSofterWordsInARow(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	writes(c, l, "😀 é "+strings.Repeat("many words ", 12)+"\nim 19")
	test.Tap(c.line.quick)
	if want := "😀 é " + strings.Repeat("many words ", 12) + "\nim about 20"; c.draft.Text != want {
		t.Errorf("%q", c.draft.Text)
	}
}

// Softer words that do not fit into the message are not offered.
func TestSofterWordsMustFit(t *testing.T) {
	c, _, l := drafting(t, talkingState(), narrow)
	c.draft.SetText(withAge + strings.Repeat(".", app.MaxMessage-len(withAge)))
	l.pass(time.Second)
	if c.line.Visible() {
		t.Errorf("offered is %q", c.line.quick.label)
	}
}

func TestTheGuardIsTurnedDown(t *testing.T) {
	for _, c := range []struct {
		level settings.Guard
		text  string
		line  bool
		hold  bool
	}{
		{settings.Full, withMail, true, false},
		{settings.Full, withCard, true, true},
		{settings.SecretsOnly, withMail, false, false},
		{settings.SecretsOnly, withAge, false, false},
		{settings.SecretsOnly, withCard, true, true},
		{settings.Off, withMail, false, false},
		{settings.Off, withCard, false, false},
	} {
		s := talkingState()
		s.Guard = c.level
		composer, _, l := drafting(t, s, narrow)
		writes(composer, l, c.text)
		if got := composer.line.Visible(); got != c.line || composer.button.guarded != c.hold || len(composer.draft.marks) > 0 != c.line {
			t.Errorf("%v, %q: line %v, hold %v, marks %v", c.level, c.text, got, composer.button.guarded, composer.draft.marks)
		}
	}
}

// Turned down while something is written, it falls silent at once.
func TestTheGuardIsTurnedDownMeanwhile(t *testing.T) {
	w, _ := open(t, talkingState(), narrow)
	c := w.screen.(*talkingScreen).composer
	test.Type(c.draft, withCard)
	s := talkingState()
	s.Guard = settings.Off
	w.render(s, at)
	if c.line.Visible() || c.button.guarded || c.draft.marks != nil {
		t.Error("the guard still speaks")
	}
}

// Nothing of it is red, none of it counts anything, and none of it scolds.
func TestTheGuardIsCalm(t *testing.T) {
	rose := theme.Color(colorRose)
	for _, text := range []string{withMail, withCard, withAge} {
		c, _, l := drafting(t, talkingState(), narrow)
		writes(c, l, text)
		walk(c.Container, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
			switch o := o.(type) {
			case *canvas.Rectangle:
				if o.FillColor == rose || o.StrokeColor == rose && o.StrokeWidth > 0 {
					t.Errorf("%q: something is red", text)
				}
			case *canvas.Text:
				if o.Color == rose {
					t.Errorf("%q: %q is red", text, o.Text)
				}
			}
		})
		for _, s := range words(c.line.Container) {
			for _, never := range []string{"!", "Warning", "mistake", "should", "must", "careful", "again"} {
				if strings.Contains(s, never) {
					t.Errorf("%q: the line says %q", text, s)
				}
			}
		}
	}
}

// still is an app of somebody who asked for less movement.
type still struct{ fyne.App }

func (s still) Settings() fyne.Settings { return calmSettings{calmSettings{s.App.Settings()}} }

// stand has nothing move for a test.
func stand(t *testing.T) {
	t.Helper()
	useApp(t)
	fyne.SetCurrentApp(still{oneApp()})
	t.Cleanup(func() { fyne.SetCurrentApp(oneApp()) })
}

// The composer grows little by little, and to where it belongs.
func TestTheLineComesGently(t *testing.T) {
	const long = withCard + ", and my IBAN is DE89 3704 0044 0532 0130 00"
	for _, move := range []bool{true, false} {
		t.Run(fmt.Sprint(move), func(t *testing.T) {
			c, _, l := drafting(t, talkingState(), narrow)
			if !move {
				stand(t)
			}
			height := func() float32 { return heightFor(c.Container, narrow.Width-32) }
			test.Type(c.draft, long)
			heights := []float32{height()}
			for range 100 {
				l.pass(10 * time.Millisecond)
				if h := height(); h != heights[len(heights)-1] {
					heights = append(heights, h)
				}
			}
			if !slices.IsSorted(heights) {
				t.Errorf("the heights are %v", heights)
			}
			if steps := len(heights) - 1; move && steps < 5 || !move && steps != 1 {
				t.Errorf("it grew in %d steps: %v", steps, heights)
			}
			if got := c.foot.shown; got < c.line.Size().Height+c.below.Size().Height {
				t.Errorf("the foot is %v tall, its line %v", got, c.line.Size().Height)
			}
		})
	}
}

// Where there is room the line takes the place of the hint, and nothing moves.
func TestNothingMovesWhereThereIsRoom(t *testing.T) {
	for _, text := range []string{withMail, withAge} {
		c, _, l := drafting(t, talkingState(), wide)
		test.Type(c.draft, text)
		place := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.draft)
		l.pass(time.Second)
		if now := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.draft); !c.line.Visible() || now != place {
			t.Errorf("%q: the draft moved from %v to %v", text, place, now)
		}
	}
}

// All that the line can say lies within it, in any width, and not over itself.
func TestTheLineFits(t *testing.T) {
	useApp(t)
	for _, tier := range []guard.Tier{guard.Secret, guard.Identifier} {
		for _, category := range guard.Categories(tier) {
			view := counselView{name: given[category], why: strings.Repeat("Why it matters. ", 6), quick: "Say “the United Kingdom”", meant: "I meant it"}
			if view.name == "" {
				t.Errorf("%s has no name", category)
			}
			for _, width := range []float32{408, 448, 620, 800} {
				for _, quick := range []string{"", view.quick, "Say “" + strings.Repeat("long ", 5) + "”"} {
					l := newCounselLine(&keys{}, func() {}, func() {})
					view.quick = quick
					l.set(view)
					l.Resize(fyne.NewSize(width, heightFor(l.Container, width)))
					var taken []fyne.CanvasObject
					for _, o := range l.Objects {
						if !o.Visible() {
							continue
						}
						end := o.Position().Add(o.Size())
						if o.Position().X < 0 || end.X > width+0.5 || end.Y > l.Size().Height+0.5 {
							t.Errorf("%s, %v wide, %q: %T lies at %v, %v", category, width, quick, o, o.Position(), o.Size())
						}
						for _, p := range taken {
							if overlap(o, p) {
								t.Errorf("%s, %v wide, %q: %T lies over %T", category, width, quick, o, p)
							}
						}
						taken = append(taken, o)
					}
				}
			}
		}
	}
}

func overlap(a, b fyne.CanvasObject) bool {
	p, q := a.Position(), b.Position()
	return p.X+a.Size().Width > q.X+0.5 && q.X+b.Size().Width > p.X+0.5 &&
		p.Y+a.Size().Height > q.Y+0.5 && q.Y+b.Size().Height > p.Y+0.5
}

// Pasted and very long texts are read as far as a message goes, at once.
func TestLongTextsAreRead(t *testing.T) {
	c, f, l := drafting(t, talkingState(), narrow)
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent(strings.Repeat("four word long line ", 300) + withCard)
	c.draft.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	l.pass(time.Second)
	if c.line.Visible() {
		t.Errorf("named is %q", c.line.name.text)
	}
	press(c.draft, fyne.KeyReturn)
	if len(f.sent) != 1 {
		t.Errorf("%d were sent", len(f.sent))
	}

	clipboard.SetContent(withCard + strings.Repeat(" and on", 500))
	c.draft.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	began := time.Now()
	l.pass(time.Second)
	if took := time.Since(began); took > 2*time.Second || c.line.name.text != "A card number" {
		t.Errorf("named is %q, after %v", c.line.name.text, took)
	}
}

// BenchmarkKey is the time that a key takes in a draft, with the guard and
// without; the ratio is that of the two.
func BenchmarkKey(b *testing.B) {
	for name, text := range map[string]string{
		"short": withMail + " or " + withAge,
		"long":  strings.Repeat("it goes on, and im 19, ", 170),
	} {
		b.Run(name, func(b *testing.B) {
			per := map[settings.Guard]time.Duration{}
			for _, level := range []settings.Guard{settings.Off, settings.Full} {
				s := talkingState()
				s.Guard = level
				c, _, l := drafting(b, s, wide)
				c.draft.SetText(text)
				l.pass(time.Second)
				began := time.Now()
				for range b.N {
					c.draft.TypedRune('a')
					c.draft.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
				}
				per[level] = time.Since(began) / time.Duration(2*b.N)
				began = time.Now()
				l.pass(time.Second)
				if level == settings.Full {
					b.ReportMetric(float64(time.Since(began).Microseconds()), "µs/pause")
				}
			}
			b.ReportMetric(float64(per[settings.Full].Microseconds()), "µs/key")
			b.ReportMetric(float64(per[settings.Full])/float64(per[settings.Off]), "ratio")
		})
	}
}

// mouse presses the primary button.
var mouse = &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
