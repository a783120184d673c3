// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"passerby/app"
	"passerby/app/settings"
)

// switchOf returns where a switch is in the settings.
func switchOf(t *testing.T, words settingWords) int {
	t.Helper()
	i := slices.IndexFunc(switches, func(s setting) bool { return s.words.name == words.name })
	if i < 0 {
		t.Fatalf("there is no switch %q", words.name)
	}
	return i
}

// Each of the two is off at first, is asked for by itself, and is there the
// next time.
func TestWhatIsKeptOfTheNetworkIsChosen(t *testing.T) {
	for _, c := range []struct {
		words settingWords
		asks  string
		set   func(*app.Keeping, bool)
		kept  func(settings.Choices) bool
	}{
		{rememberWords, "remember", func(k *app.Keeping, on bool) { k.Remember = on }, func(c settings.Choices) bool { return c.Remember }},
		{stayWords, "stay", func(k *app.Keeping, on bool) { k.Stay = on }, func(c settings.Choices) bool { return c.Stay }},
	} {
		dir := t.TempDir()
		w, f := open(t, ready(), narrow)
		w.kept = settings.Open(dir)
		w.do(cmdSettings)
		s := shownSettings(w)
		i := switchOf(t, c.words)
		if s.toggles[i].on || c.kept(settings.Defaults()) {
			t.Errorf("%s is on at first", c.words.name)
		}
		for _, on := range []bool{true, false} {
			f.asked = nil
			press(s.toggles[i], fyne.KeySpace)
			if want := c.asks + map[bool]string{true: " true", false: " false"}[on]; !slices.Equal(f.asked, []string{want}) {
				t.Errorf("asked %q, want %q", f.asked, want)
			}
			if s.toggles[i].on == on {
				t.Error("it changes before the State does")
			}
			c.set(&f.state.Keeping, on)
			w.render(f.state, at)
			if s.toggles[i].on != on || c.kept(settings.Open(dir).Choices()) != on {
				t.Errorf("%s: on %v, kept %v", c.words.name, s.toggles[i].on, c.kept(settings.Open(dir).Choices()))
			}
		}
	}
}

func TestTheSettingsSayWhatCameOfWhatIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		keeping  app.Keeping
		nook     nook
		remember string
		stay     string
	}{
		"nothing chosen":          {app.Keeping{}, nookUnknown, "", ""},
		"nobody yet":              {app.Keeping{Remember: true}, nookUnknown, "Nobody is remembered yet", ""},
		"one":                     {app.Keeping{Remember: true, Remembered: 1}, nookUnknown, "1 member is remembered", ""},
		"some":                    {app.Keeping{Remember: true, Remembered: 7}, nookUnknown, "7 members are remembered, of 20 at most", ""},
		"chosen now":              {app.Keeping{Stay: true}, nookHere, "", "with the next start"},
		"chosen now, no place":    {app.Keeping{Stay: true}, nookNone, "", "only while its window is open"},
		"staying":                 {app.Keeping{Stay: true, Staying: true}, nookHere, "", "closing the window leaves it near the clock"},
		"staying, no place":       {app.Keeping{Stay: true, Staying: true}, nookNone, "", "no place for it"},
		"a problem, nobody known": {app.Keeping{Remember: true, Problem: "x"}, nookUnknown, "", ""},
	} {
		for what, pair := range map[string][2]string{
			"remember": {rememberNote(c.keeping), c.remember}, "stay": {stayNote(c.keeping, c.nook), c.stay},
		} {
			if got, want := pair[0], pair[1]; !strings.Contains(got, want) || (want == "") != (got == "") {
				t.Errorf("%s, %s: %q, want %q", name, what, got, want)
			}
		}
	}
}

// Where something cannot be kept it is said why, beside the switches, until it
// can.
func TestTheSettingsSayWhyNothingIsKept(t *testing.T) {
	s := ready()
	s.Keeping = app.Keeping{Remember: true, Problem: "This system has no key store."}
	w, _ := open(t, s, narrow)
	w.do(cmdSettings)
	screen := shownSettings(w)
	if screen.keeping.Hidden || !slices.Contains(words(screen.object()), "This system has no key store.") {
		t.Errorf("it says %q", words(screen.object()))
	}
	if y, of := screen.page.place(screen.keeping.Container), screen.page.place(screen.toggles[switchOf(t, rememberWords)]); y >= of || of-y > 300 {
		t.Errorf("it stands at %v, the switch at %v", y, of)
	}
	s.Keeping.Problem = ""
	w.render(s, at)
	if !screen.keeping.Hidden {
		t.Error("it stays although nothing is wrong")
	}
}

// Both say what they cost and what they give away.
func TestStayingOnSaysWhatItGivesAway(t *testing.T) {
	w, _ := open(t, ready(), wide)
	w.do(cmdSettings)
	s := shownSettings(w)
	for _, words := range []settingWords{rememberWords, stayWords} {
		test.Tap(s.mores[switchOf(t, words)])
	}
	all := strings.Join(words(s.object()), " ")
	for _, want := range []string{
		"up to 20", "to the day", "encrypted", "deleted at once", "next start", "32 kB a second", "For a week", "same address",
		"never linked", "Where you are they do not learn", trayOpen, trayQuit,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q does not say %q", all, want)
		}
	}
}

func TestOnlyALocalBusIsUsed(t *testing.T) {
	for address, want := range map[string]bool{
		"":                                      false,
		"disabled:":                             false,
		"autolaunch:":                           false,
		"unixexec:path=/bin/sh":                 false,
		"tcp:host=192.0.2.1,port=80":            false,
		"unix:path=/run/user/1000/bus":          true,
		"unix:abstract=/tmp/dbus-x":             true,
		"unix:path=/a;unix:path=/b":             true,
		"unix:path=/a;tcp:host=192.0.2.1":       false,
		"nonce-tcp:host=192.0.2.1;unix:path=/a": false,
		"unix:path=/a;":                         false,
	} {
		got := busIsLocal(func(name string) string {
			if name != "DBUS_SESSION_BUS_ADDRESS" {
				t.Errorf("%s is asked for", name)
			}
			return address
		})
		if got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}
