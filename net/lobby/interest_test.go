// SPDX-License-Identifier: GPL-3.0-or-later

package lobby_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"passerby/net/lobby"
	"passerby/net/session"
)

func TestNormalise(t *testing.T) {
	for name, tc := range map[string]struct {
		in, want []string
		err      error
	}{
		"none":                     {nil, nil, nil},
		"case":                     {[]string{"Chess"}, []string{"chess"}, nil},
		"plural":                   {[]string{"Cats", "cat", "movies", "movie", "boxes", "box", "parties", "party"}, []string{"cat", "movy", "box", "party"}, nil},
		"plural in an expression":  {[]string{"video games", "Video Game"}, []string{"video game"}, nil},
		"no plural":                {[]string{"chess", "tennis", "bus", "gas"}, []string{"chess", "tennis", "bus", "gas"}, nil},
		"a hashtag":                {[]string{"#chess", "c#", "#"}, []string{"chess", "c#", "#"}, nil},
		"letters with strokes":     {[]string{"Łódź", "smørrebrød", "œuvre"}, []string{"lodz", "smorrebrod", "oeuvre"}, nil},
		"accents beyond Latin":     {[]string{"ёлка", "καφές", "елка", "καφεσ"}, []string{"елка", "καφεσ"}, nil},
		"marks that are letters":   {[]string{"が", "か", "हिन्दी", "한국"}, []string{"が", "か", "हिन्दी", "한국"}, nil},
		"vowels that some write":   {[]string{"مُوسِيقَى", "موسيقى", "שָׁלוֹם", "שלום"}, []string{"موسيقى", "שלום"}, nil},
		"half width":               {[]string{"ｶﾞﾝﾀﾞﾑ", "ガンダム"}, []string{"ガンダム"}, nil},
		"emoji beside words":       {[]string{"♟️ chess", "chess ♟", "chess"}, []string{"chess"}, nil},
		"emoji again and again":    {[]string{"🎵🎵🎵", "🎵"}, []string{"🎵"}, nil},
		"colours of skin":          {[]string{"👋🏽", "👋", "🏃🏿‍♀️", "🏃"}, []string{"👋", "🏃"}, nil},
		"languages by two names":   {[]string{"German", "Deutsch", "DEUTSCH"}, []string{"deutsch"}, nil},
		"case beyond ASCII":        {[]string{"STRASSE", "straße"}, []string{"strass"}, nil},
		"width":                    {[]string{"ｃｈｅｓｓ"}, []string{"chess"}, nil},
		"accents in two forms":     {[]string{"cafe\u0301", "caf\u00e9", "cafe"}, []string{"cafe"}, nil},
		"spaces":                   {[]string{" \tlate\u00a0  night\n"}, []string{"late night"}, nil},
		"empty":                    {[]string{"", "  ", "\u200b"}, nil, nil},
		"invisible characters":     {[]string{"ch\u200bess\u202e"}, []string{"chess"}, nil},
		"emoji with and without":   {[]string{"❤\ufe0f", "❤"}, []string{"❤"}, nil},
		"not UTF-8":                {[]string{"che\xffss"}, []string{"chess"}, nil},
		"twice":                    {[]string{"go", "GO", " go "}, []string{"go"}, nil},
		"four and a repetition":    {[]string{"a", "b", "c", "d", "A"}, []string{"a", "b", "c", "d"}, nil},
		"five":                     {[]string{"a", "b", "c", "d", "e"}, nil, lobby.ErrInterests},
		"32 characters":            {[]string{strings.Repeat("ж", 32)}, []string{strings.Repeat("ж", 32)}, nil},
		"33 characters":            {[]string{strings.Repeat("x", 33)}, nil, lobby.ErrInterests},
		"33, of which 1 is spaces": {[]string{" " + strings.Repeat("x", 32)}, []string{strings.Repeat("x", 32)}, nil},
		"a megabyte":               {[]string{strings.Repeat(" ", 1<<20)}, nil, lobby.ErrInterests},
		"one that grows":           {[]string{"\ufdfa\ufdfa"}, nil, lobby.ErrInterests},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := lobby.Normalise(tc.in)
			if !errors.Is(err, tc.err) || !slices.Equal(got, tc.want) {
				t.Fatalf("got %q, %v", got, err)
			}
		})
	}
}

func TestSharedKeepsOurWordingAndOrder(t *testing.T) {
	tags := [session.MaxTags]session.Tag{lobby.TagOf(network, "go"), lobby.TagOf(network, "chess"), {9}, lobby.TagOf("another", "tea")}
	got := lobby.Shared(network, []string{"Chess ", "tea", "GO", "go", ""}, tags)
	if !slices.Equal(got, []string{"Chess", "GO"}) {
		t.Fatalf("got %q", got)
	}
}

func TestEveryLanguageIsAnInterest(t *testing.T) {
	seen := make(map[string]string)
	for _, l := range lobby.Languages() {
		own, err := lobby.Normalise([]string{l.Name})
		if err != nil || len(own) != 1 {
			t.Fatalf("%s: %q, %v", l.Name, own, err)
		}
		if english, err := lobby.Normalise([]string{l.English}); err != nil || !slices.Equal(own, english) {
			t.Errorf("%s is %q, %s is %q, %v", l.Name, own, l.English, english, err)
		}
		if again, err := lobby.Normalise(own); err != nil || !slices.Equal(own, again) {
			t.Errorf("%q becomes %q", own, again)
		}
		if other, ok := seen[own[0]]; ok {
			t.Errorf("%s and %s are one", l.Name, other)
		}
		seen[own[0]] = l.Name
	}
	if !slices.IsSortedFunc(lobby.Languages(), func(a, b lobby.Language) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("not in order")
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("Straße")
	f.Add("\u0345\u03b9 ͺ")
	f.Add("\ufdfa\u200d❤\ufe0f")
	f.Add("##🎵 shoes ½ İ")
	f.Add("ｶﾞ\u0300\u3099")
	f.Fuzz(func(t *testing.T, s string) {
		words, err := lobby.Normalise([]string{s})
		if err != nil || len(words) == 0 {
			return
		}
		again, err := lobby.Normalise(words)
		if err != nil || !slices.Equal(again, words) {
			t.Fatalf("%q becomes %q becomes %q, %v", s, words, again, err)
		}
	})
}
