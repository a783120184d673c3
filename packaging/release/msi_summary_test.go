// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

const someCode = "0F1E2D3C-4B5A-5697-8879-6A5B4C3D2E1F"

// summary makes the bytes of a file with a summary in it, whose properties have
// these types.
func summary(types map[uint32]uint32) []byte {
	var section, values []byte
	section = binary.LittleEndian.AppendUint32(section, 0)
	section = binary.LittleEndian.AppendUint32(section, uint32(len(types)))
	ids := make([]uint32, 0, len(types))
	for id := range types {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		section = binary.LittleEndian.AppendUint32(section, id)
		section = binary.LittleEndian.AppendUint32(section, uint32(8+8*len(types)+len(values)))
		values = binary.LittleEndian.AppendUint32(values, types[id])
		if types[id] == typeText {
			values = binary.LittleEndian.AppendUint32(values, 39)
			values = append(values, "{AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE}\x00\x00"...)
		} else {
			values = append(values, "when ???"...)
		}
	}
	file := append([]byte("before"), make([]byte, 28)...)
	file = append(file, summaryFormat...)
	file = binary.LittleEndian.AppendUint32(file, 48)
	return append(append(append(file, section...), values...), "after"...)
}

func TestSetSummary(t *testing.T) {
	// given
	msi := summary(map[uint32]uint32{propertyCode: typeText, propertyCreated: typeTime, propertySaved: typeTime})
	length := len(msi)
	// when
	err := setSummary(msi, someCode, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	// then
	if err != nil {
		t.Fatal(err)
	}
	if len(msi) != length || !bytes.HasSuffix(msi, []byte("after")) || !bytes.HasPrefix(msi, []byte("before")) {
		t.Errorf("it changed more: %q", msi)
	}
	if !strings.Contains(string(msi), "{"+someCode+"}\x00") || bytes.Contains(msi, []byte("AAAA")) {
		t.Errorf("code: %q", msi)
	}
	if n := bytes.Count(msi, []byte("\x00\xc0\xea\xbc\x7a\x7b\xdc\x01")); n != 2 { // 134117856000000000
		t.Errorf("%d dates: %x", n, msi)
	}
}

func TestSetSummaryRefusesAnother(t *testing.T) {
	whole := map[uint32]uint32{propertyCode: typeText, propertyCreated: typeTime, propertySaved: typeTime}
	for name, msi := range map[string][]byte{
		"nothing":          nil,
		"no summary":       []byte(strings.Repeat("x", 200)),
		"two summaries":    append(summary(whole), summary(whole)...),
		"no code":          summary(map[uint32]uint32{propertyCreated: typeTime, propertySaved: typeTime}),
		"no dates":         summary(map[uint32]uint32{propertyCode: typeText}),
		"another type":     summary(map[uint32]uint32{propertyCode: typeTime, propertyCreated: typeTime, propertySaved: typeTime}),
		"a text for dates": summary(map[uint32]uint32{propertyCode: typeText, propertyCreated: typeText, propertySaved: typeText}),
		"cut short":        summary(whole)[:100],
	} {
		if err := setSummary(msi, someCode, time.Now()); !errors.Is(err, errSummary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSetSummary(f *testing.F) {
	f.Add(summary(map[uint32]uint32{propertyCode: typeText, propertyCreated: typeTime, propertySaved: typeTime}))
	f.Add(summary(map[uint32]uint32{propertyCode: typeTime})[:90])
	f.Fuzz(func(t *testing.T, msi []byte) {
		length := len(msi)
		err := setSummary(msi, someCode, time.Unix(1_700_000_000, 0))
		if len(msi) != length {
			t.Error("another length")
		}
		if err == nil && !bytes.Contains(msi, []byte(someCode)) {
			t.Error("no code")
		}
	})
}
