// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"strings"

	"passerby/app/guard/tables"
)

// russianForms are the forms of a folded name after "из", "в", "под" and the
// like: genitive, prepositional, accusative, instrumental. The rules are those
// of the school book; where a name may be of two genders both are made, because
// a form that nobody writes does no harm.
func russianForms(name string) []string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return nil
	}
	at := len(words) - 1
	for i := 1; i < len(words); i++ {
		if words[i] == "на" || words[i] == "под" || words[i] == "в" {
			at = i - 1
			break
		}
	}
	head, tail := words[:at], words[at+1:]
	var out []string
	for _, f := range russianNoun(words[at]) {
		parts := make([]string, 0, len(words))
		for _, h := range head {
			parts = append(parts, russianAdjective(h, f.locative))
		}
		parts = append(parts, f.form)
		out = append(out, strings.Join(append(parts, tail...), " "))
	}
	return out
}

type russianForm struct {
	form     string
	locative bool
}

func russianNoun(w string) []russianForm {
	r := []rune(w)
	if len(r) < 3 {
		return nil
	}
	stem, last, before := string(r[:len(r)-1]), r[len(r)-1], r[len(r)-2]
	ending := func(oblique string, locative ...string) []russianForm {
		out := []russianForm{{form: oblique}}
		for _, l := range locative {
			out = append(out, russianForm{l, true})
		}
		return out
	}
	switch {
	case strings.HasSuffix(w, "ая"):
		base := string(r[:len(r)-2])
		return append(ending(base+"ой", base+"ой"), russianForm{form: base + "ую"})
	case strings.HasSuffix(w, "ия"):
		return append(ending(stem+"и", stem+"и"), russianForm{form: stem + "ю"})
	case last == 'я':
		return append(ending(stem+"и", stem+"е"), russianForm{form: stem + "ю"})
	case last == 'а':
		genitive := stem + "ы"
		if strings.ContainsRune("гкхжшщч", before) {
			genitive = stem + "и"
		}
		return append(ending(genitive, stem+"е"), russianForm{form: stem + "у"}, russianForm{form: stem + "ой"})
	case last == 'ь':
		return append(ending(stem+"и", stem+"и", stem+"е"), russianForm{form: stem + "я"})
	case strings.HasSuffix(w, "ый"), strings.HasSuffix(w, "ий"):
		base := string(r[:len(r)-2])
		return ending(base+"ого", base+"ом")
	case last == 'й':
		return ending(stem+"я", stem+"е")
	case strings.HasSuffix(w, "ое"):
		base := string(r[:len(r)-2])
		return ending(base+"ого", base+"ом")
	case strings.HasSuffix(w, "во"), strings.HasSuffix(w, "но"):
		return ending(stem+"а", stem+"е")
	case last == 'ы', last == 'и':
		return ending(stem, stem+"ах")
	case strings.ContainsRune("бвгдзклмнпрстфхчшщц", last):
		forms := append(ending(w+"а", w+"е"), russianForm{form: w + "ом"})
		if strings.HasSuffix(w, "ец") {
			base := string(r[:len(r)-2]) + "ц"
			forms = append(forms, ending(base+"а", base+"е")...)
		}
		return forms
	}
	return nil
}

// russianAdjective puts the adjective before a noun into the noun's case.
func russianAdjective(w string, locative bool) string {
	pick := func(oblique, at string) string {
		if locative {
			return at
		}
		return oblique
	}
	for _, e := range []struct{ ending, oblique, locative string }{
		{"ний", "него", "нем"}, {"кий", "кого", "ком"}, {"ый", "ого", "ом"},
		{"няя", "ней", "ней"}, {"ая", "ой", "ой"}, {"ое", "ого", "ом"},
		{"ные", "ных", "ных"}, {"ие", "их", "их"},
	} {
		if base, ok := strings.CutSuffix(w, e.ending); ok {
			return base + pick(e.oblique, e.locative)
		}
	}
	return w
}

// turkishForms are "in", "from", "of" and "I am of" a place, by vowel harmony.
// Chat writes them with the apostrophe, which Fold drops, or without.
func turkishForms(name string) []string {
	folded := tables.Fold(name)
	lower := []rune(strings.ToLower(strings.ReplaceAll(name, "I", "ı")))
	vowel := ' '
	for _, r := range lower {
		if strings.ContainsRune("aıoueiöü", r) {
			vowel = r
		}
	}
	if vowel == ' ' || len(lower) < 3 {
		return nil
	}
	a, i := "a", "i"
	if strings.ContainsRune("eiöü", vowel) {
		a = "e"
	}
	if strings.ContainsRune("ouöü", vowel) {
		i = "u"
	}
	d := "d"
	if strings.ContainsRune("fstkçşhp", lower[len(lower)-1]) {
		d = "t"
	}
	return []string{
		folded + d + a, folded + d + a + "n", folded + "l" + i,
		folded + "l" + i + "y" + i + "m", folded + d + a + "y" + i + "m",
	}
}

// persianForms are "of the place" and "I am in the place".
func persianForms(name string) []string {
	return []string{name + "ی", name + "م", name + "ی ام", name + " ام"}
}
