// SPDX-License-Identifier: GPL-3.0-or-later

package clipboard

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// desk is a clipboard that many use.
type desk struct {
	mu      sync.Mutex
	content string
}

func (d *desk) Content() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.content
}

func (d *desk) SetContent(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.content = text
}

// atOnce is a window's goroutine that is never busy.
func atOnce(f func()) { f() }

// steps happen one after the other, to a Board on an empty desk.
type step struct {
	after time.Duration
	do    func(*Board, *desk)
	want  string // on the desk
}

func writes(text string) func(*Board, *desk) { return func(b *Board, _ *desk) { _ = b.Write(text) } }
func other(text string) func(*Board, *desk)  { return func(_ *Board, d *desk) { d.SetContent(text) } }
func forgets(b *Board, _ *desk)              { b.Forget() }
func closes(b *Board, _ *desk)               { b.Close() }
func waits(*Board, *desk)                    {}

func TestWhenTextIsTakenBack(t *testing.T) {
	const second = time.Second
	for name, steps := range map[string][]step{
		"after 30 seconds and not before": {
			{0, writes("ours"), "ours"}, {30*second - 1, waits, "ours"}, {1, waits, ""},
		},
		"30 seconds after the last copy": {
			{0, writes("one"), "one"}, {20 * second, writes("two"), "two"}, {29 * second, waits, "two"}, {second, waits, ""},
		},
		"also where the same is copied again": {
			{0, writes("one"), "one"}, {20 * second, writes("one"), "one"}, {29 * second, waits, "one"}, {second, waits, ""},
		},
		"not where another program has copied": {
			{0, writes("ours"), "ours"}, {second, other("theirs"), "theirs"}, {time.Hour, waits, "theirs"},
			{0, forgets, "theirs"}, {0, closes, "theirs"},
		},
		"at once where it is to be forgotten": {
			{0, writes("ours"), "ours"}, {second, forgets, ""}, {0, other("theirs"), "theirs"}, {time.Hour, waits, "theirs"},
		},
		"at the end of the program": {
			{0, writes("ours"), "ours"}, {second, closes, ""}, {0, writes("late"), ""}, {0, forgets, ""},
		},
		"and an empty text is none": {
			{0, other("theirs"), "theirs"}, {0, writes(""), "theirs"}, {time.Hour, waits, "theirs"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &desk{}
				b := open(newPlain(d, atOnce), 0)
				defer b.Close()
				for i, s := range steps {
					time.Sleep(s.after)
					synctest.Wait()
					s.do(b, d)
					synctest.Wait()
					if d.Content() != s.want {
						t.Fatalf("after step %d the clipboard holds %q and not %q", i, d.Content(), s.want)
					}
				}
			})
		})
	}
}

func TestWhatWaitedForTheWindowTakesNoNewerTextBack(t *testing.T) {
	// given a window that is busy when its text is to be taken back
	d, later := &desk{}, []func(){}
	b := open(newPlain(d, func(f func()) { later = append(later, f) }), 0)
	if err := b.Write("one"); err != nil {
		t.Fatal(err)
	}
	b.Forget()
	// when another is copied before it comes to that
	if err := b.Write("one"); err != nil {
		t.Fatal(err)
	}
	for _, f := range later {
		f()
	}
	// then that one stays
	if d.Content() != "one" {
		t.Errorf("the clipboard holds %q", d.Content())
	}
}

func TestTooMuchIsNotCopied(t *testing.T) {
	d := &desk{content: "theirs"}
	b := open(newPlain(d, atOnce), 0)
	if err := b.Write(strings.Repeat("x", MaxText+1)); !errors.Is(err, ErrTooLong) {
		t.Errorf("copying too much: %v", err)
	}
	if d.Content() != "theirs" {
		t.Errorf("the clipboard holds %d bytes", len(d.Content()))
	}
	if err := b.Write(strings.Repeat("x", MaxText)); err != nil || len(d.Content()) != MaxText {
		t.Errorf("copying all that may be: %v", err)
	}
}

func TestWithoutAClipboard(t *testing.T) {
	// Nothing is there before a Board is opened, and nothing goes wrong.
	Forget()
	if err := Write("text"); err == nil {
		t.Error("copied without a clipboard")
	}
	b := open(newPlain(nil, atOnce), 0)
	if err := b.Write("text"); err == nil {
		t.Error("copied to no clipboard")
	}
	b.Forget()
	b.Close()
}

func TestWhatThePersonIsTold(t *testing.T) {
	for _, c := range []struct {
		m         Manners
		has, lack string
	}{
		{Manners{Marked: true}, "asks to be kept in no clipboard history", "cannot be done"},
		{Manners{Marked: true, Stays: true}, "stay on this device", "cannot be done"},
		{Manners{Marked: true, Stays: true}, "may stay", "cannot be done"},
		{Manners{}, "cannot be done on this system", "asks to"},
	} {
		if got := c.m.String(); !strings.Contains(got, c.has) || strings.Contains(got, c.lack) {
			t.Errorf("%+v says %q", c.m, got)
		}
	}
}
