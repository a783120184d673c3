// SPDX-License-Identifier: GPL-3.0-or-later

package invite_test

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"image/color"
	"os"
	"strings"
	"testing"
	"time"

	"passerby/net/invite"
	"passerby/net/onion"
)

// now is when the links of these tests are read.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// write returns a link of the given fields with a right checksum.
func write(version, kind byte, network string, until time.Time, key []byte) string {
	tag := sha256.Sum256([]byte("passerby invite network" + network))
	steps := until.Unix() / 600
	b := append([]byte{version, kind}, tag[:4]...)
	b = append(b, byte(steps>>16), byte(steps>>8), byte(steps))
	return seal(append(b, key...))
}

func seal(b []byte) string {
	sum := sha256.Sum256(append([]byte("passerby invite link"), b...))
	b = append(b, sum[:4]...)
	return "passerby:" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

// key is some valid onion key.
func key() []byte {
	a := onion.KeyFromSeed([32]byte{7}).Address()
	return a[:]
}

func good() string { return write(1, 1, "test", now.Add(48*time.Hour), key()) }

func TestParse(t *testing.T) {
	link := good()
	for name, tc := range map[string]struct {
		text string
		want error
	}{
		"as it was written":            {link, nil},
		"in upper case":                {strings.ToUpper(link), nil},
		"in a mail":                    {"\n  " + link[:30] + "\r\n " + link[30:60] + "\u200b" + link[60:] + " \n", nil},
		"for many":                     {write(1, 2, "test", now.Add(time.Hour), key()), nil},
		"a note":                       {write(1, 3, "test", now.Add(time.Hour), make([]byte, 32)), nil},
		"the other note":               {write(1, 4, "test", now.Add(time.Hour), make([]byte, 32)), nil},
		"nothing":                      {"", invite.ErrNotLink},
		"a web address":                {"https://example.org/", invite.ErrNotLink},
		"without its beginning":        {strings.TrimPrefix(link, "passerby:"), invite.ErrNotLink},
		"endless":                      {"passerby:" + strings.Repeat("a", 2000), invite.ErrNotLink},
		"its beginning alone":          {"passerby:", invite.ErrDamaged},
		"one letter changed":           {link[:40] + other(link[40]) + link[41:], invite.ErrDamaged},
		"two letters swapped":          {swapped(link), invite.ErrDamaged},
		"one letter missing":           {link[:len(link)-1], invite.ErrDamaged},
		"one letter more":              {link + "a", invite.ErrDamaged},
		"a letter that is none":        {link[:40] + "1" + link[41:], invite.ErrDamaged},
		"twice":                        {link + link, invite.ErrDamaged},
		"version 0":                    {write(0, 1, "test", now.Add(time.Hour), key()), invite.ErrDamaged},
		"version 2":                    {write(2, 1, "test", now.Add(time.Hour), key()), invite.ErrNewer},
		"version 2, longer":            {seal(append([]byte{2}, make([]byte, 99)...)), invite.ErrNewer},
		"version 2, shorter":           {seal([]byte{2}), invite.ErrNewer},
		"version 1, longer":            {seal(append([]byte{1}, make([]byte, 99)...)), invite.ErrDamaged},
		"an unknown kind":              {write(1, 9, "test", now.Add(time.Hour), key()), invite.ErrDamaged},
		"no key":                       {write(1, 1, "test", now.Add(time.Hour), make([]byte, 32)), invite.ErrDamaged},
		"of another network":           {write(1, 1, "tset", now.Add(time.Hour), key()), invite.ErrForeign},
		"expired":                      {write(1, 1, "test", now, key()), invite.ErrExpired},
		"of another network, long ago": {write(1, 1, "tset", now.Add(-time.Hour), key()), invite.ErrForeign},
		"for a month":                  {write(1, 1, "test", now.Add(30*24*time.Hour), key()), invite.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := invite.Parse(tc.text, "test", now)
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if again, err := invite.Parse(l.String(), "test", now); tc.want == nil && (err != nil || again != l) {
				t.Errorf("%v is read as %v, %v", l, again, err)
			}
		})
	}
	if len(link) != 81 {
		t.Errorf("a link has %d characters", len(link))
	}
}

func other(c byte) string {
	if c == 'a' {
		return "b"
	}
	return "a"
}

// swapped exchanges the first two neighbours that differ, as fingers do.
func swapped(link string) string {
	for i := 20; ; i++ {
		if link[i] != link[i+1] {
			return link[:i] + string(link[i+1]) + string(link[i]) + link[i+2:]
		}
	}
}

// No single wrong letter goes unnoticed, wherever it is.
func TestEveryWrongLetterIsNoticed(t *testing.T) {
	link := good()
	for i := len(invite.Scheme); i < len(link); i++ {
		for _, c := range "abcdefghijklmnopqrstuvwxyz234567" {
			wrong := link[:i] + string(c) + link[i+1:]
			if _, err := invite.Parse(wrong, "test", now); wrong != link && !errors.Is(err, invite.ErrDamaged) {
				t.Fatalf("%q at %d: %v", c, i, err)
			}
		}
	}
}

func TestEachErrorSaysWhatToDo(t *testing.T) {
	seen := make(map[string]bool)
	for _, err := range []error{
		invite.ErrNotLink, invite.ErrDamaged, invite.ErrForeign, invite.ErrNewer,
		invite.ErrExpired, invite.ErrUsed, invite.ErrOwn, invite.ErrTooMany,
	} {
		what, advice, ok := strings.Cut(err.Error(), "; ")
		if !ok || advice == "" || seen[what] {
			t.Errorf("%q", err)
		}
		seen[what] = true
	}
}

// The picture is the one that an independent reader of QR codes (a port of ZXing) has
// read as this link.
func TestQR(t *testing.T) {
	l, err := invite.Parse(good(), "test", now)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := l.QR()
	if err != nil {
		t.Fatal(err)
	}
	var drawn strings.Builder
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if picture.At(x, y) == color.Black {
				drawn.WriteString("#")
			} else {
				drawn.WriteString(".")
			}
		}
		drawn.WriteString("\n")
	}
	want, err := os.ReadFile("testdata/qr.txt")
	if err != nil {
		t.Fatal(err)
	}
	if drawn.String() != string(want) {
		t.Errorf("the picture is another one:\n%s", drawn.String())
	}
}

func FuzzParse(f *testing.F) {
	f.Add("")
	f.Add(good())
	f.Add(strings.ToUpper(good()))
	f.Add(write(2, 1, "test", now.Add(time.Hour), key()))
	f.Add(write(1, 4, "test", now.Add(time.Hour), key()))
	f.Add("passerby:" + strings.Repeat("a", 72))
	f.Fuzz(func(t *testing.T, text string) {
		l, err := invite.Parse(text, "test", now)
		if err != nil {
			if l != (invite.Link{}) {
				t.Fatalf("%q gives %v and a link", text, err)
			}
			return
		}
		if left := l.Until().Sub(now); left <= 0 || left > invite.Life+4*time.Hour {
			t.Fatalf("%q counts for %v", text, left)
		}
		again, err := invite.Parse(l.String(), "test", now)
		if err != nil || again != l || again.Other().Other() != l {
			t.Fatalf("%q is read as %v, %v", text, again, err)
		}
	})
}

// bytesOf returns what a link is the base32 of.
func bytesOf(t *testing.T, l invite.Link) []byte {
	t.Helper()
	code := strings.ToUpper(strings.TrimPrefix(l.String(), invite.Scheme))
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(code)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
