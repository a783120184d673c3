// SPDX-License-Identifier: GPL-3.0-or-later

// Package hardening keeps what is in the program's memory from reaching the
// disk, a screen or another program when the program dies.
//
// The program writes nothing that a person or a stranger said. But a process
// that dies may write its memory for it:
//
//   - The system makes a core dump: the whole memory in a file, or handed to a
//     collector which stores it, and which may send it to somebody.
//   - Go prints the value of a panic, which may quote a message, and then the
//     stacks. From a desktop this goes into the journal, which is a file.
//     [runtime/debug.SetTraceback] leaves out the stacks, not the value.
//   - C libraries, as the graphics drivers, print what they like.
//
// So core dumps are turned off, and descriptor 2, to which Go's runtime and
// every C library write whatever happens, leads nowhere. What the program
// itself has to say goes to a duplicate of the real standard error, which
// [Start] returns. A panic or a fatal signal ends the program with status 2,
// as ever with Go. On Linux one constant sentence is left on the real standard
// error then, see lastword_linux.go; elsewhere nothing is. A window vanishes
// without a word everywhere: only a second process could open another, and
// recovering at the top of each goroutine would neither reach those of the
// libraries nor leave a state that one may go on with. Whoever looks for the
// fault builds with the race detector: such a build, which nobody ships,
// reports faults in full, lets strace and debuggers in, and says so in its list
// of measures.
//
// None of it stops the administrator of the machine, a debugger that was there
// first, swap, or hibernation.
package hardening

import (
	"errors"
	"os"
	"runtime/debug"
)

// Measure is one precaution and whether it is in force in this process. It is
// what was read back from the system where the system tells.
type Measure struct {
	// Name says what the precaution achieves, in a few words of English.
	Name string
	// Holds is true if it is in force.
	Holds bool
	// Why says why it is not in force; empty where it is.
	Why string
}

// Names of measures.
const (
	NoCore      = "no memory dump when the program dies"
	NoReading   = "other programs of this account cannot read its memory"
	NoFaultText = "messages about faults show nothing of what was said"
)

// errRace is why a build with the race detector shows faults, and lets the
// tests that are made with it look into it without being root.
var errRace = errors.New("this build has the race detector: it is for tests")

// measured makes a Measure from how the attempt ended.
func measured(name string, err error) Measure {
	if err != nil {
		return Measure{Name: name, Why: err.Error()}
	}
	return Measure{Name: name, Holds: true}
}

// Start takes the measures. It is called once, by main, before anything else:
// afterwards [os.Stderr], descriptor 2 and package log lead nowhere (but for a
// message that no window can be opened), and errOut is where the program's own messages go, without anything that a person or a
// stranger wrote. Children that inherit a standard error inherit the one that
// leads nowhere. A measure that cannot be taken is in the list with the reason;
// the program can go on without.
func Start() (errOut *os.File, measures []Measure) {
	debug.SetTraceback("none")
	measures = process()
	errOut, err := silence()
	if err != nil {
		errOut = os.Stderr
	}
	return errOut, append(measures, measured(NoFaultText, err))
}
