// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"errors"
	"fmt"
	"image/color"
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
)

// scenes are a State of each screen, at its fullest.
func scenes() map[string]app.State {
	long := strings.Repeat("interesting ", 3)[:app.MaxInterest]
	warned := app.State{Tor: app.Tor{Progress: 10, Summary: "Connecting to a relay", Warning: strings.Repeat("No route to host ", 6)}}
	failed := app.State{Problem: &app.Problem{What: "No Tor was found on this computer.", Advice: "Install it.", Fatal: true}}
	trouble := ready()
	trouble.Problem = &app.Problem{What: "The clock is wrong by three hours.", Advice: "Set it right."}
	talking := talkingState(theirs("Good evening."), mine("Good evening to you, and to everybody who reads this.", app.Sent))
	talking.Conversation.Interests = []string{long, long, long, long}
	broken := talking
	broken.Conversation = reconnectingState().Conversation
	broken.Conversation.Interests = talking.Conversation.Interests
	lost, cut, blocked := afterState(), afterState(), afterState()
	lost.Conversation.Ended, lost.Conversation.Undelivered = app.Lost, make([]uint64, 137)
	cut.Conversation.Ended, blocked.Conversation.Ended = app.Lost, app.Blocked
	cut.Problem = &app.Problem{What: "The stranger sent more than Passerby can hold, so it left.", Advice: "You can look for another."}
	return map[string]app.State{
		"reconnecting": broken, "lost": lost, "cut": cut, "blocked": blocked,
		"starting": {}, "warned": warned, "trouble": trouble, "failed": failed, "home": ready(),
		"seeking": seekingState(), "talking": talking, "after": afterState(),
	}
}

// Nothing is cut off or runs out of the window, from 480x700 up.
func TestEverythingFits(t *testing.T) {
	for name, s := range scenes() {
		for _, size := range []fyne.Size{narrow, wide} {
			t.Run(fmt.Sprintf("%s/%.0f", name, size.Width), func(t *testing.T) {
				w, _ := open(t, s, size)
				if min := w.win.Content().MinSize(); min.Width > narrow.Width || min.Height > narrow.Height {
					t.Errorf("needs %v", min)
				}
				walk(w.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
					text, ok := o.(*canvas.Text)
					if !ok || text.Text == "" {
						return
					}
					ink := text.MinSize().Width
					left := at.X
					switch text.Alignment {
					case fyne.TextAlignCenter:
						left += (text.Size().Width - ink) / 2
					case fyne.TextAlignTrailing:
						left += text.Size().Width - ink
					}
					if left < 0 || left+ink > size.Width {
						t.Errorf("%q reaches from %v to %v", text.Text, left, left+ink)
					}
				})
			})
		}
	}
}

func TestBothLooks(t *testing.T) {
	for name, variant := range variants {
		for scene, s := range scenes() {
			w, _ := open(t, s, narrow)
			fyne.CurrentApp().Settings().SetTheme(only{variant: variant})
			w.win.Content().Refresh()
			want := dusk{}.Color(colorText, variant)
			found := false
			walk(w.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
				if text, ok := o.(*canvas.Text); ok && text.Color == want {
					found = true
				}
			})
			if !found {
				t.Errorf("%s has no text in the colour of the %s look", scene, name)
			}
		}
	}
}

func TestEachPhaseHasItsScreen(t *testing.T) {
	w, _ := open(t, app.State{}, narrow)
	for _, c := range []struct {
		state app.State
		want  string
	}{
		{ready(), "*ui.homeScreen"}, {seekingState(), "*ui.seekingScreen"}, {talkingState(), "*ui.talkingScreen"},
		{afterState(), "*ui.afterScreen"}, {scenes()["failed"], "*ui.failedScreen"}, {app.State{}, "*ui.homeScreen"},
	} {
		w.render(c.state, at)
		if got := fmt.Sprintf("%T", w.screen); got != c.want {
			t.Errorf("screen is %s, want %s", got, c.want)
		}
		if w.win.Canvas().Focused() != w.screen.first() {
			t.Errorf("%s: the keyboard is with %T", c.want, w.win.Canvas().Focused())
		}
	}
}

func TestStepsShowOnlyWhileGettingReady(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	h := w.screen.(*homeScreen)
	for _, c := range []struct {
		state   app.State
		getting bool
	}{{ready(), false}, {app.State{}, true}, {ready(), false}} {
		w.render(c.state, at)
		if h.steps.Visible() != c.getting || h.bar.Visible() != c.getting || h.dot.Visible() == c.getting {
			t.Errorf("ready %v: steps %v, bar %v, sign %v", c.state.Ready, h.steps.Visible(), h.bar.Visible(), h.dot.Visible())
		}
	}
}

func TestHomeWaitsForTor(t *testing.T) {
	w, f := open(t, app.State{}, narrow)
	h := w.screen.(*homeScreen)
	press(h.find, fyne.KeyReturn)
	if f.asked != nil {
		t.Fatalf("asked %q before Tor is there", f.asked)
	}
	w.render(ready(), at)
	press(h.find, fyne.KeyReturn)
	if !slices.Equal(f.asked, []string{"find"}) {
		t.Errorf("asked %q", f.asked)
	}
}

// On the smallest window the way on is in view without scrolling.
func TestTheButtonIsInView(t *testing.T) {
	for name, s := range scenes() {
		w, _ := open(t, s, narrow)
		o, ok := w.screen.first().(*button)
		if !ok {
			continue
		}
		walk(w.win.Content(), fyne.Position{}, func(found fyne.CanvasObject, at fyne.Position) {
			if found == fyne.CanvasObject(o) && at.Y+o.Size().Height > narrow.Height {
				t.Errorf("%s: the button reaches to %v", name, at.Y+o.Size().Height)
			}
		})
	}
}

func TestControlEnterFindsWithWhatIsTyped(t *testing.T) {
	w, f := open(t, ready(), narrow)
	in := w.screen.(*homeScreen).interests
	test.Type(in.field, "tea")
	in.field.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierShortcutDefault})
	if !slices.Equal(f.found, []string{"tea"}) {
		t.Errorf("looked for %q", f.found)
	}
}

func TestInterestsAreKeptForTheNextSearch(t *testing.T) {
	w, f := open(t, ready(), narrow)
	test.Type(w.screen.(*homeScreen).interests.field, "tea")
	press(w.screen.first(), fyne.KeyReturn)
	f.found = nil
	w.render(seekingState(), at)
	w.render(afterState(), at)
	press(w.screen.(*afterScreen).again, fyne.KeyReturn)
	if !slices.Equal(f.found, []string{"tea"}) {
		t.Errorf("looked for %q", f.found)
	}
	w.render(ready(), at)
	if got := w.screen.(*homeScreen).interests.words; !slices.Equal(got, []string{"tea"}) {
		t.Errorf("Home shows %q", got)
	}
}

func TestARefusedCommandIsExplained(t *testing.T) {
	w, f := open(t, ready(), narrow)
	f.err = errors.New("the program is closing")
	press(w.screen.first(), fyne.KeyReturn)
	if !slices.Contains(words(w.win.Content()), "The program is closing") {
		t.Errorf("shown is %q", words(w.win.Content()))
	}
}

func TestSeekingShowsTimeAndStops(t *testing.T) {
	w, f := open(t, seekingState(), narrow)
	w.tick(at.Add(5 * time.Second))
	if got := w.screen.(*seekingScreen).time.text; got != "1:05" {
		t.Errorf("elapsed is %q", got)
	}
	w.keys.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if !slices.Equal(f.asked, []string{"leave"}) {
		t.Errorf("asked %q", f.asked)
	}
}

func TestTheMarkMovesOnlyWhileSeekingInFront(t *testing.T) {
	w, _ := open(t, seekingState(), narrow)
	m := w.screen.(*seekingScreen).mark
	if m.animation == nil {
		t.Fatal("the mark stands still")
	}
	w.front(false)
	if m.animation != nil {
		t.Error("the mark moves where nobody looks")
	}
	w.front(true)
	if m.animation == nil {
		t.Error("the mark does not go on")
	}
	w.render(afterState(), at)
	if m.animation != nil {
		t.Error("the mark moves after the search")
	}
}

func TestTypingAnywhereLandsInTheComposer(t *testing.T) {
	w, _ := open(t, talkingState(theirs("hello")), narrow)
	s := w.screen.(*talkingScreen)
	w.keys.focus(nil)
	w.win.Canvas().OnTypedRune()('a')
	w.keys.focus(s.more)
	s.more.TypedRune('b')
	w.keys.focus(s.thread)
	s.thread.TypedRune('c')
	if s.composer.draft.Text != "abc" || w.win.Canvas().Focused() != s.composer.draft {
		t.Errorf("draft is %q, the keyboard is with %T", s.composer.draft.Text, w.win.Canvas().Focused())
	}
}

func shortcut(key fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
}

func TestLeavingAsksOnce(t *testing.T) {
	for _, c := range []struct {
		key   fyne.KeyName
		asked string
	}{{fyne.KeyL, "leave"}, {fyne.KeyN, "next"}} {
		w, f := open(t, talkingState(theirs("hello")), narrow)
		s := w.screen.(*talkingScreen)

		// when asked for, it asks back, with the harmless answer chosen
		s.composer.draft.TypedShortcut(shortcut(c.key))
		if f.asked != nil || !s.question.Visible() || w.win.Canvas().Focused() != s.question.stay {
			t.Fatalf("%s: asked %q, question %v", c.asked, f.asked, s.question.Visible())
		}
		// Esc and Stay go back to the conversation
		press(s.question.stay, fyne.KeyEscape)
		if s.question.Visible() || w.win.Canvas().Focused() != s.composer.draft {
			t.Errorf("%s: the question stays", c.asked)
		}
		s.composer.draft.TypedShortcut(shortcut(c.key))
		press(s.question.stay, fyne.KeyReturn)
		if s.question.Visible() || f.asked != nil {
			t.Errorf("%s: staying asked %q", c.asked, f.asked)
		}
		// the same key again, or the button, does it
		s.composer.draft.TypedShortcut(shortcut(c.key))
		s.question.stay.TypedShortcut(shortcut(c.key))
		if !slices.Equal(f.asked, []string{c.asked}) {
			t.Errorf("%s: asked %q", c.asked, f.asked)
		}
	}
}

func TestLeavingSilenceAsksNothing(t *testing.T) {
	w, f := open(t, talkingState(), narrow)
	w.screen.(*talkingScreen).askLeave()
	if !slices.Equal(f.asked, []string{"leave"}) {
		t.Errorf("asked %q", f.asked)
	}
}

func TestBlockingAlwaysAsks(t *testing.T) {
	w, f := open(t, talkingState(), narrow)
	s := w.screen.(*talkingScreen)
	s.askBlock()
	if f.asked != nil {
		t.Fatalf("asked %q", f.asked)
	}
	press(s.question.act, fyne.KeyReturn)
	if !slices.Equal(f.asked, []string{"block"}) {
		t.Errorf("asked %q", f.asked)
	}
}

func TestEscapeGoesBackThenAsks(t *testing.T) {
	w, _ := open(t, talkingState(theirs("good"), theirs("evening")), narrow)
	s := w.screen.(*talkingScreen)
	for range 2 { // the choice begins anew
		s.do(cmdOlder)
		if w.win.Canvas().Focused() != s.thread || s.thread.current != 1 {
			t.Fatal("Alt+Up does not lead to the newest message")
		}
		s.thread.TypedShortcut(&fyne.ShortcutSelectAll{})
		press(s.thread, fyne.KeyEscape)
	}
	if !s.thread.selection.empty() {
		t.Error("Esc leaves the selection")
	}
	if w.win.Canvas().Focused() != s.composer.draft || s.question.Visible() {
		t.Fatal("Esc does not lead back to the composer")
	}
	press(s.composer.draft, fyne.KeyEscape)
	if !s.question.Visible() {
		t.Error("Esc does not ask")
	}
}

// A conversation leaves nothing for the next one.
func TestNextStrangerFindsNothingOfTheLast(t *testing.T) {
	w, _ := open(t, talkingState(theirs("a secret of theirs")), narrow)
	old := w.screen.(*talkingScreen)
	test.Type(old.composer.draft, "a secret of mine")

	next := talkingState()
	next.Conversation.ID = 2
	w.render(next, at)

	if w.screen == screen(old) {
		t.Fatal("the screen is the same")
	}
	if old.composer.draft.Text != "" || len(old.thread.items) != 0 || len(old.thread.messages) != 0 {
		t.Error("the old screen still holds text")
	}
	for _, s := range append(words(w.win.Content()), words(old.object())...) {
		if strings.Contains(s, "secret") {
			t.Errorf("%q is still shown", s)
		}
	}
}

// What the line does changes the notice and the marks, and nothing else.
func TestReconnectingIsShownWhileItLasts(t *testing.T) {
	whole := talkingState(theirs("hello"), mine("one", app.Delivered))
	w, f := open(t, whole, narrow)
	s := w.screen.(*talkingScreen)
	test.Type(s.composer.draft, "half a sen")

	// when the line breaks, it is said, and each message that waits says so
	w.render(reconnectingState(), at)
	shown := words(w.win.Content())
	waiting := 0
	for _, text := range shown {
		if text == "waiting" {
			waiting++
		}
	}
	if !slices.Contains(shown, "Reconnecting") || waiting != 2 {
		t.Errorf("shown is %q", shown)
	}
	// and one goes on writing where one was
	if s != w.screen || s.composer.draft.Text != "half a sen" || w.win.Canvas().Focused() != s.composer.draft {
		t.Error("the draft is disturbed")
	}
	test.Type(s.composer.draft, "tence")
	press(s.composer.draft, fyne.KeyReturn)
	if !slices.Equal(f.sent, []string{"half a sentence"}) {
		t.Errorf("sent %q", f.sent)
	}
	// when it is back, both go
	w.render(talkingState(theirs("hello"), mine("one", app.Delivered), mine("two", app.Delivered), mine("three", app.Delivered)), at)
	for _, text := range words(w.win.Content()) {
		if text == "Reconnecting" || text == "waiting" {
			t.Errorf("it still says %q", text)
		}
	}
}

func TestWhyAConversationWasCutMayComeAMomentLater(t *testing.T) {
	first, second := scenes()["cut"], scenes()["cut"]
	first.Problem = nil
	w, _ := open(t, first, narrow)
	w.render(second, at)
	all := strings.Join(words(w.win.Content()), " ")
	if strings.Contains(all, "three minutes") || !strings.Contains(all, "sent more than Passerby can hold") {
		t.Errorf("shown is %q", all)
	}
}

func TestShortcuts(t *testing.T) {
	for _, s := range shortcuts() {
		if commandFor(s) == noCommand {
			t.Errorf("%s does nothing", s.ShortcutName())
		}
	}
	if commandFor(&fyne.ShortcutCopy{}) != noCommand {
		t.Error("copying is taken for a command")
	}
}

func TestAButtonInWaitingDoesNothing(t *testing.T) {
	useApp(t)
	pressed := 0
	b := newButton(&keys{key: func(*fyne.KeyEvent) {}}, "x", primary, func() { pressed++ })
	b.set("wait", true)
	test.Tap(b)
	press(b, fyne.KeySpace)
	b.set("go", false)
	test.Tap(b)
	press(b, fyne.KeyReturn)
	press(b, fyne.KeyTab)
	if pressed != 2 {
		t.Errorf("pressed %d times, want 2", pressed)
	}
}

func TestFocusIsVisible(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	b := w.screen.(*homeScreen).find
	ring := test.WidgetRenderer(b).(*buttonRenderer).ring
	if !ring.Visible() {
		t.Error("no ring around what has the keyboard")
	}
	w.keys.focus(nil)
	if ring.Visible() {
		t.Error("a ring around what has not the keyboard")
	}
	if contrast(ring.StrokeColor, theme.Color(theme.ColorNameBackground)) < 3 {
		t.Error("the ring can hardly be seen")
	}
}

// Wherever Tab leads on a page, it can be seen.
func TestWhatHasTheKeyboardIsInView(t *testing.T) {
	for name, s := range scenes() {
		w, _ := open(t, s, fyne.NewSize(minWidth, minHeight))
		p, ok := w.screen.(paged)
		if !ok {
			continue
		}
		view := p.sheet().scroll
		if view.Offset.Y != 0 {
			t.Errorf("%s: the page begins at %v", name, view.Offset.Y)
		}
		for range 8 {
			w.win.Canvas().FocusNext()
			o, ok := w.win.Canvas().Focused().(fyne.CanvasObject)
			if !ok || o == w.screen.first().(fyne.CanvasObject) && name == "seeking" {
				continue // there is nothing else to lead to
			}
			if y := p.sheet().place(o) - view.Offset.Y; y < 0 || y+o.Size().Height > view.Size().Height {
				t.Errorf("%s: a %T with the keyboard is at %v of %v", name, o, y, view.Size().Height)
			}
		}
	}
}

// A menu goes with what it was opened on: it would act on nothing.
func TestMenusGoWithTheirScreen(t *testing.T) {
	menus := map[string]func(*talkingScreen){
		"the conversation's": (*talkingScreen).menu,
		"a message's": func(s *talkingScreen) {
			s.thread.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(20, 20)})
		},
		"a draft's": func(s *talkingScreen) {
			s.composer.draft.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(20, 20)})
		},
	}
	for name, open1 := range menus {
		w, _ := open(t, talkingState(theirs("hello")), narrow)
		open1(w.screen.(*talkingScreen))
		if w.win.Canvas().Overlays().Top() == nil {
			t.Fatalf("%s: no menu", name)
		}
		w.render(afterState(), at)
		if top := w.win.Canvas().Overlays().Top(); top != nil {
			t.Errorf("%s: over the next screen lies a %T", name, top)
		}
		if w.win.Canvas().Focused() != w.screen.first() {
			t.Errorf("%s: the keyboard is with %T", name, w.win.Canvas().Focused())
		}
	}

	// nor does it lie in wait beneath a page that came over it
	w, _ := open(t, talkingState(theirs("hello")), narrow)
	w.screen.(*talkingScreen).menu()
	w.settings()
	w.settings()
	if top := w.win.Canvas().Overlays().Top(); top != nil {
		t.Errorf("over the conversation lies a %T", top)
	}
}

// refreshed counts how often it is drawn again.
type refreshed struct {
	*canvas.Rectangle
	times int
}

func (r *refreshed) Refresh() { r.times++ }

// Fyne keeps what it has drawn until it draws again, a minute later or more.
func TestAWindowLeftAloneIsDrawnAgainToForget(t *testing.T) {
	w, _ := open(t, talkingState(theirs("hello")), narrow)
	w.render(afterState(), at)
	probe := &refreshed{Rectangle: canvas.NewRectangle(color.Black)}
	w.root.Objects = append(w.root.Objects, probe)
	for _, c := range []struct {
		after time.Duration
		times int
	}{{time.Second, 0}, {61 * time.Second, 0}, {80 * time.Second, 1}, {81 * time.Second, 1}, {time.Hour, 1}} {
		if w.tick(at.Add(c.after)); probe.times != c.times {
			t.Errorf("after %v it was drawn again %d times, want %d", c.after, probe.times, c.times)
		}
	}
}
