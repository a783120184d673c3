// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParseVersion(t *testing.T) {
	for output, want := range map[string]version{
		"Tor version 0.4.9.11.\nThis build of Tor …": {0, 4, 9, 11},
		"Tor version 0.4.8.12 (git-abc).":            {0, 4, 8, 12},
		"Tor version 0.5.0.1-alpha-dev.":             {0, 5, 0, 1},
		"warning\nTor version 1.0.0":                 {1, 0, 0, 0},
	} {
		if v, ok := parseVersion(output); !ok || v != want {
			t.Errorf("%q: got %v, %v", output, v, ok)
		}
	}
	for _, output := range []string{"", "torify 1.2.3", "Tor version", "Tor version 99999999999999.1.1"} {
		if v, ok := parseVersion(output); ok {
			t.Errorf("%q: got %v", output, v)
		}
	}
	if !(version{0, 4, 7, 99}).less(minVersion) || minVersion.less(minVersion) || (version{0, 4, 8, 1}).less(minVersion) {
		t.Error("versions are not in order")
	}
}

func TestBackoffDoublesUpToABound(t *testing.T) {
	b := backoff{first: firstPause}
	var got []time.Duration
	for range 8 {
		got = append(got, b.pause())
	}
	s := time.Second
	want := []time.Duration{s / 2, s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	b.reset()
	if b.pause() != s/2 {
		t.Error("it does not begin again after a reset")
	}
}

func TestTailKeepsLittle(t *testing.T) {
	var l tail
	for i := range 1000 {
		fmt.Fprintf(&l, "Nov 22 14:26:26.438 [warn] message %d %s\n", i, strings.Repeat("x", i))
		fmt.Fprintf(&l, "Nov 22 14:26:26.438 [notice] all")
		fmt.Fprintf(&l, " is well\r\n")
	}
	messages := l.messages()
	if len(messages) != tailLines/2 || !strings.HasPrefix(messages[len(messages)-1], "message 999 x") {
		t.Errorf("kept %d, the last is %.20s", len(messages), messages[len(messages)-1])
	}
	for _, m := range messages {
		if len(m) > tailWidth {
			t.Errorf("kept %d bytes of a line", len(m))
		}
	}
}

func TestCause(t *testing.T) {
	extra := &extraTorrc{file: "my.torrc", lines: []extraLine{{2, "UseBridges", "maybe"}, {5, "Bridge", "nowhere"}}}
	for name, tc := range map[string]struct {
		message string
		want    error
		says    string
	}{
		"other tor":     {"It looks like another Tor process is running with the same data directory.  Waiting 5 seconds to see if it goes away.", ErrProfileInUse, "close"},
		"by its option": {"Failed to parse/validate config: Could not parse UseBridges: Bad boolean", ErrTorrc, "line 2:"},
		"by its value":  {"Failed to parse/validate config: Address 'nowhere' does not resolve", ErrTorrc, "line 5:"},
		"by neither":    {"Failed to parse/validate config: Something else", ErrTorrc, "Something else"},
		"full disk":     {"Couldn't write: No space left on device", ErrProfileNotWritable, "No space"},
		"anything":      {"The sky is falling", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := cause([]string{"You are running Tor as root.", tc.message}, extra)
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v", err)
			}
			if err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%q does not say %q", err, tc.says)
			}
		})
	}
}

const someOnion = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid"

func TestServiceID(t *testing.T) {
	for host, ok := range map[string]bool{
		someOnion + ".onion":                  true,
		strings.ToUpper(someOnion) + ".ONION": true,
		someOnion:                             false,
		"a." + someOnion + ".onion":           false,
		"3" + someOnion[1:] + ".onion":        false,
		"expyuzz4wqqyqhjn.onion":              false,
		"example.com":                         false,
		"192.0.2.1":                           false,
		"":                                    false,
		".onion":                              false,
		someOnion + ".onion:80":               false,
		someOnion + ".onion.":                 false,
	} {
		id, err := serviceID(host)
		if (err == nil) != ok || (err != nil && !errors.Is(err, ErrBadHost)) || (ok && id != someOnion) {
			t.Errorf("%q: got %q, %v", host, id, err)
		}
	}
}
