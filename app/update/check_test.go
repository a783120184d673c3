// SPDX-License-Identifier: GPL-3.0-or-later

package update_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passerby/app/update"
)

func write(t *testing.T, name, what string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(what), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func hash(what string) string {
	h := sha256.Sum256([]byte(what))
	return hex.EncodeToString(h[:])
}

func TestAFileIsHeldAgainstTheList(t *testing.T) {
	const whole = "the whole of a package"
	l := update.List{Files: []update.File{
		{Name: "passerby.deb", SHA256: hash(whole)}, {Name: "passerby.rpm", SHA256: hash("another")},
	}}
	for name, c := range map[string]struct {
		file, what string
		published  string
		want       error
		says       string
	}{
		"whole":               {"passerby.deb", whole, "passerby.deb", nil, ""},
		"renamed":             {"passerby (1).deb", whole, "passerby.deb", nil, ""},
		"cut off":             {"passerby.deb", whole[:9], "", update.ErrChanged, "its 9 bytes"},
		"empty":               {"passerby.deb", "", "", update.ErrChanged, "delete it and download it again"},
		"changed":             {"passerby.deb", "The" + whole[3:], "", update.ErrChanged, hash(whole)},
		"another in its name": {"passerby.rpm", whole, "", update.ErrChanged, "delete it"},
		"unknown":             {"other.deb", "something", "", update.ErrUnlisted, hash("something")},
		"renamed and cut off": {"passerby (1).deb", whole[:9], "", update.ErrUnlisted, "do not install it"},
	} {
		t.Run(name, func(t *testing.T) {
			published, err := l.CheckFile(write(t, filepath.Join(t.TempDir(), c.file), c.what))
			if published != c.published || !errors.Is(err, c.want) || (err != nil && !strings.Contains(err.Error(), c.says)) {
				t.Errorf("published as %q, %v", published, err)
			}
		})
	}
	dir := t.TempDir()
	for _, name := range []string{dir, filepath.Join(dir, "none")} {
		if _, err := l.CheckFile(name); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestAListIsReadFromAFile(t *testing.T) {
	private, public := pair(t)
	source := update.Source{Key: public}
	dir := t.TempDir()
	right := sign(t, private, text)
	if l, err := source.ReadList(write(t, filepath.Join(dir, "right"), right)); err != nil || l.String() != text {
		t.Errorf("%q, %v", l, err)
	}
	for name, c := range map[string]struct {
		what string
		want error
	}{
		"cut":  {right[:len(right)-10], update.ErrMalformed},
		"long": {right + strings.Repeat(" ", 10*update.MaxList), update.ErrMalformed},
		"sums": {update.Sums([]update.File{{Name: "a", SHA256: sum}}), update.ErrMalformed},
	} {
		if _, err := source.ReadList(write(t, filepath.Join(dir, name), c.what)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{dir, filepath.Join(dir, "none")} {
		if _, err := source.ReadList(name); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	if _, err := (update.Source{}).ReadList(filepath.Join(dir, "none")); !errors.Is(err, update.ErrNoKey) {
		t.Errorf("without a key: %v", err)
	}
}
