// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseEvent(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want event
	}{
		"progress": {
			`STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY="Connected to a relay"`,
			bootstrapEvent{progress: 10, tag: "conn_done", summary: "Connected to a relay"},
		},
		"alarm": {
			`STATUS_CLIENT WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting to a relay" WARNING="No route to host" ` +
				`REASON=NOROUTE COUNT=10 RECOMMENDATION=warn HOSTID="0123" HOSTADDR="192.0.2.1:9001"`,
			bootstrapEvent{progress: 5, tag: "conn", summary: "Connecting to a relay", warning: "No route to host", reason: "NOROUTE"},
		},
		"no alarm": {
			`STATUS_CLIENT WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting to a relay" WARNING="Connection refused" ` +
				`REASON=CONNECTREFUSED COUNT=1 RECOMMENDATION=ignore HOSTID="0123" HOSTADDR="192.0.2.1:9001"`,
			bootstrapEvent{progress: 5, tag: "conn", summary: "Connecting to a relay"},
		},
		"quotes": {
			`STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=1 TAG=x SUMMARY="say \"a\\b\"" LAST=1`,
			bootstrapEvent{progress: 1, tag: "x", summary: `say "a\b"`},
		},
		"clock ahead":      {"STATUS_GENERAL WARN CLOCK_SKEW SKEW=172800 SOURCE=DIRSERV:192.0.2.1:80", clockEvent{48 * time.Hour}},
		"clock behind":     {"STATUS_GENERAL NOTICE CLOCK_SKEW SKEW=-7194 SOURCE=CONSENSUS", clockEvent{-7194 * time.Second}},
		"upload":           {"HS_DESC UPLOADED ABC UNKNOWN $0123~relay", uploadedEvent{"abc"}},
		"upload begins":    {"HS_DESC UPLOAD abc UNKNOWN $0123~relay id HSDIR_INDEX=00", nil},
		"renewed":          {"SIGNAL NEWNYM", renewedEvent{}},
		"another signal":   {"SIGNAL DORMANT", nil},
		"other client":     {"STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED", nil},
		"other general":    {"STATUS_GENERAL WARN DANGEROUS_VERSION CURRENT=0.4.8.1", nil},
		"nonsense":         {"STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=many", nil},
		"too much":         {"STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=101 TAG=x", nil},
		"nonsense clock":   {"STATUS_GENERAL WARN CLOCK_SKEW SKEW=9999999999999", nil},
		"unfinished":       {`STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=7 TAG="`, bootstrapEvent{progress: 7}},
		"nothing":          {"", nil},
		"unknown":          {"BW 1 2", nil},
		"upload of no-one": {"HS_DESC UPLOADED", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := parseEvent(tc.text); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add(`STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY="Connected to a relay"`)
	f.Add(`STATUS_GENERAL WARN CLOCK_SKEW SKEW=-1 SOURCE=X`)
	f.Add(`HS_DESC UPLOADED a b`)
	f.Add(`STATUS_CLIENT a BOOTSTRAP = == "= x="\`)
	f.Fuzz(func(t *testing.T, text string) {
		if e, ok := parseEvent(text).(bootstrapEvent); ok && (e.progress < 0 || e.progress > 100) {
			t.Fatalf("progress %d", e.progress)
		}
	})
}

func TestStatusFollowsBootstrap(t *testing.T) {
	var s Status
	alarm := bootstrapEvent{progress: 5, tag: "conn", warning: "No route to host", reason: "NOROUTE"}
	clock := bootstrapEvent{progress: 30, tag: "loading_status", warning: "Clock skew 7200", reason: "CLOCK_SKEW"}

	// an alarm is shown, and gone as soon as tor moves on
	s.apply(alarm)
	if s.Warning != "No route to host" {
		t.Errorf("warning %q", s.Warning)
	}
	s.apply(bootstrapEvent{progress: 10})
	if s.Warning != "" {
		t.Errorf("warning %q after progress", s.Warning)
	}
	// what arrives late changes nothing
	s.apply(alarm)
	if s.Progress != 10 || s.Warning != "" {
		t.Errorf("after an old event: %+v", s)
	}
	// a wrong clock shows before the step that it blocks, and has its own words
	s.Problem = clockError(2 * time.Hour)
	s.Warning = s.Problem.Error()
	s.apply(clock)
	if !errors.Is(s.Problem, ErrClock) || !strings.Contains(s.Warning, "2 hours ahead") {
		t.Errorf("with a wrong clock: %+v", s)
	}
	// and is no problem where tor connects all the same
	s.apply(bootstrapEvent{progress: 100, tag: "done"})
	if !s.Up || s.Problem != nil || s.Warning != "" {
		t.Errorf("at the end: %+v", s)
	}
}

func TestClockErrorSaysHowMuchAndWhatToDo(t *testing.T) {
	for skew, want := range map[time.Duration]string{
		48*time.Hour + time.Second: "2 days ahead",
		-7194 * time.Second:        "2 hours behind",
		-24 * time.Hour:            "1 day behind",
		9 * time.Minute:            "9 minutes ahead",
	} {
		err := clockError(skew)
		if !errors.Is(err, ErrClock) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "set date") {
			t.Errorf("%v: %v", skew, err)
		}
	}
}
