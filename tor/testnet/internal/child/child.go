// SPDX-License-Identifier: GPL-3.0-or-later

// Package child starts processes that never outlive the program that started
// them.
//
// A program that ends in good order stops its children itself; the hard part
// is the program that is killed, or that panics in a goroutine nobody guards.
// On Linux the kernel helps: a child may ask, with PR_SET_PDEATHSIG, for a
// signal when its parent dies. The trap is that the kernel's "parent" here is
// the thread that forked, not the process (prctl(2)), and the Go runtime ends
// threads now and then. A [Nursery] therefore starts all its children from one
// thread of its own, which lives until the Nursery is closed.
//
// Other systems have no such signal; there a child needs a second way of
// seeing that its owner has gone (tor has __OwningControllerProcess).
package child

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// ErrClosed is returned by [Nursery.Start] once the Nursery is closed.
var ErrClosed = errors.New("no process is started any more: the nursery is closed")

// Nursery starts processes and ends them. Its methods are safe for concurrent
// use. Make one with [NewNursery].
type Nursery struct {
	starts chan start
	closed chan struct{}

	mu      sync.Mutex
	running map[*Process]struct{}
	once    sync.Once
	wg      sync.WaitGroup
}

type start struct {
	cmd    *exec.Cmd
	answer chan error
}

// NewNursery returns a Nursery without processes. [Nursery.Close] must be
// called in the end.
func NewNursery() *Nursery {
	n := &Nursery{
		starts:  make(chan start),
		closed:  make(chan struct{}),
		running: map[*Process]struct{}{},
	}
	n.wg.Add(1)
	go n.fork()
	return n
}

// fork starts every process of the Nursery from one thread.
func (n *Nursery) fork() {
	defer n.wg.Done()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		select {
		case s := <-n.starts:
			s.answer <- s.cmd.Start()
		case <-n.closed:
			n.killAll()
			return
		}
	}
}

// Start starts cmd, whose SysProcAttr must not be set. The process leaves the
// process group of its owner, so that Ctrl-C at a terminal reaches the owner
// alone, which then ends its children in the order it wants.
func (n *Nursery) Start(cmd *exec.Cmd) (*Process, error) {
	cmd.SysProcAttr = dieWithParent()
	s := start{cmd, make(chan error, 1)}
	p := &Process{cmd: cmd, done: make(chan struct{})}

	// Registered before it runs, so that Close never misses a process that is
	// being started.
	n.mu.Lock()
	select {
	case <-n.closed:
		n.mu.Unlock()
		return nil, ErrClosed
	default:
	}
	n.wg.Add(1)
	n.mu.Unlock()
	defer n.wg.Done()

	select {
	case n.starts <- s:
	case <-n.closed:
		return nil, ErrClosed
	}
	if err := <-s.answer; err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", cmd.Path, err)
	}
	n.mu.Lock()
	n.running[p] = struct{}{}
	n.mu.Unlock()
	n.wg.Go(func() {
		p.err = cmd.Wait()
		n.mu.Lock()
		delete(n.running, p)
		n.mu.Unlock()
		close(p.done)
	})
	select {
	case <-n.closed: // closed in between, and perhaps too early to see p
		p.Kill()
	default:
	}
	return p, nil
}

// Run starts cmd and waits until it has ended. When ctx ends first, the
// process is killed.
func (n *Nursery) Run(ctx context.Context, cmd *exec.Cmd) error {
	p, err := n.Start(cmd)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
		return p.Err()
	case <-ctx.Done():
		p.Kill()
		return context.Cause(ctx)
	}
}

// Close kills every process that still runs and returns when all are gone. It
// may be called more than once.
func (n *Nursery) Close() {
	n.once.Do(func() {
		n.mu.Lock()
		close(n.closed)
		n.mu.Unlock()
	})
	n.wg.Wait()
}

func (n *Nursery) killAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p := range n.running {
		p.Signal(os.Kill)
	}
}

// Process is a process that a [Nursery] started. Its methods are safe for
// concurrent use.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // valid once done is closed
}

// PID returns the process ID.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended and is waited for.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the process ended, as [exec.Cmd.Wait] tells it: nil for exit
// status 0. It may be called once Done is closed.
func (p *Process) Err() error {
	<-p.done
	return p.err
}

// Interrupt asks the process to end, as Ctrl-C does, and does not wait. Where
// the system cannot ask, it kills.
func (p *Process) Interrupt() {
	if runtime.GOOS == "windows" {
		p.Signal(os.Kill)
		return
	}
	p.Signal(os.Interrupt)
}

// Kill ends the process at once and waits until it is gone.
func (p *Process) Kill() {
	p.Signal(os.Kill)
	<-p.done
}

// Signal sends the process a signal, if it still runs. The error is left out:
// the only one to expect is that the process has already ended.
func (p *Process) Signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }
