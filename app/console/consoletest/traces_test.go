// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

func inUTF16(text string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// escaped returns text with every UTF-16 unit as an escape of JSON.
func escaped(text string, digits string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(digits[u>>shift&15])
		}
	}
	return b.String()
}

func TestTracesAreFound(t *testing.T) {
	const text = "żółw <\"mnopqr\"> 🦊 end"
	quoted, _ := json.Marshal(text)
	around := func(b []byte, before int) []byte {
		return append(append(bytes.Repeat([]byte{0xfe}, before), b...), "tail"...)
	}
	files := map[string][]byte{
		"UTF-8":        []byte("so " + text + " it is"),
		"UTF-16LE":     inUTF16(text, binary.LittleEndian),
		"UTF-16BE":     inUTF16("x"+text, binary.BigEndian),
		"JSON of Go":   quoted,
		"JSON escapes": []byte(escaped(text, "0123456789abcdef")),
		"JSON ESCAPES": []byte(escaped(text, "0123456789ABCDEF")),
	}
	for before := range 7 {
		name := string(rune('0' + before))
		files["base64 at "+name] = []byte(base64.StdEncoding.EncodeToString(around([]byte(text), before)))
		files["base64url at "+name] = []byte(base64.URLEncoding.EncodeToString(around([]byte(text), before)))
		files["base64 of UTF-16LE at "+name] = []byte(base64.StdEncoding.EncodeToString(around(inUTF16(text, binary.LittleEndian), before)))
	}
	for name, content := range files {
		// given
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "deep", "er"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "deep", "er", "file"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		// when
		found, files, err := FindTraces(dir, "something else", text)
		// then
		if err != nil || files != 1 || len(found) == 0 {
			t.Errorf("%s: found %q in %d files, %v", name, found, files, err)
		}
	}
}

func TestTracesInNamesLinksAndDeletedFiles(t *testing.T) {
	const text = "qwertzuiopasdf"
	// given a name, a link's target, and an open file without a name
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a-"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/nowhere/"+text, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	open, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if _, err := open.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(open.Name()); err != nil {
		t.Fatal(err)
	}
	// when
	found, files, err := FindTraces(dir, text)
	inOpen, _, err2 := FindOpenTraces(os.Getpid(), text)
	// then
	if err != nil || files != 0 || len(found) != 2 {
		t.Errorf("found %q in %d files, %v", found, files, err)
	}
	if err2 != nil || len(inOpen) != 1 {
		t.Errorf("found %q in open files, %v", inOpen, err2)
	}
}

func TestNoTraces(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"empty": "", "another": "qwertzuiopasd", "in pieces": "qwertzu\niopasdf",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, files, err := FindTraces(dir, "qwertzuiopasdf")
	if err != nil || files != 3 || len(found) > 0 {
		t.Errorf("found %q in %d files, %v", found, files, err)
	}
}
