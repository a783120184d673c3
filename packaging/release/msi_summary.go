// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"
)

// wixl writes into an .msi when it was made, and a package code that it draws
// at random. Both stand in its summary, a property set ([MS-OLEPS]): a header,
// then the offsets of properties, each with its type and its value. They are
// replaced where they stand, by values of the same length.

// summaryFormat is what a property set begins with that is a summary.
var summaryFormat = []byte("\xe0\x85\x9f\xf2\xf9\x4f\x68\x10\xab\x91\x08\x00\x2b\x27\xb3\xd9")

// Properties of a summary, and the types that they have.
const (
	propertyCode    = 9
	propertyCreated = 12
	propertySaved   = 13
	typeText        = 30
	typeTime        = 64
)

// fixSummary gives the .msi at path a package code and a date.
func fixSummary(path, code string, date time.Time) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := setSummary(data, code, date); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, data, 0o644)
}

// errSummary means that wixl writes in another way than it did: whoever gets it
// has another version of wixl than this was made for.
var errSummary = errors.New("this is no .msi as wixl 0.101 makes them")

// setSummary replaces package code and dates in the bytes of an .msi.
func setSummary(msi []byte, code string, date time.Time) error {
	at := bytes.Index(msi, summaryFormat)
	if at < 28 || bytes.Contains(msi[at+1:], summaryFormat) {
		return errSummary
	}
	set := msi[at-28:] // the offset of the section counts from here
	number := func(in []byte, at uint32) (uint32, bool) {
		if uint64(at)+4 > uint64(len(in)) {
			return 0, false
		}
		return binary.LittleEndian.Uint32(in[at:]), true
	}
	start, ok := number(set, 28+uint32(len(summaryFormat)))
	if !ok || uint64(start) > uint64(len(set)) {
		return errSummary
	}
	section := set[start:]
	count, ok := number(section, 4)
	if !ok || count > 100 {
		return errSummary
	}
	stamp := binary.LittleEndian.AppendUint64(nil, uint64(date.Unix()+11_644_473_600)*10_000_000) // since 1601
	replaced := 0
	for i := range count {
		id, ok1 := number(section, 8+8*i)
		at, ok2 := number(section, 12+8*i)
		kind, ok3 := number(section, at)
		if !ok1 || !ok2 || !ok3 {
			return errSummary
		}
		value := section[min(uint64(at)+4, uint64(len(section))):]
		switch {
		case (id == propertyCreated || id == propertySaved) && kind == typeTime && len(value) >= len(stamp):
			copy(value, stamp)
			replaced++
		case id == propertyCode && kind == typeText:
			length, ok := number(value, 0)
			text := "{" + code + "}\x00"
			if !ok || int(length) != len(text) || len(value) < 4+len(text) || value[4] != '{' {
				return errSummary
			}
			copy(value[4:], text)
			replaced++
		}
	}
	if replaced != 3 {
		return errSummary
	}
	return nil
}
