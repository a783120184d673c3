// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"strconv"
	"strings"
	"time"
)

// subscription is the one event command. A tor that does not know one of these
// is older than minVersion.
const subscription = "SETEVENTS STATUS_CLIENT STATUS_GENERAL HS_DESC SIGNAL"

// event is what tor says by itself, in the words of control-spec.
type event any

type (
	// bootstrapEvent tells how far tor has come.
	bootstrapEvent struct {
		progress     int
		tag, summary string
		// warning is set where tor is held up, with its reason.
		warning, reason string
	}
	// clockEvent tells that the network thinks our clock is ahead by skew.
	clockEvent struct{ skew time.Duration }
	// uploadedEvent tells that a directory has taken a descriptor of ours.
	uploadedEvent struct{ serviceID string }
	// renewedEvent tells that tor has carried out SIGNAL NEWNYM.
	renewedEvent struct{}
)

// parseEvent reads an event's text. It returns nil for events that do not
// matter here.
func parseEvent(text string) event {
	kind, rest, _ := strings.Cut(text, " ")
	switch kind {
	case "STATUS_CLIENT":
		if e, ok := parseBootstrap(rest); ok {
			return e
		}
	case "STATUS_GENERAL":
		_, rest, _ := strings.Cut(rest, " ") // severity
		action, arguments, _ := strings.Cut(rest, " ")
		if action != "CLOCK_SKEW" {
			return nil
		}
		seconds, err := strconv.ParseInt(keywords(arguments)["SKEW"], 10, 32)
		if err != nil {
			return nil
		}
		return clockEvent{time.Duration(seconds) * time.Second}
	case "HS_DESC":
		action, rest, _ := strings.Cut(rest, " ")
		if id, _, _ := strings.Cut(rest, " "); action == "UPLOADED" && id != "" {
			return uploadedEvent{strings.ToLower(id)}
		}
	case "SIGNAL":
		if rest == "NEWNYM" {
			return renewedEvent{}
		}
	}
	return nil
}

// parseBootstrap reads "NOTICE BOOTSTRAP PROGRESS=0 TAG=… SUMMARY=\"…\"", the
// form of the event and of GETINFO status/bootstrap-phase.
func parseBootstrap(text string) (bootstrapEvent, bool) {
	_, rest, _ := strings.Cut(text, " ") // severity
	action, arguments, _ := strings.Cut(rest, " ")
	if action != "BOOTSTRAP" {
		return bootstrapEvent{}, false
	}
	k := keywords(arguments)
	progress, err := strconv.Atoi(k["PROGRESS"])
	if err != nil || progress < 0 || progress > 100 {
		return bootstrapEvent{}, false
	}
	e := bootstrapEvent{progress: progress, tag: k["TAG"], summary: k["SUMMARY"]}
	// tor reports every failed attempt; it recommends to show a person only
	// those that last (control-spec, BOOTSTRAP).
	if k["RECOMMENDATION"] != "ignore" {
		e.warning, e.reason = k["WARNING"], k["REASON"]
	}
	return e, true
}

// keywords reads KEY=value KEY="quoted value" … of control-spec.
func keywords(text string) map[string]string {
	found := make(map[string]string)
	for text != "" {
		text = strings.TrimLeft(text, " ")
		end := strings.IndexAny(text, "= ")
		if end < 0 || text[end] == ' ' { // a word without value
			_, text, _ = strings.Cut(text, " ")
			continue
		}
		key := text[:end]
		found[key], text = value(text[end+1:])
	}
	return found
}

// value reads a value that may be quoted, and returns what follows it.
func value(text string) (v, rest string) {
	if !strings.HasPrefix(text, `"`) {
		v, rest, _ = strings.Cut(text, " ")
		return v, rest
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			return b.String(), text[i+1:]
		case '\\':
			i++
			if i < len(text) {
				b.WriteByte(text[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}
