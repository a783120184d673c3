// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"passerby/app"
)

// updateFiles are files of a version that was published.
var updateFiles = []app.UpdateFile{
	{Name: "passerby_0.2.0_amd64.deb", SHA256: strings.Repeat("0a", 32)},
	{Name: "passerby-0.2.0-setup.exe", SHA256: strings.Repeat("0b", 32)},
}

// asks is a State of a copy that can ask, and knows this.
func asks(u app.Update) app.State {
	s := ready()
	u.Can = true
	s.Update = u
	return s
}

func TestUpdatesWords(t *testing.T) {
	starting := asks(app.Update{})
	starting.Tor.Progress = 50
	problem := &app.Problem{What: "Nobody answers."}
	for name, c := range map[string]struct {
		state   app.State
		ask     string
		waiting bool
		said    string
		files   int
		problem *app.Problem
	}{
		"cannot":      {ready(), "", false, "", 0, nil},
		"never asked": {asks(app.Update{}), updatesAsk, false, "", 0, nil},
		"no Tor yet":  {starting, updatesWait, true, "", 0, nil},
		"asking":      {asks(app.Update{Phase: app.UpdateAsking}), updatesAsking, true, "a minute or two", 0, nil},
		"newest":      {asks(app.Update{Phase: app.UpdateNewest}), updatesAsk, false, "No version newer", 0, nil},
		"newer":       {asks(app.Update{Phase: app.UpdateNewer, Version: "0.2.0", Files: updateFiles}), updatesAsk, false, "There is version 0.2.0.", 2, nil},
		"failed":      {asks(app.Update{Phase: app.UpdateFailed, Problem: problem}), updatesAsk, false, "", 0, problem},
	} {
		v := updatesOf(c.state)
		if v.ask != c.ask || v.waiting != c.waiting || len(v.files) != c.files || v.problem != c.problem {
			t.Errorf("%s: %+v", name, v)
		}
		if !strings.Contains(v.said, c.said) || (c.said == "") != (v.said == "") {
			t.Errorf("%s: it says %q", name, v.said)
		}
		if !strings.Contains(v.version, app.Version) {
			t.Errorf("%s: %q", name, v.version)
		}
	}
}

// Opening the settings asks nobody; the button does, once it is pressed.
func TestUpdatesAreAskedForByTheButton(t *testing.T) {
	for name, act := range map[string]func(*button){
		"keyboard": func(b *button) { press(b, fyne.KeyReturn) },
		"mouse":    func(b *button) { test.Tap(b) },
	} {
		w, f := open(t, asks(app.Update{}), narrow)
		w.do(cmdSettings)
		s := shownSettings(w)
		if f.asked != nil {
			t.Fatalf("%s: asked %q", name, f.asked)
		}
		act(s.updates.ask)
		if !slices.Equal(f.asked, []string{"updates"}) {
			t.Errorf("%s: asked %q", name, f.asked)
		}
		// While it is under way there is nothing to press.
		w.render(asks(app.Update{Phase: app.UpdateAsking}), at)
		act(s.updates.ask)
		if len(f.asked) != 1 || s.updates.ask.label != updatesAsking {
			t.Errorf("%s: asked %q, the button says %q", name, f.asked, s.updates.ask.label)
		}
	}
}

func TestANewerVersionIsShownAndCopied(t *testing.T) {
	w, _ := open(t, asks(app.Update{}), narrow)
	w.do(cmdSettings)
	s := shownSettings(w)
	all := func() string { return strings.Join(words(s.object()), " ") }
	if said := all(); strings.Contains(said, "0.2.0") || !strings.Contains(said, "Version "+app.Version) || !s.updates.copied.Hidden {
		t.Errorf("at first it says %q", said)
	}
	newer := asks(app.Update{Phase: app.UpdateNewer, Version: "0.2.0", Files: updateFiles})
	w.render(newer, at)
	for _, f := range updateFiles {
		if said := strings.ReplaceAll(all(), " ", ""); !strings.Contains(said, f.Name) || !strings.Contains(said, f.SHA256) {
			t.Errorf("%q does not say %v", said, f)
		}
	}
	press(s.updates.copied, fyne.KeySpace)
	if got := fyne.CurrentApp().Clipboard().Content(); got != newer.Update.Sums() || s.updates.copied.label != updatesCopied {
		t.Errorf("copied is %q, the button says %q", got, s.updates.copied.label)
	}
	// The next question takes it away.
	w.render(asks(app.Update{Phase: app.UpdateAsking}), at)
	if said := all(); strings.Contains(said, "0.2.0") || !s.updates.copied.Hidden {
		t.Errorf("then it says %q", said)
	}
}

func TestTheSettingsSayWhyAQuestionFailed(t *testing.T) {
	w, f := open(t, asks(app.Update{}), narrow)
	w.do(cmdSettings)
	s := shownSettings(w)
	all := func() string { return strings.Join(words(s.object()), " ") }
	w.render(asks(app.Update{Phase: app.UpdateFailed, Problem: &app.Problem{What: "The list is forged.", Advice: "Do not install anything."}}), at)
	if said := all(); !strings.Contains(said, "The list is forged.") || !strings.Contains(said, "Do not install anything.") {
		t.Errorf("it says %q", said)
	}
	// What is refused at once is said too, until it is not.
	f.err = errors.New("there is no Tor; wait for it")
	press(s.updates.ask, fyne.KeySpace)
	if said := all(); !strings.Contains(said, "There is no Tor.") || !strings.Contains(said, "Wait for it.") {
		t.Errorf("it says %q", said)
	}
	f.err = nil
	press(s.updates.ask, fyne.KeySpace)
	w.render(asks(app.Update{Phase: app.UpdateNewest}), at)
	if said := all(); strings.Contains(said, "no Tor") || !s.updates.problem.Hidden || !strings.Contains(said, "No version newer") {
		t.Errorf("it says %q", said)
	}
}

// The settings say what asking gives away, and what no answer can tell.
func TestTheSettingsSayWhatAskingMeans(t *testing.T) {
	w, _ := open(t, asks(app.Update{}), wide)
	w.do(cmdSettings)
	press(shownSettings(w).updates.more, fyne.KeySpace)
	all := strings.Join(words(shownSettings(w).object()), " ")
	for _, want := range []string{"Nothing is asked by itself", "through Tor", "somebody asked, and when", "which version", "keep a newer one back", "Nothing is downloaded", "passerby verify"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q does not say %q", all, want)
		}
	}
	w, f := open(t, ready(), wide)
	w.do(cmdSettings)
	s := shownSettings(w)
	if all := strings.Join(words(s.object()), " "); !strings.Contains(all, updatesCannot) || s.updates.ask != nil || f.asked != nil {
		t.Errorf("a copy that cannot ask says %q", all)
	}
}
