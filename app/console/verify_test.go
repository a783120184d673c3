// SPDX-License-Identifier: GPL-3.0-or-later

package console_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"passerby/app/console"
	"passerby/app/update"
)

// signed returns a source, and its signed note of a list of one file.
func signed(t *testing.T, version, name, content string) (update.Source, []byte) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, "passerby")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	v, err := update.ParseVersion(version)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	l := update.List{Version: v, Files: []update.File{{Name: name, SHA256: hex.EncodeToString(sum[:])}}}
	n, err := note.Sign(&note.Note{Text: l.String()}, signer)
	if err != nil {
		t.Fatal(err)
	}
	return update.Source{Key: public}, n
}

func TestDownloadsAreVerified(t *testing.T) {
	source, list := signed(t, "1.2.3", "passerby.deb", "the whole")
	other, _ := signed(t, "1.2.3", "passerby.deb", "the whole")
	for name, c := range map[string]struct {
		source update.Source
		list   []byte
		files  map[string]string
		err    error
		says   []string
	}{
		"whole":          {source, list, map[string]string{"passerby.deb": "the whole"}, nil, []string{"fine. It is passerby.deb of Passerby 1.2.3"}},
		"cut off":        {source, list, map[string]string{"passerby.deb": "the"}, console.ErrUnverified, []string{"its 3 bytes", "delete it and download it again"}},
		"one of two":     {source, list, map[string]string{"passerby.deb": "the whole", "b": "x"}, console.ErrUnverified, []string{"fine", "names no such file"}},
		"another's list": {other, list, map[string]string{"passerby.deb": "the whole"}, update.ErrForged, nil},
		"half a list":    {source, list[:80], map[string]string{"passerby.deb": "the whole"}, update.ErrMalformed, nil},
		"no key":         {update.Source{}, list, map[string]string{"passerby.deb": "the whole"}, update.ErrNoKey, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name string, content []byte) string {
				file := filepath.Join(dir, name)
				if err := os.WriteFile(file, content, 0o600); err != nil {
					t.Fatal(err)
				}
				return file
			}
			var files []string
			for name, content := range c.files {
				files = append(files, write(name, []byte(content)))
			}
			var out strings.Builder
			err := console.Verify(c.source, write("SHA256SUMS.note", c.list), files, &out)
			if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("%v", err)
			}
			for _, want := range c.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q does not say %q", out.String(), want)
				}
			}
			if c.says == nil && out.Len() > 0 {
				t.Errorf("it says %q", out.String())
			}
		})
	}
}
