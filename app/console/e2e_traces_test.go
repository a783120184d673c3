// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passerby/app/console/consoletest"
	"passerby/app/settings"
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

func (p *party) noOpenTraces(words []string, c *consoletest.Copy) {
	p.t.Helper()
	pid, err1 := c.PID()
	tor, err2 := c.TorPID()
	p.ok(err1, err2)
	for _, pid := range []int{pid, tor} {
		found, _, err := consoletest.FindOpenTraces(pid, words...)
		if errors.Is(err, fs.ErrPermission) && !consoletest.Race {
			continue // the program lets nobody see its open files, as it is shipped
		}
		p.ok(err)
		if len(found) > 0 {
			p.t.Errorf("in an open file: %q", found)
		}
	}
}

// noChoices tells where a copy on lines of text has kept what its flags said:
// that is for the window, where somebody chooses.
func (p *party) noChoices(copies ...*consoletest.Copy) {
	p.t.Helper()
	for _, c := range copies {
		p.ok(filepath.WalkDir(c.Dir(), func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasPrefix(d.Name(), settings.Name) {
				p.t.Errorf("%s is there", path)
			}
			return err
		}))
	}
}

func TestE2ENothingIsWritten(t *testing.T) {
	t.Parallel()
	// given copies, and texts and interests that nobody has ever written
	p := newParty(t)
	p.flags = []string{"--cover=false"} // which only waits
	copies := p.startReady("stays", "leaves", "terminated", "silenced", "crashes", "killed")
	stays := copies[0]
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
		for range 2 {
			p.say(a, b, s.text())
			p.say(b, a, s.text())
		}
	}
	for _, tc := range []struct {
		name string
		goes *consoletest.Copy
		way  func(c *consoletest.Copy) error
		// what becomes of who went: the conversation ends for this reason, or,
		// where it is "", the copy itself
		reason string
		// what the other one sees first, and why it ended for it
		sees, ended string
	}{
		{"leave", copies[1], (*consoletest.Copy).Leave, "you left", "ended", "they left"},
		{"next", copies[1], (*consoletest.Copy).Next, "you left", "ended", "they left"},
		{"block", copies[1], (*consoletest.Copy).Block, "blocked", "ended", "they left"},
		{"SIGTERM", copies[2], (*consoletest.Copy).Terminate, "", "ended", "they left"},
		{"end of input", copies[3], (*consoletest.Copy).EndInput, "", "ended", "they left"},
		{"crash", copies[4], (*consoletest.Copy).Crash, "", "reconnecting", "you left"},
		{"SIGKILL", copies[5], (*consoletest.Copy).Kill, "", "reconnecting", "you left"},
	} {
		// when they talk, then nothing of it is in a file, also not in one
		// without a name
		talk(stays, tc.goes)
		p.noTraces("in the conversation before "+tc.name, s.words, stays, tc.goes)
		p.noOpenTraces(s.words, stays)
		p.noOpenTraces(s.words, tc.goes)
		// nor when one goes, in each way in which one can
		p.ok(tc.way(tc.goes))
		if tc.reason != "" {
			p.awaitEnd(tc.goes, tc.reason)
		} else {
			p.close(tc.goes)
		}
		if tc.sees == "reconnecting" {
			p.awaitUnless(stays, "reconnecting", "ended")
			p.noTraces("in the conversation that waits after "+tc.name, s.words, stays)
			p.ok(stays.Leave())
		}
		p.awaitEnd(stays, tc.ended)
		if tc.name == "next" {
			p.ok(tc.goes.Leave()) // which now looks for another
		}
		p.noTraces("after "+tc.name, s.words, stays, tc.goes)
		for _, c := range []*consoletest.Copy{stays, tc.goes} {
			for _, word := range s.words {
				if strings.Contains(c.Errors(), word) {
					t.Errorf("after %s: %q is on standard error", tc.name, word)
				}
			}
		}
	}
	// nor when all have ended
	for _, c := range copies {
		p.close(c)
	}
	p.noTraces("after the end", s.words, copies...)
	p.noChoices(copies...)
	// and had there been any, it would have been found
	t.Logf("%d words in no file", len(s.words))
	for i, content := range []string{s.words[0], "x" + s.words[len(s.words)-2] + "y"} {
		p.ok(os.WriteFile(filepath.Join(stays.Dir(), "tmp", "control"), []byte(content), 0o600))
		if found := p.traces(stays, s.words); len(found) == 0 {
			t.Errorf("control %d was not found", i)
		}
	}
}
