// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
)

// form is one way in which a text may lie in a file.
type form struct {
	text, name string
	bytes      []byte
}

// formsOf returns the ways in which text may lie in a file: in UTF-8 and
// UTF-16, raw, in hexadecimal digits and in base64 from wherever it begins,
// and as the escapes of JSON.
func formsOf(text string) (forms []form) {
	units := utf16.Encode([]rune(text))
	var little, big []byte
	var escaped, allEscaped strings.Builder
	for _, u := range units {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
		fmt.Fprintf(&allEscaped, `\u%04x`, u)
		if u < 0x80 {
			escaped.WriteByte(byte(u))
		} else {
			fmt.Fprintf(&escaped, `\u%04x`, u)
		}
	}
	add := func(name string, b []byte) {
		if len(b) > 0 && !slices.ContainsFunc(forms, func(f form) bool { return bytes.Equal(f.bytes, b) }) {
			forms = append(forms, form{text, name, b})
		}
	}
	for _, raw := range []struct {
		name  string
		bytes []byte
	}{{"UTF-8", []byte(text)}, {"UTF-16LE", little}, {"UTF-16BE", big}} {
		add(raw.name, raw.bytes)
		add(raw.name+" in hex", []byte(hex.EncodeToString(raw.bytes)))
		add(raw.name+" in HEX", []byte(strings.ToUpper(hex.EncodeToString(raw.bytes))))
		for before := range 3 {
			add(raw.name+" in base64", base64Core(base64.RawStdEncoding, raw.bytes, before))
			add(raw.name+" in base64url", base64Core(base64.RawURLEncoding, raw.bytes, before))
		}
	}
	quoted, err := json.Marshal(text)
	if err == nil {
		add("JSON", bytes.Trim(quoted, `"`))
	}
	add("JSON in ASCII", []byte(escaped.String()))
	add("JSON escapes", []byte(allEscaped.String()))
	add("JSON ESCAPES", []byte(strings.ReplaceAll(strings.ToUpper(allEscaped.String()), `\U`, `\u`)))
	return forms
}

// base64Core returns those digits of base64 that raw alone decides when it
// stands behind so many other bytes and in front of more.
func base64Core(e *base64.Encoding, raw []byte, before int) []byte {
	digits := e.EncodeToString(append(make([]byte, before), raw...))
	first := (before*8 + 5) / 6
	last := (before + len(raw)) * 8 / 6
	if first >= last {
		return nil
	}
	return []byte(digits[first:last])
}

// FindTraces looks for texts in every file below dir, in the names of the
// files and the targets of links. It returns what it found, a line each, and
// how many files it could read. A text should be random and of some length,
// and short enough to survive where a longer one is cut.
//
// It does not look into archives, and a file that goes away while it looks is
// no error.
func FindTraces(dir string, texts ...string) (found []string, files int, err error) {
	forms := allForms(texts)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		found = append(found, search("the name "+path, []byte(path), forms)...)
		var content []byte
		switch {
		case d.Type().IsRegular():
			content, err = os.ReadFile(path)
			files++
		case d.Type()&fs.ModeSymlink != 0:
			var target string
			target, err = os.Readlink(path)
			content = []byte(target)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		found = append(found, search(path, content, forms)...)
		return nil
	})
	return found, files, err
}

// FindOpenTraces does the same in the files that the process has open, which
// may have no name any more.
func FindOpenTraces(pid int, texts ...string) (found []string, files int, err error) {
	forms := allForms(texts)
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	descriptors, err := os.ReadDir(dir)
	if err != nil {
		return nil, 0, err
	}
	for _, d := range descriptors {
		path := filepath.Join(dir, d.Name())
		target, err := os.Readlink(path)
		if err != nil || !strings.HasPrefix(target, "/") {
			continue // closed since, or a pipe, a socket, an event
		}
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, files, err
		}
		files++
		found = append(found, search(target, content, forms)...)
	}
	return found, files, nil
}

func allForms(texts []string) (forms []form) {
	for _, text := range texts {
		forms = append(forms, formsOf(text)...)
	}
	return forms
}

func search(where string, content []byte, forms []form) (found []string) {
	for _, f := range forms {
		if bytes.Contains(content, f.bytes) {
			found = append(found, fmt.Sprintf("%q as %s in %s", f.text, f.name, where))
		}
	}
	return found
}
