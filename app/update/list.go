// SPDX-License-Identifier: GPL-3.0-or-later

package update

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limits of a list.
const (
	MaxList  = 64 << 10 // bytes, with its signature
	MaxFiles = 100
)

// first is the word before the version. It keeps a text that was signed for
// another purpose from being read as a list.
const first = "passerby "

var (
	versionForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$`)
	lineForm    = regexp.MustCompile(`^([0-9a-f]{64})  ([a-zA-Z0-9._+~-]{1,100})$`)
)

// Version is a version of three numbers.
type Version [3]int

// ParseVersion reads a version such as 1.2.3.
func ParseVersion(s string) (Version, error) {
	m := versionForm.FindStringSubmatch(s)
	if m == nil {
		return Version{}, errors.New("a version is three numbers, as 1.2.3")
	}
	var v Version
	for i := range v {
		n, err := strconv.Atoi(m[i+1])
		if err != nil {
			return Version{}, fmt.Errorf("version: %w", err)
		}
		v[i] = n
	}
	return v, nil
}

// String returns the version as ParseVersion reads it.
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// Before tells whether v came before w.
func (v Version) Before(w Version) bool { return slices.Compare(v[:], w[:]) < 0 }

// File is one published file.
type File struct {
	Name   string
	SHA256 string // in small hexadecimal letters
}

// List is what was published as one version.
type List struct {
	Version Version
	Files   []File // at least one, each name once
}

// Parse reads the text of a list, exactly as String writes it. It does not know
// who wrote it: see [Source.Open].
func Parse(text string) (List, error) {
	var l List
	if len(text) > MaxList {
		return l, fmt.Errorf("it is longer than %d bytes", MaxList)
	}
	head, rest, _ := strings.Cut(text, "\n")
	number, ok := strings.CutPrefix(head, first)
	if !ok {
		return l, fmt.Errorf("its first line does not begin with %q", first)
	}
	var err error
	if l.Version, err = ParseVersion(number); err != nil {
		return l, err
	}
	names := make(map[string]bool)
	for line := range strings.Lines(rest) {
		line, ended := strings.CutSuffix(line, "\n")
		m := lineForm.FindStringSubmatch(line)
		switch {
		case len(l.Files) == MaxFiles:
			return l, fmt.Errorf("it names more than %d files", MaxFiles)
		case !ended:
			return l, errors.New("its last line does not end")
		case m == nil:
			return l, fmt.Errorf("line %d is not a hash and a file", len(l.Files)+2)
		case names[m[2]]:
			return l, fmt.Errorf("it names %s twice", m[2])
		}
		names[m[2]] = true
		l.Files = append(l.Files, File{Name: m[2], SHA256: m[1]})
	}
	if len(l.Files) == 0 {
		return l, errors.New("it names no file")
	}
	return l, nil
}

// String returns the text that is signed.
func (l List) String() string { return first + l.Version.String() + "\n" + Sums(l.Files) }

// Sums returns files as lines that sha256sum writes and checks.
func Sums(files []File) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.SHA256, f.Name)
	}
	return b.String()
}
