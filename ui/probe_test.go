// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/app/guard"
	"passerby/app/settings"
)

// minutes sets messages a minute apart, the last one at at.
func minutes(messages ...app.Message) []app.Message {
	for i := range messages {
		messages[i].At = at.Add(time.Duration(i-len(messages)+1) * time.Minute)
	}
	return messages
}

// questions are what the answers are for.
var questions = map[guard.Category]string{
	guard.AskLocation:  "where do you live",
	guard.AskContact:   "whats your number",
	guard.AskAge:       "how old are you",
	guard.AskName:      "whats your name",
	guard.AskImage:     "send me a pic",
	guard.AskMoney:     "can you send me money",
	guard.AskSecret:    "tell me the code you got",
	guard.MovePlatform: "lets go to telegram",
}

// Each question has two answers in each of the languages that come first: short
// ones, different ones, and none that gives anything away.
func TestReadyAnswersGiveNothingAway(t *testing.T) {
	for _, c := range guard.Categories(guard.Probe) {
		if !slices.Contains(gravity, c) {
			t.Errorf("nobody knows how grave %s is", c)
		}
		for _, language := range []string{"en", "es", "de", "fr", "pt", "ru"} {
			said, ok := answers[c][language]
			if !ok || said[0] == said[1] {
				t.Errorf("%s in %s: %q", c, language, said)
			}
			for _, text := range said {
				if n := utf8.RuneCountInString(text); n == 0 || n > 42 {
					t.Errorf("%q is %d characters long", text, n)
				}
				before := []guard.Line{{Who: guard.Stranger, Text: questions[c]}}
				if found := guard.Check(text, guard.Context{Before: before}); len(found) > 0 {
					t.Errorf("%q gives away %+v", text, found)
				}
				if text != app.Plain(text) || figure(text) {
					t.Errorf("%q is not plain", text)
				}
			}
		}
		// In another language they are in English.
		if got := answersTo(guard.Finding{Category: c, Language: "tr"}); got != answers[c]["en"] {
			t.Errorf("%s in Turkish: %q", c, got)
		}
	}
	if got := answersTo(guard.Finding{Category: guard.AskAge, Language: "de"}); got != answers[guard.AskAge]["de"] {
		t.Errorf("in German: %q", got)
	}
}

func TestWhichQuestionIsSpokenOf(t *testing.T) {
	ask := func(text string, minute float64, probes ...guard.Category) app.Message {
		m := app.Message{Text: text, At: at.Add(time.Duration(minute * float64(time.Minute)))}
		for _, c := range probes {
			m.Probes = append(m.Probes, guard.Finding{Category: c, Tier: guard.Probe})
		}
		return m
	}
	own := func(minute float64) app.Message {
		m := ask("", minute)
		m.Mine = true
		return m
	}
	for _, c := range []struct {
		name     string
		messages []app.Message
		from     int
		where    int
		of       guard.Category
	}{
		{"none", []app.Message{ask("", 0), own(1)}, 0, 0, ""},
		{"one", []app.Message{ask("", 0), ask("", 1, guard.AskAge)}, 0, 1, guard.AskAge},
		{"two in one", []app.Message{ask("", 0, guard.AskAge, guard.AskLocation)}, 0, 0, guard.AskLocation},
		{"the graver before", []app.Message{ask("", 0, guard.AskMoney), ask("", 1, guard.AskAge)}, 0, 0, guard.AskMoney},
		{"the graver behind", []app.Message{ask("", 0, guard.AskAge), ask("", 1, guard.AskMoney)}, 0, 1, guard.AskMoney},
		{"answered", []app.Message{ask("", 0, guard.AskAge), own(1)}, 0, 0, ""},
		{"crossed", []app.Message{ask("", 0, guard.AskAge), own(0.02)}, 0, 0, guard.AskAge},
		{"crossed, then answered", []app.Message{ask("", 0, guard.AskAge), own(0.02), own(1)}, 0, 0, ""},
		{"asked after an answer", []app.Message{ask("", 0, guard.AskMoney), own(1), ask("", 2, guard.AskAge)}, 0, 2, guard.AskAge},
		{"put away", []app.Message{ask("", 0, guard.AskMoney)}, 1, 0, ""},
		{"asked after one put away", []app.Message{ask("", 0, guard.AskMoney), ask("", 1, guard.AskAge)}, 1, 1, guard.AskAge},
	} {
		where, f := openProbe(c.messages, c.from)
		switch {
		case c.of == "" && f != nil:
			t.Errorf("%s: %s", c.name, f.Category)
		case c.of != "" && (f == nil || f.Category != c.of || where != c.where):
			t.Errorf("%s: %v at %d", c.name, f, where)
		}
	}
}

// question1 shows a conversation in which the stranger asks where one lives.
func question1(t *testing.T, size fyne.Size, before ...app.Message) (*window, *talkingScreen) {
	t.Helper()
	w, _ := open(t, heeded(minutes(append(before, theirs("so where do you live"))...)...), size)
	return w, w.screen.(*talkingScreen)
}

// why is what is said of the question.
var why = strings.Fields("Where you are is the first thing")

func explained(w *window) bool {
	return strings.Contains(strings.Join(words(w.win.Content()), " "), strings.Join(why, " "))
}

// A question that fishes for something is explained where it stands, and an
// answer is written, and not sent.
func TestAQuestionIsExplainedAndAnswered(t *testing.T) {
	for name, c := range map[string]struct{ draft, want string }{
		"with nothing written": {"", "Somewhere under the same moon."},
		"behind a draft":       {"Well", "Well Somewhere under the same moon."},
		"behind a space":       {"Well, ", "Well, Somewhere under the same moon."},
	} {
		t.Run(name, func(t *testing.T) {
			// given a question, and perhaps a draft
			w, talking := question1(t, narrow)
			f := w.program.(*fake)
			if !explained(w) {
				t.Fatalf("on the screen is %q", words(w.win.Content()))
			}
			typed(talking.composer.draft, c.draft)
			press(talking.composer.draft, fyne.KeyHome)

			// when the first answer is pressed
			f.asked = nil
			test.Tap(talking.thread.card.answers[0])

			// then it is in the draft, which has the keyboard, and not sent
			if got := talking.composer.draft.Text; got != c.want {
				t.Errorf("the draft is %q, want %q", got, c.want)
			}
			if w.win.Canvas().Focused() != fyne.Focusable(talking.composer.draft) {
				t.Errorf("the keyboard is with %T", w.win.Canvas().Focused())
			}
			if len(f.sent) != 0 {
				t.Errorf("sent %q", f.sent)
			}
			// and it can be undone
			talking.composer.draft.TypedShortcut(&fyne.ShortcutUndo{})
			if got := talking.composer.draft.Text; got != c.draft {
				t.Errorf("undone, the draft is %q, want %q", got, c.draft)
			}
		})
	}
}

// There is no room in a full draft, and nothing of it is lost.
func TestAnAnswerKeepsAFullDraft(t *testing.T) {
	_, talking := question1(t, narrow)
	full := strings.Repeat("é", app.MaxMessage-3)
	talking.composer.draft.SetText(full)
	test.Tap(talking.thread.card.answers[1])
	if talking.composer.draft.Text != full {
		t.Error("the draft is another one")
	}
}

// It goes when it is answered, and comes no more.
func TestAnAnsweredQuestionIsNotExplained(t *testing.T) {
	asked := []app.Message{theirs("so where do you live"), mine("Under the moon.", app.Sent)}
	w, _ := open(t, heeded(minutes(asked...)...), narrow)
	if explained(w) {
		t.Error("it is explained all the same")
	}
	w.render(heeded(minutes(append(asked, theirs("really, where do you live"))...)...), at)
	if explained(w) {
		t.Error("it is explained a second time")
	}
}

// Put away it is gone, and the message stays where it is at the foot.
func TestAQuestionsCardIsPutAway(t *testing.T) {
	w, talking := question1(t, narrow, many(30)...)
	before := talking.thread.height
	w.keys.focus(talking.thread.card.hide)
	press(talking.thread.card.hide, fyne.KeyReturn)
	if explained(w) || talking.thread.height >= before {
		t.Error("it is still there")
	}
	if w.win.Canvas().Focused() != fyne.Focusable(talking.composer.draft) {
		t.Errorf("the keyboard is with %T", w.win.Canvas().Focused())
	}
	if !slices.Contains(words(w.win.Content()), "so where do you live") || !talking.thread.atEnd() {
		t.Error("the end is not in view")
	}
	// The next question is another matter.
	next := slices.Concat(w.state.Conversation.Messages, []app.Message{theirs("send me a pic")})
	w.render(heeded(minutes(next...)...), at)
	if i := talking.thread.asked; i != len(next)-1 {
		t.Errorf("explained is message %d", i)
	}
}

// The card is reached by Tab, and brought into view for whoever reads above.
func TestAQuestionsCardHasTheKeyboard(t *testing.T) {
	w, talking := question1(t, narrow, many(30)...)
	c, card := w.win.Canvas(), talking.thread.card
	met := map[fyne.Focusable]bool{}
	for range 20 {
		c.FocusNext()
		met[c.Focused()] = true
	}
	for _, b := range []*button{card.answers[0], card.answers[1], card.hide} {
		if !met[b] {
			t.Errorf("%q cannot be reached", b.label)
		}
	}
	w.keys.focus(talking.composer.draft)
	talking.thread.scroll.ScrollToOffset(talking.thread.scroll.Offset.SubtractXY(0, 60))
	w.keys.focus(card.answers[0])
	driver := fyne.CurrentApp().Driver()
	low := driver.AbsolutePositionForObject(card.Container).Y + card.Container.Size().Height
	if end := driver.AbsolutePositionForObject(talking.thread.scroll).Y + talking.thread.scroll.Size().Height; low > end {
		t.Errorf("it ends at %v, below %v", low, end)
	}
}

// The card fits, whatever the window and the language, and lies on nothing.
func TestAQuestionsCardFits(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(minWidth, minHeight), narrow, wide} {
		for _, c := range gravity {
			for language := range answers[c] {
				m := theirs("…")
				m.Probes = []guard.Finding{{Category: c, Tier: guard.Probe, Why: strings.Repeat("as long as the longest ", 5), Language: language}}
				s := talkingState(mine("Hello.", app.Delivered), m, theirs("Well?"))
				w, _ := open(t, s, size)
				th := w.screen.(*talkingScreen).thread
				card := th.card
				if card.why.text == "" {
					t.Fatalf("%s: nothing is said", c)
				}
				width := card.Container.Size().Width
				for _, b := range []*button{card.answers[0], card.answers[1], card.hide} {
					if b.Size().Width > width || b.Position().X+b.Size().Width > width {
						t.Errorf("%v: %q is %v wide, of %v", size, b.label, b.Size().Width, width)
					}
				}
				it := th.items[1]
				if low := th.top() + it.y + it.h + it.tail; card.Container.Position().Y+card.Container.Size().Height > low+0.5 || th.items[2].y+th.top() < low {
					t.Errorf("%v, %s: the card ends at %v, the next message begins at %v", size, c, low, th.items[2].y)
				}
			}
		}
	}
}

func TestNothingIsSaidBesideWhereTheGuardIsTurnedDown(t *testing.T) {
	for _, level := range []settings.Guard{settings.SecretsOnly, settings.Off} {
		s := heeded(minutes(mine("im 19f from leeds", app.Delivered), theirs("so where do you live"))...)
		s.Guard = level
		w, _ := open(t, s, narrow)
		all := strings.Join(words(w.win.Content()), " ")
		if explained(w) || strings.Contains(all, "You have known") || strings.Contains(all, "do not know each other") {
			t.Errorf("%v: on the screen is %q", level, all)
		}
		if !strings.Contains(all, "the stranger could") {
			t.Errorf("%v: it does not begin with what the stranger could do: %q", level, all)
		}
		s.Guard = settings.Full
		w.render(s, at)
		if all := strings.Join(words(w.win.Content()), " "); !explained(w) || !strings.Contains(all, "You have known") {
			t.Errorf("%v: turned up, on the screen is %q", level, all)
		}
	}
}

func TestReminderWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                              "less than a minute",
		59 * time.Second:               "less than a minute",
		time.Minute:                    "one minute",
		6*time.Minute + time.Second:    "six minutes",
		19 * time.Minute:               "nineteen minutes",
		20 * time.Minute:               "twenty minutes",
		59 * time.Minute:               "fifty-nine minutes",
		time.Hour:                      "about an hour",
		90 * time.Minute:               "about two hours",
		26 * time.Hour:                 "about twenty-six hours",
		100 * time.Hour:                "days",
		-time.Minute:                   "less than a minute",
		42*time.Minute + time.Second/2: "forty-two minutes",
	} {
		if got := inWords(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
		if figure(reminder(d)) {
			t.Errorf("there is a figure in %q", reminder(d))
		}
	}
	s := talkingState()
	if got := opening(s); !strings.Contains(got, "21:05") || !strings.Contains(got, "keep everything you write") {
		t.Errorf("it begins with %q", got)
	}
}

// After three disclosures one is told once, where it stands, for how long one
// has known the stranger. What was said below is not moved by it into another
// group, and selecting and choosing know nothing of it.
func TestTheReminderStandsWhereItIsDue(t *testing.T) {
	messages := minutes(
		theirs("hello"), mine("im 19f from leeds", app.Delivered), mine("and you?", app.Delivered), theirs("from elsewhere"),
		mine("i work as a nurse", app.Sent),
	)
	w, _ := open(t, heeded(messages...), narrow)
	th := w.screen.(*talkingScreen).thread
	line := "You have known this stranger for nine minutes."
	n := 0
	for _, s := range words(th) {
		if strings.HasPrefix(s, line) {
			n++
		}
	}
	if n != 1 || th.items[1].tail == 0 {
		t.Fatalf("it is there %d times, in %q", n, words(th))
	}
	if !th.items[1].last || !th.items[2].first {
		t.Error("the messages around it are one group")
	}
	y := th.items[1].y + th.items[1].h + gapOther
	if th.items[2].y < y+sizeNote {
		t.Errorf("the line is at %v, the next message at %v", y, th.items[2].y)
	}
	th.selectAll()
	if got := th.selectedText(); strings.Contains(got, "You have known") {
		t.Errorf("selected is %q", got)
	}
	th.hovered(-1)
	th.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(20, th.top()+y+2)}})
	if th.hover != -1 {
		t.Errorf("the line belongs to message %d", th.hover)
	}
}
