// SPDX-License-Identifier: GPL-3.0-or-later

package screenguard

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
)

const handle uintptr = 0xBEEF

var errRefused = errors.New("refused")

// pretendedWindows pretends to be a Windows.
type pretendedWindows struct {
	t       *testing.T
	now     uint32
	refuses map[uint32]bool   // affinities that it refuses
	takes   map[uint32]uint32 // affinities that become others
	mute    bool              // it does not tell
	asked   []uint32
}

func (p *pretendedWindows) set(window uintptr, affinity uint32) error {
	if window != handle {
		p.t.Errorf("asked for window %#x", window)
	}
	p.asked = append(p.asked, affinity)
	if p.refuses[affinity] {
		return errRefused
	}
	if other, ok := p.takes[affinity]; ok {
		affinity = other
	}
	p.now = affinity
	return nil
}

func (p *pretendedWindows) get(window uintptr) (uint32, error) {
	if window != handle {
		p.t.Errorf("asked about window %#x", window)
	}
	if p.mute {
		return 0, errRefused
	}
	return p.now, nil
}

func TestWindowsSaysWhatWasReadBack(t *testing.T) {
	type affinityMap = map[uint32]uint32
	for name, c := range map[string]struct {
		windows pretendedWindows
		out     bool
		want    State
		refused bool
		asked   string
	}{
		"today's leaves the window out": {pretendedWindows{}, true, On, false, "[17]"},
		"an old one shows it black for the new value": {
			pretendedWindows{takes: affinityMap{0x11: 0x01}}, true, On, false, "[17]",
		},
		"an old one refuses the new value and takes the old": {
			pretendedWindows{refuses: map[uint32]bool{0x11: true}}, true, On, false, "[17 1]",
		},
		"one takes the new value and heeds only the old": {
			pretendedWindows{takes: affinityMap{0x11: 0x00}}, true, On, false, "[17 1]",
		},
		"one heeds neither": {
			pretendedWindows{takes: affinityMap{0x11: 0x00, 0x01: 0x00}}, true, Off, true, "[17 1]",
		},
		"one refuses both": {
			pretendedWindows{refuses: map[uint32]bool{0x11: true, 0x01: true}}, true, Off, true, "[17 1]",
		},
		"one does not tell": {pretendedWindows{mute: true}, true, Unknown, true, "[17]"},
		"one tells what nobody knows": {
			pretendedWindows{takes: affinityMap{0x11: 0x40}}, true, Unknown, true, "[17]",
		},
		"it lets the window in again": {pretendedWindows{now: 0x11}, false, Off, false, "[0]"},
		"it does not let the window in": {
			pretendedWindows{now: 0x11, refuses: map[uint32]bool{0: true}}, false, On, true, "[0]",
		},
		"it is asked once more":     {pretendedWindows{now: 0x11}, true, On, false, "[17]"},
		"another has turned it off": {pretendedWindows{now: 0}, true, On, false, "[17]"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.windows
			p.t = t
			got, err := apply(byAffinity{&p}, handle, c.out)
			if got != c.want || (err != nil) != c.refused {
				t.Errorf("got %v, %v; want %v, an error: %v", got, err, c.want, c.refused)
			}
			if fmt.Sprint(p.asked) != c.asked {
				t.Errorf("asked for %v, want %s", p.asked, c.asked)
			}
		})
	}
}

// pretendedMac pretends to be a macOS.
type pretendedMac struct {
	now   int
	stuck bool
}

func (p *pretendedMac) set(_ uintptr, kind int) {
	if !p.stuck {
		p.now = kind
	}
}
func (p *pretendedMac) get(uintptr) int { return p.now }

func TestMacIsNeverMoreThanPartial(t *testing.T) {
	for name, c := range map[string]struct {
		mac  pretendedMac
		out  bool
		want State
		err  bool
	}{
		"kept out":         {pretendedMac{now: sharingReadOnly}, true, Partial, false},
		"let in":           {pretendedMac{now: sharingNone}, false, Off, false},
		"does not change":  {pretendedMac{now: sharingReadWrite, stuck: true}, true, Off, true},
		"does not let in":  {pretendedMac{now: sharingNone, stuck: true}, false, Partial, true},
		"something else":   {pretendedMac{now: 7, stuck: true}, true, Unknown, true},
		"nothing negative": {pretendedMac{now: -1, stuck: true}, true, Unknown, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := apply(bySharing{&c.mac}, handle, c.out)
			if got != c.want || (err != nil) != c.err {
				t.Errorf("got %v, %v; want %v", got, err, c.want)
			}
		})
	}
}

// Whatever is asked, and of whatever system, a state that covers comes only
// from a system that said so when it was read.
func TestNothingIsClaimedUnread(t *testing.T) {
	for _, out := range []bool{true, false} {
		if got, err := apply(nil, handle, out); got != NotPossible || err != nil {
			t.Errorf("without a way: %v, %v", got, err)
		}
		p := &pretendedWindows{t: t}
		if got, err := apply(byAffinity{p}, 0, out); got != Unknown || !errors.Is(err, ErrNoWindow) || p.asked != nil {
			t.Errorf("without a window: %v, %v, asked %v", got, err, p.asked)
		}
	}
	var zero State
	if zero != Unknown || zero.Covers() {
		t.Error("the zero state claims something")
	}
	for s, covers := range map[State]bool{Unknown: false, NotPossible: false, Off: false, Partial: true, On: true} {
		if s.Covers() != covers || s.String() == "" {
			t.Errorf("%v covers: %v", s, s.Covers())
		}
	}
}

func TestThisSystem(t *testing.T) {
	want := NotPossible
	if runtime.GOOS == "windows" || native != nil {
		want = Unknown
	}
	if got := Here(); got != want {
		t.Errorf("before any window: %v, want %v", got, want)
	}
	got, _ := Apply(0, true)
	if got != want {
		t.Errorf("for no window: %v, want %v", got, want)
	}
}
