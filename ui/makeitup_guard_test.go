// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

// told2 is a conversation in which the guard has much to say, and of which the
// person has taken something back.
func told2() app.State {
	s := heeded(minutes(
		theirs("hello"), mine("im 19f from leeds", app.Delivered), mine("i work as a nurse", app.Delivered), theirs("so where do you live"),
	)...)
	c := *s.Conversation
	c.Meter = c.Meter.Drop(c.Meter.Facts()[0].ID)
	s.Conversation = &c
	return s
}

// What the person took back, and the question that was put away, are so in the
// editor too, where it begins and after something was written.
func TestTheEditorBeginsWithTheGuardAsItIs(t *testing.T) {
	// given a conversation, something taken back, and a question put away
	w, _ := openIn(t, theme.VariantDark, told2(), narrow)
	test.Tap(w.screen.(*talkingScreen).thread.card.hide)
	real := seen(w)

	// when it is opened in the editor
	m := newMakeItUp(w, w.state.Conversation, at)
	w.lay(m)
	m.pose()

	// then nothing differs
	same(t, real, seen(w))

	// nor when a letter was written and erased
	m.back()
	typed(m.picture.thread, "x")
	press(m.picture.thread, fyne.KeyBackspace)
	m.pose()
	same(t, real, seen(w))
}

// Whatever is written there, the meter, the questions and the reminder follow.
func TestTheGuardFollowsWhatIsMadeUp(t *testing.T) {
	w, m := editor(t, heeded(minutes(theirs("hello"), mine("hello", app.Delivered))...), narrow)
	shows := func() string { return strings.Join(words(m.picture.object()), " ") }
	press(m.picture.thread, fyne.KeyReturn)
	alt(m.picture.thread, fyne.KeyRight)
	typed(m.picture.thread, "im 19f from leeds")
	press(m.picture.thread, fyne.KeyReturn)
	typed(m.picture.thread, "so where do you live")
	if got := shows(); !strings.Contains(got, fits(guard.Thousands)) || !strings.Contains(got, "You have known") || !strings.Contains(got, strings.Join(why, " ")) {
		t.Errorf("it shows %q", got)
	}
	// until it is erased again
	wipe(m)
	if got := shows(); strings.Contains(got, strings.Join(why, " ")) {
		t.Errorf("erased, it shows %q", got)
	}
	w.lift(m)
}

// The picture of somebody who turned the guard off can be made, and of somebody
// who turned it on.
func TestTheGuardIsMadeUpToo(t *testing.T) {
	for _, was := range []settings.Guard{settings.Full, settings.Off} {
		s := told2()
		s.Guard = was
		w, m := editor(t, s, narrow)
		m.do(cmdInterests)
		for _, want := range []string{"everything", "secrets only", "off"} {
			for m.tray.guard.label != "Guard: "+want {
				test.Tap(m.tray.guard)
			}
			full := want == "everything"
			if m.picture.meter.Visible() != full || (m.picture.thread.asked >= 0) != full {
				t.Errorf("%v, guard %s: the meter is there: %v, a question explained: %v",
					was, want, m.picture.meter.Visible(), m.picture.thread.asked >= 0)
			}
		}
		if w.state.Guard != was || len(w.program.(*fake).asked) > 0 {
			t.Error("the guard itself was turned")
		}
	}
}

// The panel of the meter can be made up as well, and with it what was not about
// the writer. Closed, it leaves the picture as it was.
func TestTheMetersPanelIsMadeUpToo(t *testing.T) {
	w, m := editor(t, told2(), narrow)
	f := w.program.(*fake)
	m.pose()
	before := seen(w)

	// when the meter is pressed in the picture
	test.Tap(m.picture.meter)
	p, ok := w.top().(*meterScreen)
	if !ok || !m.shown {
		t.Fatalf("on top is %T, shown %v", w.top(), m.shown)
	}
	counted := len(p.undos)
	test.Tap(p.undos[0])

	// then one thing less is counted, and nothing was asked of the program
	if len(p.undos) != counted-1 || len(f.asked) > 0 {
		t.Errorf("%d of %d are left, asked %q", len(p.undos), counted, f.asked)
	}
	w.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.top() != screen(m) || !m.shown {
		t.Fatalf("on top is %T, shown %v", w.top(), m.shown)
	}
	if m.picture.meter.label != fits(m.picture.meter.gauge.now)+" ›" || slices.Equal(before.Pix, seen(w).Pix) {
		t.Errorf("the picture still says %q", m.picture.meter.label)
	}

	// and with the conversation both go
	test.Tap(m.picture.meter)
	p = w.top().(*meterScreen)
	w.render(afterState(), at)
	if w.top() != w.screen || len(w.win.Canvas().Overlays().List()) != 0 || len(p.said) > 0 {
		t.Errorf("on top is %T", w.top())
	}
	forgotten(t, m)
	if len(m.tale.denied) > 0 || len(m.tale.talk.Meter.Facts()) > 0 {
		t.Error("what was told is still there")
	}
}

// What is long stays quick to write in: each letter has the guard read all of
// it again.
func BenchmarkALetterInTheEditor(b *testing.B) {
	var messages []app.Message
	for range 100 {
		messages = append(messages, theirs("Then I put the kettle on as well."), mine("I will listen next time.", app.Delivered))
	}
	tl := retell(*talkingState(minutes(messages...)...).Conversation, settings.Full, at)
	for b.Loop() {
		tl.rewrite(10, "Then")
		tl.state(false)
	}
}
