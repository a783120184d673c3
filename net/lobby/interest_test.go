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
		"case beyond ASCII":        {[]string{"STRASSE", "straße"}, []string{"strasse"}, nil},
		"width":                    {[]string{"ｃｈｅｓｓ"}, []string{"chess"}, nil},
		"accents in two forms":     {[]string{"cafe\u0301", "caf\u00e9"}, []string{"caf\u00e9"}, nil},
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

func FuzzNormalise(f *testing.F) {
	f.Add("Straße")
	f.Add("\u0345\u03b9 ͺ")
	f.Add("\ufdfa\u200d❤\ufe0f")
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
