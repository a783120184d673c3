// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package desktoptest

import (
	"bytes"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

// starter starts processes that get a signal when this process dies. The
// kernel sends it when the thread that forked ends, so all are forked by one
// thread, which lives until close.
type starter struct {
	forks chan func()
	ended sync.WaitGroup
}

func newStarter() *starter {
	s := &starter{forks: make(chan func())}
	s.ended.Go(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for fork := range s.forks {
			fork()
		}
	})
	return s
}

// close may be called once, when nothing is started any more.
func (s *starter) close() {
	close(s.forks)
	s.ended.Wait()
}

// process is a running program.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended, once done is closed
	said said
}

// start starts cmd, in a process group of its own so that Ctrl-C at a terminal
// is not for it. It gets the signal death when this process dies.
func (s *starter) start(cmd *exec.Cmd, death syscall.Signal) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: death}
	if cmd.Stderr == nil {
		cmd.Stderr = &p.said
	}
	failed := make(chan error, 1)
	s.forks <- func() { failed <- cmd.Start() }
	if err := <-failed; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// end sends a signal and waits until the process is gone.
func (p *process) end(signal syscall.Signal) {
	_ = p.cmd.Process.Signal(signal) // fails where it is gone
	<-p.done
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// ending tells that the process has ended, how, and what it said last.
func (p *process) ending() error {
	return fmt.Errorf("%s has ended: %v: %s", p.cmd.Path, p.cmd.ProcessState, &p.said)
}

// said keeps the end of what a program says on its standard error.
type said struct {
	mu   sync.Mutex
	text []byte
}

const maxSaid = 32 << 10 // bytes

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
	s.text = bytes.Clone(s.text[max(0, len(s.text)-maxSaid):])
	return len(p), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.TrimSpace(string(s.text))
}
