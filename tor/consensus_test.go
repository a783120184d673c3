// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"
)

// TestDisasterVectors holds the fallback to the values in tor's own
// test_disaster_srv.
func TestDisasterVectors(t *testing.T) {
	for number, want := range map[int64]string{
		1: "F8A4948707653837FA44ABB5BBC75A12F6F101E7F8FAF699B9715F4965D3507D",
		2: "C17966DF8B4834638E1B7BF38944C4995B92E89749D1623E417A44938D08FD67",
	} {
		if got := fmt.Sprintf("%X", disaster(24*time.Hour, number)); got != want {
			t.Errorf("period %d: got %s, want %s", number, got, want)
		}
	}
}

func day(clock string) time.Time {
	t, err := time.Parse(time.DateTime, "2026-03-01 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

func answer(after, fresh, until, current, previous string) map[string]string {
	return map[string]string{
		"consensus/valid-after": after, "consensus/fresh-until": fresh, "consensus/valid-until": until,
		"sr/current": current, "sr/previous": previous,
	}
}

func TestParseConsensus(t *testing.T) {
	value := base64.StdEncoding.EncodeToString(make([]byte, 32))
	const after, fresh, until = "2026-03-01 02:00:00", "2026-03-01 03:00:00", "2026-03-01 05:00:00"
	for name, tc := range map[string]struct {
		values  map[string]string
		ok, bad bool
	}{
		"with both values":   {answer(after, fresh, until, value, value), true, false},
		"with none":          {answer(after, fresh, until, "", ""), true, false},
		"no consensus":       {answer("", "", "", "", ""), false, false},
		"no answer":          {nil, false, false},
		"no time":            {answer("yesterday", fresh, until, "", ""), false, true},
		"half of it":         {answer(after, "", until, "", ""), false, true},
		"backwards":          {answer(fresh, after, until, "", ""), false, true},
		"over at once":       {answer(after, fresh, after, "", ""), false, true},
		"short value":        {answer(after, fresh, until, "AAAA", ""), false, true},
		"value of something": {answer(after, fresh, until, value, "?"), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, ok, err := parseConsensus(tc.values)
			if ok != tc.ok || (err != nil) != tc.bad {
				t.Errorf("got %v, %v", ok, err)
			}
		})
	}
}

func TestSharedRandomFallsBack(t *testing.T) {
	value := [32]byte{1}
	c := consensus{after: day("02:00:00"), fresh: day("03:00:00"), until: day("05:00:00")}
	run := day("00:00:00").Unix() / 86400
	if c.run() != run || c.period() != 24*time.Hour {
		t.Fatalf("run %d of %v", c.run(), c.period())
	}
	for name, tc := range map[string]struct {
		current, previous         *[32]byte
		wantCurrent, wantPrevious [32]byte
	}{
		"none":     {nil, nil, disaster(24*time.Hour, run), disaster(24*time.Hour, run-1)},
		"current":  {&value, nil, value, disaster(24*time.Hour, run-1)},
		"previous": {nil, &value, disaster(24*time.Hour, run), value},
		"both":     {&value, &value, value, value},
	} {
		t.Run(name, func(t *testing.T) {
			c := c
			c.current, c.previous = tc.current, tc.previous
			if current, previous := c.shared(); current != tc.wantCurrent || previous != tc.wantPrevious {
				t.Errorf("got %x, %x", current, previous)
			}
		})
	}
	// and the next run's previous is this run's current
	next := consensus{after: c.after.Add(24 * time.Hour), fresh: c.fresh.Add(24 * time.Hour), until: c.until.Add(24 * time.Hour)}
	current, _ := c.shared()
	if _, previous := next.shared(); previous != current {
		t.Error("two runs do not agree on the one between them")
	}
}

func TestNowAndElapsed(t *testing.T) {
	c := consensus{after: day("02:00:00"), fresh: day("03:00:00"), until: day("05:00:00")}
	for name, tc := range map[string]struct {
		local   time.Time
		skew    time.Duration
		want    time.Time
		elapsed float64
	}{
		"a right clock":           {day("03:00:00"), 0, day("03:00:00"), 3.0 / 24},
		"a lie about it":          {day("03:00:00"), 2 * time.Hour, day("03:00:00"), 3.0 / 24},
		"behind":                  {day("00:30:00"), -2 * time.Hour, day("02:30:00"), 2.5 / 24},
		"ahead":                   {day("23:30:00"), 20 * time.Hour, day("03:30:00"), 3.5 / 24},
		"behind, not reported":    {day("00:30:00"), 0, day("02:00:00"), 2.0 / 24},
		"ahead, reported wrongly": {day("23:30:00"), time.Hour, day("05:00:00"), 5.0 / 24},
	} {
		t.Run(name, func(t *testing.T) {
			now := c.now(tc.local, tc.skew)
			if !now.Equal(tc.want) {
				t.Errorf("now %v, want %v", now, tc.want)
			}
			if got := c.elapsed(now); got < tc.elapsed-1e-9 || got > tc.elapsed+1e-9 {
				t.Errorf("elapsed %v, want %v", got, tc.elapsed)
			}
		})
	}
	// a copy that still has the last consensus of a run stays below 1
	last := consensus{after: day("23:00:00"), fresh: day("23:00:00").Add(time.Hour), until: day("23:00:00").Add(3 * time.Hour)}
	if got := last.elapsed(last.until); got >= 1 || got < 0.99 {
		t.Errorf("elapsed %v after the end of the run", got)
	}
}
