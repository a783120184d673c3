// SPDX-License-Identifier: GPL-3.0-or-later

package settings_test

import (
	"errors"
	"strings"
	"testing"

	"passerby/app/settings"
)

// every returns all choices there are.
func every() (all []settings.Choices) {
	bools := []bool{false, true}
	for _, cards := range bools {
		for _, cover := range bools {
			for _, guard := range []settings.Guard{settings.Full, settings.SecretsOnly, settings.Off} {
				for _, block := range bools {
					for _, curtain := range bools {
						for _, remember := range bools {
							for _, stay := range bools {
								all = append(all, settings.Choices{
									CardsSeen: cards, Cover: cover, Guard: guard, CaptureBlock: block, Curtain: curtain,
									Remember: remember, Stay: stay,
								})
							}
						}
					}
				}
			}
		}
	}
	return all
}

func TestEveryChoiceIsReadAsItWasWritten(t *testing.T) {
	texts := make(map[string]bool)
	for _, c := range every() {
		texts[c.String()] = true
		if got, err := settings.Parse(c.String()); err != nil || got != c {
			t.Errorf("%q is read as %+v, %v", c, got, err)
		}
	}
	if len(texts) != len(every()) {
		t.Errorf("%d texts for %d choices", len(texts), len(every()))
	}
}

// There is no place in the file for anything that a person wrote, for a time or
// for a count.
func TestEveryWordInTheFileIsKnown(t *testing.T) {
	known := strings.Fields("Passerby settings 1 cards seen unseen cover guard full secrets capture-block curtain remember stay on off")
	for _, c := range every() {
		for _, word := range strings.Fields(c.String()) {
			if !strings.Contains(" "+strings.Join(known, " ")+" ", " "+word+" ") {
				t.Errorf("%q is in %q", word, c)
			}
		}
	}
}

func TestParse(t *testing.T) {
	chosen := settings.Defaults()
	chosen.Cover, chosen.CardsSeen = false, true
	for name, tc := range map[string]struct {
		text string
		want settings.Choices
		err  error
	}{
		"an older program's": {"Passerby settings 1\ncards seen\ncover off\n", chosen, nil},
		"no line feed":       {"Passerby settings 1\ncards seen\ncover off", chosen, nil},
		"an editor's":        {"Passerby settings 1\r\ncards seen\r\ncover off\r\n", chosen, nil},
		"only the header":    {"Passerby settings 1\n", settings.Defaults(), nil},
		"empty":              {"", settings.Defaults(), settings.ErrForeign},
		"another program's":  {"[settings]\ncover=off\n", settings.Defaults(), settings.ErrForeign},
		"endless":            {"Passerby settings 1\n" + strings.Repeat("cover off\n", 99), settings.Defaults(), settings.ErrForeign},
		"a newer program's":  {"Passerby settings 2\nshields up\n", settings.Defaults(), settings.ErrDamaged},
		"unknown key":        {"Passerby settings 1\ncover off\nshields up\n", settings.Defaults(), settings.ErrDamaged},
		"unknown word":       {"Passerby settings 1\ncover off\nguard sometimes\n", settings.Defaults(), settings.ErrDamaged},
		"a key alone":        {"Passerby settings 1\ncover\n", settings.Defaults(), settings.ErrDamaged},
		"twice":              {"Passerby settings 1\ncover off\ncover on\n", settings.Defaults(), settings.ErrDamaged},
		"empty line":         {"Passerby settings 1\n\ncover off\n", settings.Defaults(), settings.ErrDamaged},
		"zero bytes":         {"Passerby settings 1\ncover off\n\x00\x00\x00", settings.Defaults(), settings.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := settings.Parse(tc.text); got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("read as %+v, %v", got, err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("")
	f.Add(settings.Defaults().String())
	f.Add("Passerby settings 1\ncards seen\ncover off\nguard off\n")
	f.Add("Passerby settings 2\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := settings.Parse(text)
		if err != nil {
			if c != settings.Defaults() {
				t.Errorf("%q gives %v and the choices %+v", text, err, c)
			}
			return
		}
		if again, err := settings.Parse(c.String()); err != nil || again != c {
			t.Errorf("%+v is read as %+v, %v", c, again, err)
		}
	})
}
