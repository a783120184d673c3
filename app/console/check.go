// SPDX-License-Identifier: GPL-3.0-or-later

package console

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"passerby/app/guard"
)

// maxChecked is the longest line that Check takes, in bytes.
const maxChecked = 1 << 20

// finding is one finding as Check prints it.
type finding struct {
	Category guard.Category `json:"category"`
	Tier     guard.Tier     `json:"tier"`
	Start    int            `json:"start"`
	End      int            `json:"end"`
	Why      string         `json:"why"`
	Softer   string         `json:"softer"`
}

// checked is what Check prints for one line.
type checked struct {
	Line     int       `json:"line"`
	Who      string    `json:"who"`
	Findings []finding `json:"findings"`
}

// Check reads lines of chat and prints for each what the guard finds in it, as
// one JSON object a line:
//
//	in   me<TAB>text, stranger<TAB>text, or text alone, which is mine
//	out  {"line":1,"who":"me","findings":[{"category":"age","tier":"attribute",
//	     "start":3,"end":5,"why":"…","softer":"about 20"}]}
//
// Lines count from 1. start and end bound the words in the text, in bytes from
// behind the tab. why is one sentence; softer is what could be said instead, or
// "". Each line is a conversation of its own, or with conversation all are one.
// It needs no network and keeps nothing.
func Check(in io.Reader, out io.Writer, conversation bool) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	var before []guard.Line
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		who, name, text := guard.Me, "me", line
		if n == 1 {
			// As some programs begin a file. In a bare line it is text.
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if rest, ok := bytes.CutPrefix(line, []byte("me\t")); ok {
			text = rest
		} else if rest, ok := bytes.CutPrefix(line, []byte("stranger\t")); ok {
			who, name, text = guard.Stranger, "stranger", rest
		}
		result := checked{Line: n, Who: name, Findings: []finding{}}
		for _, f := range guard.Check(string(text), guard.Context{Who: who, Before: before}) {
			result.Findings = append(result.Findings, finding{f.Category, f.Tier, f.Start, f.End, f.Why, f.Softer})
		}
		if conversation {
			before = append(before, guard.Line{Who: who, Text: string(text)})
			before = before[max(0, len(before)-guard.Lookback):]
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(result); err != nil {
			return err
		}
		if _, err := out.Write(b.Bytes()); err != nil {
			return err
		}
	}
}

// readLine returns the next line without its end, or io.EOF when there is none.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxChecked:
			return nil, fmt.Errorf("is longer than %d bytes; break it into several", maxChecked)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0, err == nil:
			return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), nil
		default:
			return nil, err
		}
	}
}
