// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Event is one line of what a copy says: the contract of package console as
// others read it.
type Event struct {
	At        time.Time `json:"-"` // when it was read
	Event     string    `json:"event"`
	Progress  int       `json:"progress"`
	Summary   string    `json:"summary"`
	Peers     int       `json:"peers"`
	Sources   Sources   `json:"sources"`
	Alone     bool      `json:"slots_alone"`
	Interests []string  `json:"interests"`
	Text      string    `json:"text"`
	ID        uint64    `json:"id"`
	Reason    string    `json:"reason"`
	Message   string    `json:"message"`
	Invite    uint64    `json:"invite"`
	Kind      string    `json:"kind"`
	Mine      bool      `json:"mine"`
	Link      string    `json:"link"`
	Status    string    `json:"status"`
	Problem   string    `json:"problem"`
	Version   string    `json:"version"`
	Files     []File    `json:"files"`
	// Undelivered belongs to an end with the reason lost alone.
	Undelivered []uint64 `json:"undelivered"`

	line string
}

// File is a file of a newer version.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// Sources counts what answered, for each way of finding first peers.
type Sources struct {
	Slots      int `json:"slots"`
	Invites    int `json:"invites"`
	Remembered int `json:"remembered"`
}

// fields names what a line of each event holds beside "event", exactly.
var fields = map[string][]string{
	"tor":          {"progress", "summary"},
	"mesh":         {"peers", "sources", "slots_alone"},
	"ready":        {},
	"seeking":      {},
	"matched":      {"interests"},
	"received":     {"text"},
	"sent":         {"id"},
	"delivered":    {"id"},
	"reconnecting": {},
	"resumed":      {},
	"ended":        {"reason"},
	"error":        {"message"},
	"invite":       {"id", "kind", "mine", "status"},
	"update":       {"status"},
}

// optional names what a line of an event may hold besides.
var optional = map[string][]string{
	"matched": {"invite"},
	"invite":  {"link", "problem"},
}

// reasons are why a conversation may end, and what an end with this reason
// holds beside it.
var reasons = map[string][]string{
	"you left":  {},
	"they left": {},
	"lost":      {"undelivered"},
	"blocked":   {},
}

// answers are how far a question for a newer version may have come, and what is
// told beside it.
var answers = map[string][]string{
	"asking": {},
	"newest": {},
	"newer":  {"version", "files"},
	"failed": {"problem"},
}

// parseEvent reads a line and holds it to the contract.
func parseEvent(line []byte) (Event, error) {
	e := Event{At: time.Now(), line: string(line)}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return e, fmt.Errorf("no event: %w: %s", err, line)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return e, fmt.Errorf("something behind an event: %s", line)
	}
	want, ok := fields[e.Event]
	if !ok {
		return e, fmt.Errorf("an event that is not in the contract: %s", line)
	}
	if e.Event == "ended" {
		more, ok := reasons[e.Reason]
		if !ok {
			return e, fmt.Errorf("a reason that is not in the contract: %s", line)
		}
		want = slices.Concat(want, more)
	}
	if e.Event == "update" {
		more, ok := answers[e.Status]
		if !ok {
			return e, fmt.Errorf("a status that is not in the contract: %s", line)
		}
		want = slices.Concat(want, more)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(line, &got); err != nil {
		return e, err
	}
	for _, name := range want {
		if value, ok := got[name]; !ok || string(value) == "null" {
			return e, fmt.Errorf("an event without its %q: %s", name, line)
		}
	}
	for _, name := range optional[e.Event] {
		if _, ok := got[name]; ok {
			want = append(slices.Clip(want), name)
		}
	}
	if len(got) != len(want)+1 {
		return e, fmt.Errorf("an event with a field of another one's: %s", line)
	}
	return e, nil
}

// shownLine bounds, in bytes, how much of a line an error shows.
const shownLine = 160

func (e Event) String() string {
	if len(e.line) > shownLine {
		return strings.ToValidUTF8(e.line[:shownLine], "") + "…"
	}
	return e.line
}
