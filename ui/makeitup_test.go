// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

// talk2 is a conversation with all that a picture of one can show.
func talk2() app.State {
	minute := func(n int, m app.Message) app.Message {
		m.At = at.Add(time.Duration(n-12) * time.Minute)
		return m
	}
	s := talkingState(
		minute(1, theirs("Good evening.")),
		minute(1, theirs("Is it late where you are, or shall we not say?")),
		minute(2, mine("Let us not say. Late enough for a second pot of tea.", app.Delivered)),
		minute(3, theirs("Then I put the kettle on as well.\nStone bridges hum, and iron ones sing: "+strings.Repeat("so he said, ", 12))),
		minute(9, mine("Вот это мне нравится. Και τα ποτάμια; 🚂", app.Delivered)),
		minute(10, mine("I will listen next time.", app.Sent)),
		minute(10, mine("im 19f from leeds", app.Sent)),
		minute(11, mine("Are you there?", app.Waiting)),
		minute(12, theirs("send me a pic")),
	)
	s.Conversation.Interests = []string{"tea", "night trains"}
	c := s.Conversation.Heeded(settings.Full)
	s.Conversation = &c
	return s
}

// saysAll fails where the guard has not said all that it can of a conversation.
func saysAll(t *testing.T, w *window) {
	t.Helper()
	talking := w.screen.(*talkingScreen)
	if talking.meter.gauge.now < guard.Thousands {
		t.Errorf("the meter says %q", talking.meter.label)
	}
	if talking.thread.asked < 0 {
		t.Error("no question is explained")
	}
	if !slices.ContainsFunc(talking.thread.items, func(it item) bool { return it.aside != "" }) {
		t.Error("there is no reminder")
	}
}

// seen is what the window shows, dot by dot.
func seen(w *window) *image.NRGBA {
	return w.win.Canvas().Capture().(*image.NRGBA)
}

// same fails where two pictures differ, and keeps them.
func same(t *testing.T, real, madeUp *image.NRGBA) {
	t.Helper()
	if real.Rect != madeUp.Rect {
		t.Fatalf("the pictures are %v and %v", real.Rect, madeUp.Rect)
	}
	if slices.Equal(real.Pix, madeUp.Pix) {
		return
	}
	var dots int
	var where image.Rectangle
	for y := range real.Rect.Dy() {
		for x := range real.Rect.Dx() {
			if real.At(x, y) != madeUp.At(x, y) {
				dots++
				where = where.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	dir := os.Getenv("ARTEFACTS")
	if dir == "" {
		dir = filepath.Join("..", "artefacts")
	}
	for name, picture := range map[string]*image.NRGBA{"real": real, "made-up": madeUp} {
		name = strings.ReplaceAll(t.Name(), "/", "-") + "-" + name + ".png"
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, picture); err != nil {
			t.Error(err)
		}
		f.Close()
	}
	t.Errorf("%d dots differ, in %v: see %s", dots, where, dir)
}

// editor opens the editor over a state.
func editor(t *testing.T, s app.State, size fyne.Size) (*window, *makeItUp) {
	t.Helper()
	w, _ := open(t, s, size)
	w.makeItUp()
	return w, w.top().(*makeItUp)
}

// openIn shows a state in one look. Fyne tells the age of what it has made by
// a clock that only drawing sets, so that is done before.
func openIn(t *testing.T, v fyne.ThemeVariant, s app.State, size fyne.Size) (*window, *fake) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(only{variant: v})
	f := &fake{state: s}
	win := test.NewTempWindow(t, canvas.NewRectangle(color.Black))
	win.Canvas().Capture()
	w := newWindow(win, f)
	win.Resize(size)
	w.render(s, at)
	return w, f
}

func typed(o fyne.Focusable, text string) {
	for _, r := range text {
		o.TypedRune(r)
	}
}

// alt presses a key with Alt.
func alt(o fyne.Shortcutable, key fyne.KeyName) {
	o.TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt})
}

// wipe empties the message that is chosen.
func wipe(m *makeItUp) {
	th := m.picture.thread
	if th.written().text != "" {
		th.TypedShortcut(&fyne.ShortcutSelectAll{})
		press(th, fyne.KeyBackspace)
	}
}

// Of two windows, one shows a conversation that took place. In the other one a
// wholly different conversation took place, and the first one is made up in
// it, by keyboard. Nobody can tell which is which: not a dot differs.
func TestWhatIsMadeUpLooksLikeWhatTookPlace(t *testing.T) {
	for _, size := range []fyne.Size{narrow, wide} {
		for name, variant := range variants {
			t.Run(fmt.Sprintf("%s/%.0f", name, size.Width), func(t *testing.T) {
				// given a picture of the real conversation
				s := talk2()
				w, _ := openIn(t, variant, s, size)
				real := seen(w)
				saysAll(t, w)

				// and a window with another
				other := talkingState(mine("You owe me money.", app.Delivered))
				other.Conversation.Since = at.Add(-3 * time.Hour)
				other.Conversation.Interests = nil
				w, f := openIn(t, variant, other, size)
				if slices.Equal(real.Pix, seen(w).Pix) {
					t.Fatal("the windows look the same to begin with")
				}

				// when the first one is made up there
				w.makeItUp()
				m := w.top().(*makeItUp)
				makeUp(m, s)
				m.do(cmdFind)

				// then it looks the same, and nothing of it went anywhere
				same(t, real, seen(w))
				if f.asked != nil {
					t.Errorf("asked %q", f.asked)
				}
			})
		}
	}
}

// makeUp writes a conversation by keyboard over whatever is in the editor.
func makeUp(m *makeItUp, s app.State) {
	th := m.picture.thread
	for len(m.tale.talk.Messages) > 1 {
		alt(th, fyne.KeyBackspace)
	}
	for i, one := range s.Conversation.Messages {
		if i > 0 {
			press(th, fyne.KeyReturn)
		}
		wipe(m)
		for n, part := range strings.Split(one.Text, "\n") {
			if n > 0 {
				th.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
				press(th, fyne.KeyReturn)
				th.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
			}
			typed(th, part)
		}
		if one.Mine {
			alt(th, fyne.KeyRight)
		} else {
			alt(th, fyne.KeyLeft)
		}
		alt(th, fyne.KeyT)
		m.tray.time.SetText("")
		typed(m.tray.time, one.At.Format("15:04"))
		m.w.keys.focus(th)
	}
	for i, one := range s.Conversation.Messages {
		for one.Mine && m.tale.talk.Messages[i].Delivery != one.Delivery {
			th.current = i
			alt(th, fyne.KeyD)
		}
	}
	m.do(cmdInterests)
	for _, f := range []struct {
		slot *slot
		text string
	}{
		{m.tray.minutes, fmt.Sprint(int(at.Sub(s.Conversation.Since).Minutes()))},
		{m.tray.interests, strings.Join(s.Conversation.Interests, ", ")},
		{m.tray.met, s.Conversation.Since.Format("15:04")},
	} {
		m.w.keys.focus(f.slot)
		f.slot.SetText("")
		typed(f.slot, f.text)
	}
}

// A single message that is made up cannot be told from one that came.
func TestAMessageMadeUpLooksLikeOneThatCame(t *testing.T) {
	const text = "I never said that. <b>**Or did I?**</b> 👍🏽 " + "W\u0336"
	s := talkingState(theirs("Hello."), mine("Hello.", app.Delivered))
	came := talkingState(theirs("Hello."), mine("Hello.", app.Delivered), theirs(text))
	w, _ := openIn(t, theme.VariantDark, came, narrow)
	real := seen(w)

	w, _ = openIn(t, theme.VariantDark, s, narrow)
	w.makeItUp()
	m := w.top().(*makeItUp)
	press(m.picture.thread, fyne.KeyReturn)
	typed(m.picture.thread, text)
	m.tray.time.SetText("")
	typed(m.tray.time, at.Format("15:04"))
	m.tale.lasts("12")
	m.pose()
	same(t, real, seen(w))
}

// With nothing changed the editor shows what took place.
func TestTheEditorBeginsWithWhatTookPlace(t *testing.T) {
	s := talk2()
	s.Conversation.Reconnecting = true
	w, _ := openIn(t, theme.VariantDark, s, narrow)
	real := seen(w)
	m := newMakeItUp(w, s.Conversation, at)
	w.lay(m)
	m.pose()
	same(t, real, seen(w))
}

func TestAnyKeyBringsTheControlsBack(t *testing.T) {
	for name, press := range map[string]func(w *window, m *makeItUp){
		"escape":   func(w *window, m *makeItUp) { press(w.win.Canvas().Focused(), fyne.KeyEscape) },
		"enter":    func(w *window, m *makeItUp) { press(w.win.Canvas().Focused(), fyne.KeyReturn) },
		"letter":   func(w *window, m *makeItUp) { w.win.Canvas().Focused().TypedRune('x') },
		"shortcut": func(w *window, m *makeItUp) { m.picture.composer.draft.TypedShortcut(shortcut(fyne.KeyL)) },
		"thread":   func(w *window, m *makeItUp) { w.keys.focus(m.picture.thread); m.picture.thread.TypedRune('x') },
		"nothing":  func(w *window, m *makeItUp) { w.keys.focus(nil); w.win.Canvas().OnTypedRune()('x') },
		"more":     func(w *window, m *makeItUp) { m.picture.w.makeItUp() },
		"settings": func(w *window, m *makeItUp) { m.picture.w.settings() },
		"leave": func(w *window, m *makeItUp) {
			m.picture.askLeave()
			test.Tap(m.picture.question.act)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, m := editor(t, talk2(), narrow)
			m.pose()
			if m.tray.Visible() {
				t.Fatal("the controls are in the picture")
			}
			press(w, m)
			if !m.tray.Visible() || w.top() != screen(m) {
				t.Error("the controls are not back")
			}
			if got := m.tale.talk.Messages[len(m.tale.talk.Messages)-1].Text; got != "send me a pic" {
				t.Errorf("the key changed a message to %q", got)
			}
			if m.picture.composer.draft.Text != "" {
				t.Errorf("the key wrote %q", m.picture.composer.draft.Text)
			}
		})
	}

	// but none that takes a picture
	w, m := editor(t, talk2(), narrow)
	m.pose()
	for _, key := range []fyne.KeyName{desktop.KeyPrintScreen, desktop.KeyShiftLeft, desktop.KeySuperLeft, desktop.KeyAltRight, ""} {
		if key != "" {
			press(w.win.Canvas().Focused(), key)
		}
	}
	if !m.shown {
		t.Error("the key that takes a picture brings the controls back")
	}
}

// What happens meanwhile goes where it belongs.
func TestMessagesThatComeMeanwhileAreNotLost(t *testing.T) {
	// given an editor over a conversation
	w, m := editor(t, talkingState(theirs("one")), narrow)
	typed(m.picture.thread, ", or two")

	// when three messages come
	w.render(talkingState(theirs("one"), theirs("two"), theirs("three"), theirs("four")), at)

	// then the controls tell of them, and not the picture
	if got := m.tray.news.text; !strings.Contains(got, "3 new") {
		t.Errorf("the controls say %q", got)
	}
	m.pose()
	for _, s := range words(w.win.Canvas().Overlays().Top()) {
		if strings.Contains(s, "new message") || s == "four" {
			t.Errorf("the picture shows %q", s)
		}
	}

	// and they are there when one comes back, which is asked once
	press(w.win.Canvas().Focused(), fyne.KeyEscape)
	m.escape()
	if !m.tray.question.Visible() {
		t.Fatal("what was made up is forgotten without asking")
	}
	test.Tap(m.tray.question.act)
	if w.top() != w.screen {
		t.Fatal("the editor is still there")
	}
	shown := words(w.win.Content())
	for _, want := range []string{"one", "two", "three", "four"} {
		if !slices.Contains(shown, want) {
			t.Errorf("%q is not in %q", want, shown)
		}
	}
	forgotten(t, m)
}

// forgotten fails where the editor still holds a word.
func forgotten(t *testing.T, m *makeItUp) {
	t.Helper()
	if len(m.tale.talk.Messages) != 0 || len(m.picture.thread.messages) != 0 || len(m.picture.thread.items) != 0 {
		t.Error("the editor still holds messages")
	}
	for _, s := range []*slot{m.tray.time, m.tray.name, m.tray.minutes, m.tray.interests, m.tray.met} {
		if s.Text != "" {
			t.Errorf("a field still holds %q", s.Text)
		}
	}
	if m.picture.composer.draft.Text != "" {
		t.Error("the composer still holds a draft")
	}
}

func TestTheEndOfTheConversationForgetsWhatWasMadeUp(t *testing.T) {
	next := talkingState()
	next.Conversation.ID = 2
	for name, s := range map[string]app.State{"after": afterState(), "next": next, "seeking": seekingState()} {
		t.Run(name, func(t *testing.T) {
			w, m := editor(t, talkingState(theirs("one")), narrow)
			typed(m.picture.thread, "a secret")
			typed(m.picture.composer.draft, "a secret")
			m.do(cmdInterests)
			w.render(s, at)
			if w.top() != w.screen || len(w.win.Canvas().Overlays().List()) != 0 {
				t.Error("the editor is still there")
			}
			forgotten(t, m)
		})
	}
}

// Writing in a bubble is what one expects of it.
func TestWritingInABubble(t *testing.T) {
	key := func(names ...fyne.KeyName) func(*makeItUp) {
		return func(m *makeItUp) {
			for _, n := range names {
				press(m.picture.thread, n)
			}
		}
	}
	write := func(text string) func(*makeItUp) { return func(m *makeItUp) { typed(m.picture.thread, text) } }
	for name, c := range map[string]struct {
		text string
		do   []func(*makeItUp)
		want string
	}{
		"at the end":      {"ab", []func(*makeItUp){write("c")}, "abc"},
		"in the middle":   {"ab", []func(*makeItUp){key(fyne.KeyLeft), write("x")}, "axb"},
		"at the start":    {"ab", []func(*makeItUp){key(fyne.KeyHome), write("x")}, "xab"},
		"home and end":    {"ab", []func(*makeItUp){key(fyne.KeyHome, fyne.KeyEnd), write("x")}, "abx"},
		"backspace":       {"añ👩‍👩‍👧", []func(*makeItUp){key(fyne.KeyBackspace)}, "añ"},
		"delete":          {"ab", []func(*makeItUp){key(fyne.KeyHome, fyne.KeyDelete)}, "b"},
		"delete at end":   {"ab", []func(*makeItUp){key(fyne.KeyDelete)}, "ab"},
		"left at start":   {"ab", []func(*makeItUp){key(fyne.KeyHome, fyne.KeyLeft, fyne.KeyBackspace)}, "ab"},
		"up a line":       {"abc\nd", []func(*makeItUp){key(fyne.KeyUp), write("x")}, "axbc\nd"},
		"spaces":          {"a", []func(*makeItUp){write("  b")}, "a  b"},
		"controls":        {"a", []func(*makeItUp){write("\u202eb\x1b")}, "ab"},
		"for what is all": {"abc", []func(*makeItUp){func(m *makeItUp) { m.picture.thread.TypedShortcut(&fyne.ShortcutSelectAll{}) }, write("x")}, "x"},
		"cut": {"abc", []func(*makeItUp){func(m *makeItUp) {
			m.picture.thread.TypedShortcut(&fyne.ShortcutSelectAll{})
			m.picture.thread.TypedShortcut(&fyne.ShortcutCut{Clipboard: fyne.CurrentApp().Clipboard()})
		}}, ""},
		"paste": {"abc", []func(*makeItUp){func(m *makeItUp) {
			c := fyne.CurrentApp().Clipboard()
			c.SetContent("def\tg\u202e")
			m.picture.thread.TypedShortcut(&fyne.ShortcutPaste{Clipboard: c})
		}}, "abcdef g"},
		"a full one": {strings.Repeat("é", app.MaxMessage), []func(*makeItUp){write("x")}, strings.Repeat("é", app.MaxMessage)},
		"until full": {strings.Repeat("é", app.MaxMessage-1), []func(*makeItUp){write("xy")}, strings.Repeat("é", app.MaxMessage-1) + "x"},
	} {
		t.Run(name, func(t *testing.T) {
			_, m := editor(t, talkingState(theirs("first"), theirs(c.text)), narrow)
			for _, do := range c.do {
				do(m)
			}
			got := m.tale.talk.Messages[1].Text
			if got != c.want {
				t.Errorf("written is %q, want %q", got, c.want)
			}
			if caret := m.pen.caret; caret > len(got) || caret < len(got) && !utf8.RuneStart(got[caret]) {
				t.Errorf("the caret is at %d of %q", caret, got)
			}
			if m.tale.talk.Messages[0].Text != "first" {
				t.Error("another message has changed")
			}
		})
	}
}

func TestClickingPutsTheCaret(t *testing.T) {
	_, m := editor(t, talkingState(theirs("first"), mine("second", app.Delivered)), narrow)
	th := m.picture.thread
	it := th.items[0]
	x := it.x + bubblePadX + regular.measure(sizeBody)("fi")
	th.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary,
		PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, th.top()+it.y+bubblePadY+5)}})
	th.TypedRune('x')
	if got := m.tale.talk.Messages[0].Text; got != "fixrst" {
		t.Errorf("written is %q", got)
	}
	if m.tray.side.label != "Make it yours" || m.tray.delivery.Visible() {
		t.Error("the controls are for another message")
	}
}

func TestMessagesAreAddedFlippedAndRemoved(t *testing.T) {
	_, m := editor(t, talkingState(theirs("one"), mine("two", app.Sent)), narrow)
	th := m.picture.thread
	said := func() string {
		var all []string
		for _, one := range m.tale.talk.Messages {
			all = append(all, map[bool]string{true: "me: ", false: "they: "}[one.Mine]+one.Text)
		}
		return strings.Join(all, " / ")
	}
	check := func(what, want string) {
		t.Helper()
		if got := said(); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	alt(th, fyne.KeyPageUp)
	typed(th, "between")
	check("above", "they: one / they: between / me: two")
	alt(th, fyne.KeyRight)
	check("flipped", "they: one / me: between / me: two")
	press(th, fyne.KeyReturn)
	typed(th, "again")
	check("below", "they: one / me: between / they: again / me: two")
	press(th, fyne.KeyUp)
	alt(th, fyne.KeyBackspace)
	check("removed", "they: one / they: again / me: two")
	test.Tap(m.tray.remove)
	test.Tap(m.tray.remove)
	test.Tap(m.tray.remove)
	check("empty", "")
	m.typed('x')
	check("begun again", "they: x")
	m.picture.composer.draft.TypedRune('y')
	m.picture.composer.submit(nil)
	check("sent", "they: x / me: y")
	wipe(m)
	press(th, fyne.KeyBackspace)
	check("erased", "they: x")
}

// Messages without a word cannot be sent, so they are in no picture.
func TestEmptyMessagesAreNotShown(t *testing.T) {
	_, m := editor(t, talkingState(theirs("one")), narrow)
	press(m.picture.thread, fyne.KeyReturn)
	m.pose()
	if n := len(m.picture.thread.items); n != 1 {
		t.Errorf("%d messages are shown", n)
	}
	m.back()
	if n := len(m.picture.thread.items); n != 2 {
		t.Errorf("%d messages are there again", n)
	}
}

// Deliveries stay as they can be: in order.
func TestDeliveriesStayInOrder(t *testing.T) {
	tl := retell(*talkingState(mine("a", app.Delivered), theirs("b"), mine("c", app.Sent), mine("d", app.Waiting)).Conversation, settings.Full, at)
	tl.deliver(3, app.Delivered)
	if got := tl.talk.Messages[2].Delivery; got != app.Delivered {
		t.Errorf("before a delivered one is %v", got)
	}
	tl.deliver(0, app.Waiting)
	for _, i := range []int{2, 3} {
		if got := tl.talk.Messages[i].Delivery; got != app.Waiting {
			t.Errorf("behind a waiting one is %v", got)
		}
	}
}

func TestTimesAndMinutesAreRead(t *testing.T) {
	tl := retell(*talkingState(theirs("a")).Conversation, settings.Full, at)
	for typed, want := range map[string]bool{"9:05": true, "23:59": true, "24:00": false, "1": false, "": false, "ab:cd": false} {
		if got := tl.set(0, typed); got != want {
			t.Errorf("%q: %v", typed, got)
		}
		if got := tl.meet(typed); got != want {
			t.Errorf("meeting at %q: %v", typed, got)
		}
	}
	for typed, want := range map[string]bool{"0": true, "999": true, "1000": false, "-1": false, "": false, "x": false, "99999999999999999999": false} {
		if got := tl.lasts(typed); got != want {
			t.Errorf("%q minutes: %v", typed, got)
		}
	}
}

// Nothing of the editor is cut off, and all of it can be reached with Tab.
func TestTheEditorFits(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(minWidth, minHeight), narrow, wide} {
		w, m := editor(t, talk2(), size)
		m.do(cmdInterests)
		m.w.keys.focus(m.picture.thread)
		m.tray.tell(3, false)
		scrolled := map[fyne.CanvasObject]bool{} // may be out of view
		walk(m.picture.thread.scroll, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) { scrolled[o] = true })
		walk(w.win.Canvas().Overlays().Top(), fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
			switch o.(type) {
			case *button, *slot:
				if scrolled[o] {
					return
				}
				if at.X < 0 || at.X+o.Size().Width > size.Width+0.5 || at.Y < 0 || at.Y+o.Size().Height > size.Height+0.5 {
					t.Errorf("%v: %T at %v of size %v", size, o, at, o.Size())
				}
			}
		})
		met := map[fyne.Focusable]bool{}
		for range 40 {
			w.win.Canvas().FocusNext()
			met[w.win.Canvas().Focused()] = true
		}
		for _, o := range []fyne.Focusable{m.tray.side, m.tray.time, m.tray.remove, m.tray.name, m.tray.met, m.tray.line} {
			if !met[o] {
				t.Errorf("%T cannot be reached", o)
			}
		}
	}
}

// Made up of nothing, it needs no stranger.
func TestTheEditorBeginsWithNothing(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	w.makeItUp()
	m := w.top().(*makeItUp)
	typed(m.picture.thread, "Hello.")
	m.pose()
	if !slices.Contains(words(w.win.Canvas().Overlays().Top()), "Hello.") {
		t.Error("what is written is not shown")
	}
	// a stranger who comes is told of, and does not end it
	w.render(talkingState(), at)
	if w.top() != screen(m) {
		t.Fatal("the editor has gone")
	}
	m.back()
	if !strings.Contains(m.tray.news.text, "stranger") {
		t.Errorf("the controls say %q", m.tray.news.text)
	}
}

func TestThePanicKeyWorksInTheEditor(t *testing.T) {
	for name, panics := range map[string]func(*makeItUp){
		"writing": func(m *makeItUp) { m.picture.thread.TypedShortcut(panicKey) },
		"a field": func(m *makeItUp) { m.tray.name.TypedShortcut(panicKey) },
		"shown":   func(m *makeItUp) { m.pose(); m.picture.composer.draft.TypedShortcut(panicKey) },
		"menu":    func(m *makeItUp) { m.pose(); m.picture.w.vanish() },
	} {
		w, m := editor(t, talk2(), narrow)
		ended := make(chan struct{})
		w.exit = func() { close(ended) }
		panics(m)
		select {
		case <-ended:
		case <-time.After(time.Second):
			t.Fatalf("%s: the program goes on", name)
		}
		forgotten(t, m)
	}
}

func TestTheKeysOfTheEditor(t *testing.T) {
	for _, c := range penKeys {
		if c == noPenCommand {
			t.Error("a key does nothing")
		}
	}
	for s := range penKeys {
		if commandFor(&desktop.CustomShortcut{KeyName: s, Modifier: fyne.KeyModifierAlt}) != noCommand {
			t.Errorf("Alt+%s means two things", s)
		}
	}
}
