// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"bytes"
	"io"
	"log"
)

// silenceLog makes package log discard everything but what Fyne says through
// it when no window can be opened: a person would otherwise learn nothing.
func silenceLog(errOut io.Writer) {
	log.SetFlags(0)
	log.SetOutput(&windowLog{to: errOut})
}

// noWindow are Fyne's reasons, and causes is what it puts before GLFW's error
// number and text, none of which knows of anything that was said.
var (
	noWindow = [][]byte{
		[]byte("Fyne error:  failed to initialise GLFW\n"),
		[]byte("Fyne error:  window creation error\n"),
	}
	causes = []byte("  Cause: ")
)

// windowLog takes one message of package log, which lets in one at a time, with
// each Write.
type windowLog struct {
	to     io.Writer
	failed bool // the last message was one of noWindow
}

func (w *windowLog) Write(message []byte) (int, error) {
	if cause, ok := bytes.CutPrefix(message, causes); ok && w.failed {
		_, _ = w.to.Write([]byte("passerby: no window can be opened; \"passerby console\" needs none. The graphics say: " + string(cause)))
	}
	w.failed = false
	for _, reason := range noWindow {
		w.failed = w.failed || bytes.Equal(message, reason)
	}
	return len(message), nil
}
