// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
	"passerby/ui/screenguard"
)

var crowds = []guard.Crowd{guard.Everyone, guard.Millions, guard.Thousands, guard.Hundreds, guard.Handful, guard.JustYou}

// heeded is a conversation that the guard has read as it went.
func heeded(messages ...app.Message) app.State {
	s := talkingState(messages...)
	c := s.Conversation.Heeded(settings.Full)
	s.Conversation = &c
	return s
}

// figure tells whether there is a figure in a text, of any script.
func figure(text string) bool { return strings.ContainsFunc(text, unicode.IsNumber) }

func TestTheMeterIsInWords(t *testing.T) {
	for _, c := range crowds {
		for _, text := range []string{fits(c), fitsNext(c)} {
			if figure(text) {
				t.Errorf("%v is %q", c, text)
			}
		}
		// The help names the same words.
		if !strings.Contains(fits(c), c.String()) && c != guard.Everyone {
			t.Errorf("%v is %q", c, fits(c))
		}
	}
}

// Whatever the header says, it fits into the smallest window on three lines:
// who it is, since when, and what can be asked about.
func TestTheHeaderFits(t *testing.T) {
	for _, capture := range states {
		for _, now := range crowds {
			for _, next := range crowds[now:] {
				for _, width := range []float32{minWidth, 480, 700, 960} {
					t.Run(fmt.Sprint(capture, now, next, width), func(t *testing.T) {
						useApp(t)
						l := &facts{newButton(&keys{}, "", fact, func() {}), newMeterLine(&keys{}, func() {}), capture}
						l.meter.say(now, next)
						_, room := band{measureTalk}.across(width)
						l.Layout(nil, fyne.NewSize(room, 3*unit))
						if gap := l.meter.Position().X - l.recorded.Size().Width; gap < unit/2 {
							t.Errorf("%q and %q are %v apart", l.recorded.label, l.meter.label, gap)
						}
						if end := l.meter.Position().X + l.meter.Size().Width; end > room {
							t.Errorf("%q and %q end at %v of %v", l.recorded.label, l.meter.label, end, room)
						}
						l.meter.Hide()
						l.Layout(nil, fyne.NewSize(room, 3*unit))
						if want := recordLine(capture); l.recorded.label != want {
							t.Errorf("without a meter it says %q, of %q", l.recorded.label, want)
						}
					})
				}
			}
		}
	}
	s := heeded(theirs("hello"))
	s.Conversation.Interests = []string{"tea", "night trains"}
	w, _ := open(t, s, fyne.NewSize(minWidth, minHeight))
	talking := w.screen.(*talkingScreen)
	if lines := len(talking.about.spans); lines != 1 {
		t.Errorf("%q takes %d lines", talking.about.text, lines)
	}
	if low := talking.root.Objects[1].Size().Height; low > 15*unit {
		t.Errorf("the header is %v tall", low)
	}
}

// What one tells moves the meter, first where it would go, then where it is.
func TestTheMeterFollowsWhatOneWrites(t *testing.T) {
	w, _ := open(t, heeded(theirs("hello")), narrow)
	talking := w.screen.(*talkingScreen)
	if talking.meter.label != "You could be anyone ›" {
		t.Errorf("at first it says %q", talking.meter.label)
	}

	// when a draft would move it
	typed(talking.composer.draft, "im 19 from leeds")

	// then it shows where to, and that it is not there yet
	s := heeded(theirs("hello"), mine("im 19 from leeds", app.Sent))
	crowd := s.Conversation.Meter.Crowd()
	if crowd == guard.Everyone {
		t.Fatal("the guard has found nothing")
	}
	if want := fitsNext(crowd) + " ›"; talking.meter.label != want {
		t.Errorf("with a draft it says %q, want %q", talking.meter.label, want)
	}
	if g := talking.meter.gauge; g.now != guard.Everyone || g.next != crowd {
		t.Errorf("with a draft the gauge shows %v and %v", g.now, g.next)
	}

	// and when it is sent, it is there
	talking.composer.submit(nil)
	w.render(s, at)
	if want := fits(crowd) + " ›"; talking.meter.label != want {
		t.Errorf("once sent it says %q, want %q", talking.meter.label, want)
	}

	// and a draft that is erased leaves nothing
	typed(talking.composer.draft, "my email is ann.lee@gmail.com")
	if talking.meter.label == fits(crowd)+" ›" {
		t.Error("an address does not move it")
	}
	talking.composer.clear()
	w.tick(at)
	if want := fits(crowd) + " ›"; talking.meter.label != want {
		t.Errorf("with the draft erased it says %q, want %q", talking.meter.label, want)
	}
}

// The steps narrow, and none is ever in the colour of danger.
func TestTheGaugeIsCalm(t *testing.T) {
	g := newGauge(gaugeSmall)
	for _, now := range crowds {
		for _, next := range crowds[now:] {
			g.set(now, next)
			for i := range gaugeSteps {
				if g.colour(i) == colorRose {
					t.Errorf("%v, %v: step %d is rose", now, next, i)
				}
				if i > 0 && g.step(i).Height >= g.step(i-1).Height {
					t.Errorf("step %d does not narrow", i)
				}
				if (g.colour(i) == colorLine) != (guard.Crowd(i) > next) {
					t.Errorf("%v, %v: step %d is %v", now, next, i, g.colour(i))
				}
			}
			if now < guard.Hundreds && next == now && g.colour(int(now)) == colorDawn {
				t.Errorf("%v stands out", now)
			}
		}
	}
}

// askMeter presses the meter and returns what it opens.
func askMeter(t *testing.T, w *window) *meterScreen {
	t.Helper()
	test.Tap(w.screen.(*talkingScreen).meter)
	s, ok := w.top().(*meterScreen)
	if !ok {
		t.Fatalf("the meter opens %T", w.top())
	}
	return s
}

// everything is one message for each category that counts.
var everything = []string{
	"im 19f from leeds", "i live in france", "i work as a nurse", "i'm polish", "i have two kids",
	"i have diabetes", "im gay", "i am muslim", "i earn 3000 a month", "my email is ann.lee@gmail.com",
	"my number is +44 7911 123456", "my insta is ann_lee_99", "im called Ann", "born on 12 march 1990",
}

// The panel names all that is counted and how, and what is not seen, without a
// figure.
func TestTheMetersPanelSaysHowItCounts(t *testing.T) {
	var messages []app.Message
	for _, text := range everything {
		messages = append(messages, mine(text, app.Delivered))
	}
	s := heeded(messages...)
	facts := s.Conversation.Meter.Facts()
	if len(facts) < 10 {
		t.Fatalf("the guard counts %d things", len(facts))
	}
	for _, size := range []fyne.Size{fyne.NewSize(minWidth, minHeight), narrow, wide} {
		w, _ := open(t, s, size)
		p := askMeter(t, w)
		shown := words(p.object())
		all := strings.Join(shown, " ")
		for _, f := range facts {
			if told(f.Category) == "" || !strings.Contains(all, told(f.Category)) {
				t.Errorf("%s is not named", f.Category)
			}
		}
		for _, want := range append([]string{"probably just you", "as a town and its country", "it leads to you"}, "How you write", "harmless remarks", "elsewhere") {
			if !strings.Contains(all, want) {
				t.Errorf("%q is not in %q", want, all)
			}
		}
		for _, text := range shown {
			if figure(text) {
				t.Errorf("there is a figure in %q", text)
			}
		}
		walk(p.object(), fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
			if b, ok := o.(*button); ok && (at.X < 0 || at.X+b.Size().Width > size.Width) {
				t.Errorf("%v: %q is at %v, %v wide", size, b.label, at.X, b.Size().Width)
			}
		})
		press(w.win.Canvas().Focused(), fyne.KeyEscape)
		if w.top() != w.screen {
			t.Errorf("Esc leads to %T", w.top())
		}
	}
}

func TestEveryCategoryHasAName(t *testing.T) {
	for _, tier := range []guard.Tier{guard.Secret, guard.Identifier, guard.Attribute} {
		for _, c := range guard.Categories(tier) {
			if told(c) == "" || figure(told(c)) {
				t.Errorf("%s is called %q", c, told(c))
			}
		}
	}
}

func TestTheMetersPanelWithNothing(t *testing.T) {
	w, _ := open(t, heeded(theirs("hello")), narrow)
	p := askMeter(t, w)
	if all := words(p.object()); !slices.Contains(all, meterNothing) || !slices.Contains(all, "You could be anyone.") {
		t.Errorf("it says %q", all)
	}
	if len(p.undos) != 0 {
		t.Error("there is something to take back")
	}
	p.do(cmdLeave)
	if w.top() != w.screen {
		t.Errorf("on top is %T", w.top())
	}
}

// What was not about the writer is taken back, and the keyboard stays near.
func TestTakingBackWhatWasNotAboutMe(t *testing.T) {
	// given two things that are counted
	s := heeded(mine("im 19 from leeds", app.Delivered))
	facts := s.Conversation.Meter.Facts()
	if len(facts) != 2 {
		t.Fatalf("counted are %v", facts)
	}
	w, f := open(t, s, narrow)
	p := askMeter(t, w)

	// when the first is taken back by keyboard
	w.keys.focus(p.undos[0])
	press(p.undos[0], fyne.KeyReturn)
	if want := []string{fmt.Sprint("not about me ", facts[0].ID)}; !slices.Equal(f.asked, want) {
		t.Fatalf("asked %q, want %q", f.asked, want)
	}
	take := func(id int) {
		c := *w.state.Conversation
		c.Meter = c.Meter.Drop(id)
		next := s
		next.Conversation = &c
		w.render(next, at)
	}
	take(facts[0].ID)

	// then it is gone, here and in the header, and the other has the keyboard
	if len(p.undos) != 1 || w.win.Canvas().Focused() != fyne.Focusable(p.undos[0]) {
		t.Errorf("%d are left, the keyboard is with %T", len(p.undos), w.win.Canvas().Focused())
	}
	if want := fits(w.state.Conversation.Meter.Crowd()) + " ›"; w.screen.(*talkingScreen).meter.label != want {
		t.Errorf("the header says %q, want %q", w.screen.(*talkingScreen).meter.label, want)
	}
	take(facts[1].ID)
	if !slices.Contains(words(p.object()), meterNothing) || w.win.Canvas().Focused() != fyne.Focusable(p.close) {
		t.Errorf("then it says %q, the keyboard is with %T", words(p.object()), w.win.Canvas().Focused())
	}
}

// With the conversation its panel goes, and nothing of it stays.
func TestTheMetersPanelEndsWithTheConversation(t *testing.T) {
	next := heeded()
	next.Conversation.ID = 2
	off := heeded(mine("im 19 from leeds", app.Delivered))
	off.Guard = settings.Off
	for name, s := range map[string]app.State{"after": afterState(), "next": next, "guard off": off} {
		t.Run(name, func(t *testing.T) {
			w, _ := open(t, heeded(mine("im from leeds", app.Delivered)), narrow)
			p := askMeter(t, w)
			w.render(s, at)
			if w.top() != w.screen || len(w.win.Canvas().Overlays().List()) != 0 {
				t.Error("the panel is still there")
			}
			if len(p.said)+len(p.undos)+len(p.body.Objects) != 0 {
				t.Error("the panel still holds what was told")
			}
			if all := strings.Join(words(w.win.Content()), " "); name != "guard off" && strings.Contains(all, "leeds") {
				t.Errorf("on the screen is %q", all)
			}
		})
	}
}

func TestNoMeterWhereTheGuardIsTurnedDown(t *testing.T) {
	for _, level := range []settings.Guard{settings.SecretsOnly, settings.Off} {
		s := heeded(mine("im 19 from leeds", app.Delivered))
		s.Guard = level
		w, _ := open(t, s, narrow)
		talking := w.screen.(*talkingScreen)
		if talking.meter.Visible() {
			t.Errorf("%v: the meter is there", level)
		}
		if talking.recorded.label != recordLine(screenguard.Here()) {
			t.Errorf("%v: the header says %q", level, talking.recorded.label)
		}
		// and it comes when the guard is turned up
		s.Guard = settings.Full
		w.render(s, at)
		if !talking.meter.Visible() || !slices.Contains(words(w.win.Content()), talking.meter.label) {
			t.Errorf("%v: turned up, the meter is not there", level)
		}
	}
}
