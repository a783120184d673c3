// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passerby/app/console/consoletest"
)

// unheardOf returns a random word of n letters of an alphabet.
func unheardOf(alphabet string, n int) string {
	letters := []rune(alphabet)
	var b strings.Builder
	for range n {
		b.WriteRune(letters[rand.IntN(len(letters))])
	}
	return b.String()
}

const (
	latin = "abcdefghijklmnopqrstuvwxyz"
	other = "łżßøéλωждябハネコ狐"
)

// said makes texts that nobody has written before and keeps what to look for:
// short words, so that they would also be found where a text was cut.
type said struct{ words []string }

func (s *said) word() string {
	w := unheardOf(latin, 16)
	s.words = append(s.words, w)
	return w
}

func (s *said) text() string {
	wide := unheardOf(other, 10)
	s.words = append(s.words, wide)
	return "I say " + s.word() + " and\n\"" + wide + "\" 🦊"
}

// traces looks everywhere where a copy may write.
func (p *party) traces(c *consoletest.Copy, words []string) (found []string) {
	p.t.Helper()
	found, files, err := consoletest.FindTraces(c.Dir(), words...)
	p.ok(err)
	if files < 3 {
		p.t.Errorf("only %d files in %s: tor alone has more", files, c.Dir())
	}
	return found
}

func (p *party) noTraces(when string, words []string, copies ...*consoletest.Copy) {
	p.t.Helper()
	for _, c := range copies {
		if found := p.traces(c, words); len(found) > 0 {
			p.t.Errorf("%s: %s", when, strings.Join(found, "\n"))
		}
	}
}

func TestE2ENothingIsWritten(t *testing.T) {
	t.Parallel()
	// given two copies, and texts and interests that nobody has ever written
	p := newParty(t)
	copies := p.startReady("a", "b")
	a, b := copies[0], copies[1]
	var s said
	shared := s.word()
	talk := func(a, b *consoletest.Copy) {
		t.Helper()
		p.ok(a.Find(shared, s.word()), b.Find(s.word(), shared))
		for _, c := range []*consoletest.Copy{a, b} {
			if e := p.awaitUnless(c, "matched", "ended"); len(e.Interests) != 1 || e.Interests[0] != shared {
				t.Errorf("shared interests: %q, not %q", e.Interests, shared)
			}
		}
		for range 3 {
			p.say(a, b, s.text())
			p.say(b, a, s.text())
		}
	}
	// when they talk
	talk(a, b)
	// then nothing of it is in a file, also not in one without a name
	p.noTraces("in the conversation", s.words, copies...)
	for _, c := range copies {
		pids := make([]int, 2)
		var err1, err2 error
		pids[0], err1 = c.PID()
		pids[1], err2 = c.TorPID()
		p.ok(err1, err2)
		for _, pid := range pids {
			found, _, err := consoletest.FindOpenTraces(pid, s.words...)
			p.ok(err)
			if len(found) > 0 {
				t.Errorf("in an open file: %q", found)
			}
		}
	}
	// nor when one has left
	p.ok(a.Leave())
	p.await(a, "ended")
	p.await(b, "ended")
	p.noTraces("after leaving", s.words, copies...)
	// nor when one is killed in a conversation
	talk(a, b)
	p.ok(a.Kill())
	p.await(b, "ended")
	p.noTraces("after SIGKILL", s.words, copies...)
	// nor when both have ended
	p.close(a)
	p.close(b)
	p.noTraces("after the end", s.words, copies...)
	// and had there been any, it would have been found
	t.Logf("%d words in no file", len(s.words))
	for i, content := range []string{s.words[0], "x" + s.words[len(s.words)-2] + "y"} {
		p.ok(os.WriteFile(filepath.Join(a.Dir(), "tmp", "control"), []byte(content), 0o600))
		if found := p.traces(a, s.words); len(found) == 0 {
			t.Errorf("control %d was not found", i)
		}
	}
}
