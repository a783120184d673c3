// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/app/guard/tables"
	"passerby/app/settings"
	"passerby/assets"
)

// plainKeys are named in the help page and are no shortcuts of keys.go: Fyne's
// widgets and canvas, the composer, the thread and the cards have them.
var plainKeys = []string{"Enter", "Shift+Enter", "Esc", "Tab", "F1", "Ctrl+C", "Left", "Right"}

// shortcutNamed reads the name of a key as the help page writes it.
func shortcutNamed(name string) *desktop.CustomShortcut {
	s := &desktop.CustomShortcut{}
	parts := strings.Split(name, "+")
	for _, modifier := range parts[:len(parts)-1] {
		s.Modifier |= map[string]fyne.KeyModifier{
			"Ctrl": fyne.KeyModifierShortcutDefault, "Alt": fyne.KeyModifierAlt, "Shift": fyne.KeyModifierShift,
		}[modifier]
	}
	switch key := parts[len(parts)-1]; key {
	case "Enter":
		s.KeyName = fyne.KeyReturn
	case "PageUp":
		s.KeyName = fyne.KeyPageUp
	case "PageDown":
		s.KeyName = fyne.KeyPageDown
	case "Backspace":
		s.KeyName = fyne.KeyBackspace
	default:
		s.KeyName = fyne.KeyName(key)
	}
	return s
}

// Every key that the help names does something, and every key that does
// something is named.
func TestTheHelpNamesTheKeys(t *testing.T) {
	named := regexp.MustCompile(`(?:(?:Ctrl|Alt|Shift)\+)+(?:[A-Z][A-Za-z]*|,)`).FindAllString(assets.Help, -1)
	for line := range strings.Lines(assets.Help) {
		if key, _, ok := strings.Cut(line, "\t"); ok {
			named = append(named, key)
		}
	}
	var commands []command
	var pens []penCommand
	for _, name := range named {
		if slices.Contains(plainKeys, name) {
			continue
		}
		s := shortcutNamed(name)
		c, p := commandFor(s), penCommandFor(s)
		if c == noCommand && p == noPenCommand {
			t.Errorf("%s does nothing", name)
		}
		commands, pens = append(commands, c), append(pens, p)
	}
	for _, s := range shortcuts() {
		if !slices.Contains(commands, commandFor(s)) {
			t.Errorf("%s is not in the help", s.ShortcutName())
		}
	}
	for key, c := range penKeys {
		if !slices.Contains(pens, c) {
			t.Errorf("Alt+%s is not in the help", key)
		}
	}
}

func TestSections(t *testing.T) {
	got := sections("lost\n= One\n\nA *word*.\n@ try\n= Two\nEsc\tgoes back\n")
	want := []section{
		{"One", []part{{text: "A *word*."}, {put: "try"}}},
		{"Two", []part{{key: "Esc", text: "goes back"}}},
	}
	if !slices.EqualFunc(got, want, func(a, b section) bool { return a.heading == b.heading && slices.Equal(a.parts, b.parts) }) {
		t.Errorf("read %v, want %v", got, want)
	}
	for _, s := range sections(assets.Help) {
		if len(s.parts) == 0 {
			t.Errorf("%q says nothing", s.heading)
		}
		for _, p := range s.parts {
			if p.put != "" && !slices.Contains([]string{"try", "clipboard", "cards", "kept", "tables"}, p.put) {
				t.Errorf("nothing is known of %q", p.put)
			}
			if strings.ContainsAny(p.text, "*_`#<>!") {
				t.Errorf("this looks like markup: %q", p.text)
			}
		}
	}
}

// helped opens the help page with F1.
func helped(t *testing.T, s app.State, size fyne.Size) (*window, *helpScreen) {
	t.Helper()
	w, _ := open(t, s, size)
	press(w.win.Canvas().Focused(), fyne.KeyF1)
	h, ok := w.top().(*helpScreen)
	if !ok {
		t.Fatalf("F1 shows a %T", w.top())
	}
	return w, h
}

func TestF1ShowsTheHelpFromEverywhere(t *testing.T) {
	for name, s := range scenes() {
		t.Run(name, func(t *testing.T) {
			w, h := helped(t, s, narrow)
			had := w.screen.first()
			press(w.win.Canvas().Focused(), fyne.KeyEscape)
			if w.top() != w.screen || w.win.Canvas().Focused() != had {
				t.Error("Esc does not lead back")
			}
			w.help()
			if w.top() == screen(h) {
				t.Error("the page is not made anew")
			}
			press(w.win.Canvas().Focused(), fyne.KeyF1)
			if w.top() != w.screen {
				t.Error("F1 does not lead back")
			}
		})
	}
	w, _ := open(t, ready(), narrow)
	press(w.screen.(*homeScreen).interests.field, fyne.KeyF1)
	if w.top() == w.screen {
		t.Error("F1 does nothing while an interest is typed")
	}
}

// Every section is reached and read by keyboard alone.
func TestTheHelpIsReadByKeyboard(t *testing.T) {
	w, h := helped(t, ready(), narrow)
	view := h.page.scroll.Size().Height
	for i, link := range h.links {
		if w.win.Canvas().Focused() != fyne.Focusable(link) {
			t.Fatalf("the keyboard is with %v, not with section %d", w.win.Canvas().Focused(), i)
		}
		press(link, fyne.KeyReturn)
		y := h.page.place(h.cards[i]) - h.page.scroll.Offset.Y
		end := h.page.frame.height-view <= h.page.scroll.Offset.Y+1
		if y < 0 || y > 4*unit && !end || y > view {
			t.Errorf("section %d is shown at %v", i, y)
		}
		w.win.Canvas().FocusNext()
	}

	// The keys lead from the top to the end and back.
	press(h.links[0], fyne.KeyHome)
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyPageDown} {
		before := h.page.scroll.Offset.Y
		press(h.links[0], key)
		if h.page.scroll.Offset.Y <= before {
			t.Errorf("%s does not scroll", key)
		}
	}
	press(h.links[0], fyne.KeyEnd)
	if got, want := h.page.scroll.Offset.Y, h.page.frame.height-view; got != want {
		t.Errorf("the end is at %v, want %v", got, want)
	}
	w.keys.focus(nil)
	w.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	if h.page.scroll.Offset.Y == h.page.frame.height-view {
		t.Error("the page does not scroll where nothing has the keyboard")
	}
	press(h.links[0], fyne.KeyUp)
	press(h.links[0], fyne.KeyHome)
	if h.page.scroll.Offset.Y != 0 {
		t.Error("Home does not lead to the top")
	}

	// What has the keyboard is in view.
	w.keys.focus(h.links[0])
	w.keys.focus(h.try)
	if y := h.page.place(h.try) - h.page.scroll.Offset.Y; y < 0 || y+h.try.Size().Height > view {
		t.Errorf("what has the keyboard is at %v", y)
	}
}

func TestTheHelpFits(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(minWidth, minHeight), narrow, wide} {
		w, _ := helped(t, ready(), size)
		walk(w.win.Canvas().Overlays().Top(), fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
			if text, ok := o.(*canvas.Text); ok && text.Text != "" && at.X+text.MinSize().Width > size.Width {
				t.Errorf("%q reaches to %v of %v", text.Text, at.X+text.MinSize().Width, size.Width)
			}
		})
	}
}

// What happens beneath is told.
func TestTheHelpTellsWhatHappensBeneath(t *testing.T) {
	met := talkingState()
	for name, c := range map[string]struct {
		from, to app.State
		want     string
	}{
		"nothing":  {ready(), ready(), ""},
		"stranger": {seekingState(), met, "stranger is here"},
		"messages": {talkingState(theirs("a")), talkingState(theirs("a"), theirs("b")), "1 new message"},
		"mine":     {talkingState(theirs("a")), talkingState(theirs("a"), mine("b", app.Sent)), ""},
		"end":      {talkingState(theirs("a")), afterState(), "has ended"},
	} {
		w, h := helped(t, c.from, narrow)
		w.render(c.to, at)
		if w.top() != screen(h) {
			t.Errorf("%s: the page has gone", name)
		}
		if got := h.news.text; c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: it says %q", name, got)
		}
	}
}

// The editor opens from the help, over it; from the editor the help opens, and
// leads back to what was made up.
func TestTryingFromTheHelp(t *testing.T) {
	w, h := helped(t, ready(), narrow)
	test.Tap(h.try)
	m, ok := w.top().(*makeItUp)
	if !ok {
		t.Fatalf("shown is a %T", w.top())
	}
	typed(m.picture.thread, "Hello.")
	press(m.picture.thread, fyne.KeyF1)
	again, ok := w.top().(*helpScreen)
	if !ok || again == h {
		t.Fatalf("shown is a %T", w.top())
	}
	test.Tap(again.try)
	if w.top() != screen(m) || m.tale.talk.Messages[0].Text != "Hello." {
		t.Fatalf("shown is a %T", w.top())
	}
}

// What a careful person does, what the guard misses, and whose tables it uses
// are read without a network.
func TestTheHelpSaysWhatOneNeeds(t *testing.T) {
	w, _ := open(t, ready(), narrow)
	w.kept = settings.Open(t.TempDir())
	w.kept.Change(func(c *settings.Choices) { c.CardsSeen = true })
	w.help()
	h := w.top().(*helpScreen)
	said := make(map[string]string)
	for i, link := range h.links {
		said[link.label] = strings.Join(words(h.cards[i]), " ")
	}
	for heading, wants := range map[string][]string{
		"What a careful person does": {
			"nickname", "in one of five cases", "more than four of five", "at nine", "telephone", "updates", "Leaves.",
		},
		"What helps, and what does not":      {"A VPN hides from your provider that you use Tor", "A bridge", "--torrc FILE", "in daylight"},
		"When somebody threatens or presses": {"do not pay", "note down", "112"},
		"What is pointed out before you send": {
			"on this computer and in memory", "It does not see everything", "It does not claim to find names", "harmless remarks",
			"how you write", "secrets only, or off",
		},
		"How many people you could be": {"everybody on earth", "counts once", "an estimate", tables.Attribution},
		"Pictures of the screen":       {"version 2004 of Windows 10", "since version 15", "On Linux there is nothing to ask"},
		"What stays on this computer":  {"no time, no count", w.kept.Kept()},
	} {
		text := ""
		for label, s := range said {
			if strings.HasPrefix(label, heading) {
				text = s
			}
		}
		for _, want := range wants {
			// A path may be broken anywhere.
			if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%q does not say %q but %q", heading, want, text)
			}
		}
	}
}

// Nothing that is said of the studies is more than they found.
func TestThatTheHelpSaysNoMoreThanStudiesFound(t *testing.T) {
	for _, never := range []string{"per cent", "%", "guarantee", "completely", "100"} {
		if strings.Contains(assets.Help, never) {
			t.Errorf("the help says %q", never)
		}
	}
}
