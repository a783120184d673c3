// SPDX-License-Identifier: GPL-3.0-or-later

package update_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"passerby/app/update"
	"passerby/net/onion"
)

// pair returns a key pair of whoever publishes.
func pair(t testing.TB) (private, public string) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, "passerby")
	if err != nil {
		t.Fatal(err)
	}
	return private, public
}

// sign returns a signed note of a text.
func sign(t testing.TB, private, text string) string {
	t.Helper()
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

const text = "passerby 0.2.0\n" + sum + "  passerby_0.2.0_amd64.deb\n"

func TestOnlyAListWithTheRightSignatureIsOpened(t *testing.T) {
	private, public := pair(t)
	stranger, _ := pair(t)
	source := update.Source{Key: public}
	right := sign(t, private, text)
	other := sign(t, private, strings.Replace(text, "0.2.0\n", "0.3.0\n", 1))
	_, signature, _ := strings.Cut(right, "\n\n")
	_, theirs, _ := strings.Cut(sign(t, stranger, text), "\n\n")
	for name, c := range map[string]struct {
		signed string
		want   error
	}{
		"right":                     {right, nil},
		"one signature more":        {right + theirs, nil},
		"a file changed":            {strings.Replace(right, "amd64", "arm64", 1), update.ErrForged},
		"a hash changed":            {strings.Replace(right, "e3b0", "e3b1", 1), update.ErrForged},
		"a version changed":         {strings.Replace(right, "0.2.0\n", "0.2.1\n", 1), update.ErrForged},
		"another list's signature":  {text + "\n" + strings.SplitN(other, "\n\n", 2)[1], update.ErrForged},
		"a stranger's signature":    {text + "\n" + theirs, update.ErrForged},
		"no signature":              {text, update.ErrMalformed},
		"nothing":                   {"", update.ErrMalformed},
		"a page of the Web":         {"<!DOCTYPE html>\n<html>\n", update.ErrMalformed},
		"the signature alone":       {signature, update.ErrMalformed},
		"something behind":          {right + "more\n", update.ErrMalformed},
		"longer than it may be":     {right + strings.Repeat("\n", update.MaxList), update.ErrMalformed},
		"signed and not understood": {sign(t, private, "passerby 0.2.0\nsha3 "+sum+"  a.deb\n"), update.ErrUnreadable},
		"signed for something else": {sign(t, private, "go.sum database tree\n"), update.ErrUnreadable},
	} {
		l, err := source.Open([]byte(c.signed))
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err == nil && l.String() != text {
			t.Errorf("%s: opened as %q", name, l)
		}
	}
	// Cut off anywhere, it is refused: all but the last byte is missed.
	for n := range len(right) {
		if l, err := source.Open([]byte(right[:n])); !errors.Is(err, update.ErrMalformed) {
			t.Errorf("%d of %d bytes: %v, %v", n, len(right), l, err)
		}
	}
}

func TestWithoutAKeyNothingIsOpened(t *testing.T) {
	private, _ := pair(t)
	if _, err := (update.Source{}).Open([]byte(sign(t, private, text))); !errors.Is(err, update.ErrNoKey) {
		t.Error(err)
	}
	if _, err := (update.Source{Key: "passerby+1"}).Open([]byte(sign(t, private, text))); err == nil {
		t.Error("a key that is none opens a list")
	}
}

func TestASourceIsChecked(t *testing.T) {
	_, public := pair(t)
	address := onion.GenerateKey().Address().String()
	for _, c := range []struct {
		source   update.Source
		can, fit bool
	}{
		{update.Source{}, false, true},
		{update.Source{Key: public}, false, true},
		{update.Source{Address: address}, false, true},
		{update.Source{Key: public, Address: address}, true, true},
		{update.Source{Key: public[1:], Address: address}, true, false},
		{update.Source{Key: public, Address: "example.org"}, true, false},
		{update.Source{Key: public, Address: address[1:]}, true, false},
	} {
		if err := c.source.Check(); c.source.Can() != c.can || (err == nil) != c.fit {
			t.Errorf("%+v: can %v, %v", c.source, c.source.Can(), err)
		}
	}
	// Tests are built without either.
	if s := update.Compiled(); s != (update.Source{}) {
		t.Errorf("compiled in is %+v", s)
	}
}

func FuzzOpen(f *testing.F) {
	private, public := pair(f)
	right := sign(f, private, text)
	f.Add([]byte(right))
	f.Add([]byte(text))
	f.Add([]byte(right[:len(right)-5]))
	source := update.Source{Key: public}
	f.Fuzz(func(t *testing.T, signed []byte) {
		// Nobody but the holder of the key makes another list that opens.
		if l, err := source.Open(signed); err == nil && l.String() != text {
			t.Fatalf("%q opened as %q", signed, l)
		}
	})
}
