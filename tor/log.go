// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const (
	tailLines = 40  // lines kept of what tor says
	tailWidth = 400 // bytes kept of each line
)

// tail keeps the last lines that tor printed, in memory alone, to explain why
// it ended. It is the io.Writer of tor's standard output.
type tail struct {
	mu      sync.Mutex
	lines   []string
	partial []byte
}

// Write implements io.Writer. It never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, chunk := range bytes.SplitAfter(p, []byte("\n")) {
		line, ended := bytes.CutSuffix(chunk, []byte("\n"))
		t.partial = append(t.partial, line[:min(len(line), tailWidth-len(t.partial))]...)
		if ended {
			t.lines = append(t.lines, strings.TrimRight(string(t.partial), "\r"))
			t.partial = t.partial[:0]
			if extra := len(t.lines) - tailLines; extra > 0 {
				t.lines = slices.Delete(t.lines, 0, extra)
			}
		}
	}
	return len(p), nil
}

// messages returns tor's warnings and errors, without time and severity, the
// oldest first.
func (t *tail) messages() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []string
	for _, line := range t.lines {
		if m := complaintPattern.FindStringSubmatch(line); m != nil {
			found = append(found, m[1])
		}
	}
	return found
}

// complaintPattern matches "Nov 22 14:00:00.123 [warn] text"; the functions
// that tor names before the text of some messages belong to the text.
var complaintPattern = regexp.MustCompile(`^.{0,40}\[(?:warn|err)\] (.+)$`)

// cause finds why tor ended among its complaints, as far as they are of a kind
// that a person can do something about. It returns nil where they are not.
func cause(complaints []string, extra *extraTorrc) error {
	for _, c := range complaints {
		switch {
		case strings.Contains(c, "another Tor process is running with the same data directory"):
			return advise(ErrProfileInUse, "another tor uses it", "wait a moment, or close the other copy")
		case strings.Contains(c, "Failed to parse/validate config"), strings.Contains(c, "Error while parsing configuration"):
			_, detail, found := strings.Cut(c, ": ")
			if !found {
				detail = c
			}
			return extra.blame("tor says: " + detail)
		case strings.Contains(c, "No space left on device"), strings.Contains(c, "Read-only file system"),
			strings.Contains(c, "create private data directory"), strings.Contains(c, "Permissions on directory"):
			return advise(ErrProfileNotWritable, "tor says: "+c, profileAdvice)
		}
	}
	return nil
}
