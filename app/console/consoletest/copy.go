// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// writeTimeout bounds how long a copy may leave a command unread.
	writeTimeout = 20 * time.Second
	// closeTimeout bounds how long a copy may take to end after "quit".
	closeTimeout = 30 * time.Second
	// maxStderr is how much of a copy's standard error is kept, in bytes.
	maxStderr = 64 << 10
)

// Options says what copy to start.
type Options struct {
	// Program is the path of the program; see [Builder].
	Program string
	// Name stands for the copy in errors.
	Name string
	// Dir is the folder for everything that the copy writes: its profile is
	// Dir/profile, and Dir itself is its working directory. "" makes a temporary one, which Close removes. A path of
	// more than 80 bytes moves tor's sockets into Dir/tmp or /tmp.
	Dir string
	// Torrc is the path of the lines for tor's configuration, as testnet's
	// Network.TorrcFile returns it. It is needed, so that no test ever uses
	// the public Tor network by mistake.
	Torrc string
	// Network is the network's name. "" leaves the flag out.
	Network string
	// Flags are further flags.
	Flags []string
	// Under is a program with arguments that runs the copy, such as strace.
	Under []string
}

// Copy is one running copy of the program. Its methods are safe for
// concurrent use, except that events go to whichever Await asks first.
type Copy struct {
	name    string
	dir     string
	ownsDir bool
	under   bool
	cmd     *exec.Cmd
	began   time.Time

	writing sync.Mutex
	in      *os.File

	mu      sync.Mutex
	events  []Event
	taken   int // events that Await has returned or passed over
	broken  error
	stderr  []byte
	killed  bool
	orphan  int           // the tor that Kill left behind, or 0
	changed chan struct{} // closed and replaced with each change

	readers sync.WaitGroup
	exited  chan struct{} // closed once the process is gone and all is read
	err     error         // how it ended; valid then
}

// Start starts a copy. It returns when the process runs; Tor does not yet.
func Start(o Options) (_ *Copy, err error) {
	if info, err := os.Stat(o.Torrc); err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, fmt.Errorf("start copy %s: %q is no file with the lines of a private Tor network", o.Name, o.Torrc)
	}
	c := &Copy{name: o.Name, dir: o.Dir, under: len(o.Under) > 0,
		changed: make(chan struct{}), exited: make(chan struct{})}
	if c.dir == "" {
		if c.dir, err = os.MkdirTemp("", "passerby-copy-"); err != nil {
			return nil, err
		}
		c.ownsDir = true
		defer func() {
			if err != nil {
				os.RemoveAll(c.dir)
			}
		}()
	}
	if c.dir, err = filepath.Abs(c.dir); err != nil {
		return nil, err
	}
	program, err := filepath.Abs(o.Program)
	if err != nil {
		return nil, err
	}
	torrc, err := filepath.Abs(o.Torrc)
	if err != nil {
		return nil, err
	}
	args := append(slices.Clone(o.Under), program, "console", "--json", "--profile", c.Profile(), "--torrc", torrc)
	if o.Network != "" {
		args = append(args, "--network", o.Network)
	}
	args = append(args, o.Flags...)
	c.cmd = exec.Command(args[0], args[1:]...)
	c.cmd.Dir = c.dir
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is for us alone
	if c.cmd.Env, err = Environ(c.dir); err != nil {
		return nil, err
	}
	if err := c.start(); err != nil {
		return nil, fmt.Errorf("start copy %s: %w", c.name, err)
	}
	return c, nil
}

// start starts the process with pipes of our own: those of exec.Cmd know no
// deadline.
func (c *Copy) start() error {
	var files []*os.File
	pipe := func() (r, w *os.File, err error) {
		r, w, err = os.Pipe()
		if err == nil {
			files = append(files, r, w)
		}
		return r, w, err
	}
	inR, inW, err1 := pipe()
	outR, outW, err2 := pipe()
	errR, errW, err3 := pipe()
	err := errors.Join(err1, err2, err3)
	if err == nil {
		c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = inR, outW, errW
		c.began = time.Now()
		err = c.cmd.Start()
	}
	if err != nil {
		for _, f := range files {
			f.Close()
		}
		return err
	}
	inR.Close()
	outW.Close()
	errW.Close()
	c.in = inW
	c.readers.Go(func() { c.readEvents(outR) })
	c.readers.Go(func() { c.readStderr(errR) })
	go func() {
		c.err = c.cmd.Wait()
		// What it said last is still in the pipes. A child that outlives it
		// would hold them open, so the wait has an end.
		deadline := time.Now().Add(5 * time.Second)
		outR.SetReadDeadline(deadline)
		errR.SetReadDeadline(deadline)
		c.readers.Wait()
		outR.Close()
		errR.Close()
		close(c.exited)
	}()
	return nil
}

func (c *Copy) readEvents(r io.Reader) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			e, wrong := parseEvent(line[:max(0, len(line)-1)])
			if err != nil && wrong == nil {
				wrong = fmt.Errorf("a line without an end: %s", line)
			}
			c.change(func() {
				if c.events = append(c.events, e); c.broken == nil && !c.killed {
					c.broken = wrong
				}
			})
		}
		if err != nil {
			return
		}
	}
}

func (c *Copy) readStderr(r io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		c.change(func() {
			c.stderr = append(c.stderr, buf[:min(n, maxStderr-len(c.stderr))]...)
		})
		if err != nil {
			return
		}
	}
}

// change changes what mu guards and wakes whoever waits for it.
func (c *Copy) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.changed)
	c.changed = make(chan struct{})
}

// Dir returns the folder of all that the copy writes.
func (c *Copy) Dir() string { return c.dir }

// Profile returns the copy's profile folder.
func (c *Copy) Profile() string { return filepath.Join(c.dir, "profile") }

// Began returns when the process was started.
func (c *Copy) Began() time.Time { return c.began }

// Do tells the copy a line, whatever it holds, and ends it.
func (c *Copy) Do(line string) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.in.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		return c.failure("cannot be told anything", err)
	}
	return nil
}

func (c *Copy) command(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.Do(string(line))
}

// Find tells the copy to look for a stranger.
func (c *Copy) Find(interests ...string) error {
	if interests == nil {
		interests = []string{}
	}
	return c.command(map[string]any{"do": "find", "interests": interests})
}

// Send tells the copy to send a message.
func (c *Copy) Send(text string) error {
	return c.command(map[string]any{"do": "send", "text": text})
}

// Leave tells the copy to stop looking, or to leave.
func (c *Copy) Leave() error { return c.Do(`{"do":"leave"}`) }

// Next tells the copy to leave and to look for another stranger.
func (c *Copy) Next() error { return c.Do(`{"do":"next"}`) }

// Block tells the copy to leave and to meet this stranger never again.
func (c *Copy) Block() error { return c.Do(`{"do":"block"}`) }

// Invite tells the copy to make a link: "once" for one guest, or "many".
func (c *Copy) Invite(kind string) error {
	return c.command(map[string]any{"do": "invite", "kind": kind})
}

// Follow tells the copy to look for whoever made a link.
func (c *Copy) Follow(link string) error {
	return c.command(map[string]any{"do": "follow", "link": link})
}

// Again tells the copy to keep what it takes to meet this stranger again.
func (c *Copy) Again() error { return c.Do(`{"do":"again"}`) }

// Meet tells the copy to look for somebody who was kept as this invite.
func (c *Copy) Meet(id uint64) error { return c.command(map[string]any{"do": "meet", "id": id}) }

// AskForUpdates tells the copy to ask for a newer version.
func (c *Copy) AskForUpdates() error { return c.Do(`{"do":"update"}`) }

// Await returns the next event of one of these kinds, of those that no Await
// has returned or passed over yet. It fails when ctx ends, when the copy does,
// and when the copy says what is not in the contract.
func (c *Copy) Await(ctx context.Context, kinds ...string) (Event, error) {
	return c.AwaitThat(ctx, strings.Join(kinds, " or "), func(e Event) bool { return slices.Contains(kinds, e.Event) })
}

// AwaitThat is Await for the next event that is fit; what names it in words.
func (c *Copy) AwaitThat(ctx context.Context, what string, fit func(Event) bool) (Event, error) {
	exited := false
	for {
		c.mu.Lock()
		for c.taken < len(c.events) && c.broken == nil {
			e := c.events[c.taken]
			c.taken++
			if fit(e) {
				c.mu.Unlock()
				return e, nil
			}
		}
		changed, broken := c.changed, c.broken
		c.mu.Unlock()
		switch {
		case broken != nil:
			return Event{}, c.failure("broke the contract", broken)
		case exited:
			return Event{}, c.failure("ended before: "+what, c.err)
		}
		select {
		case <-changed:
		case <-c.exited:
			exited = true // and look once more: all is read now
		case <-ctx.Done():
			return Event{}, c.failure("did not say: "+what, context.Cause(ctx))
		}
	}
}

// AwaitAll waits until everything that the copy has said so far is fit; what
// names it in words. It takes no event away from Await, and fails as Await does.
func (c *Copy) AwaitAll(ctx context.Context, what string, fit func(said []Event) bool) error {
	for exited := false; ; {
		c.mu.Lock()
		said, changed, broken := slices.Clip(c.events), c.changed, c.broken
		c.mu.Unlock()
		switch {
		case broken != nil:
			return c.failure("broke the contract", broken)
		case fit(said):
			return nil
		case exited:
			return c.failure("ended before: "+what, c.err)
		}
		select {
		case <-changed:
		case <-c.exited:
			exited = true // and look once more: all is read now
		case <-ctx.Done():
			return c.failure("did not say: "+what, context.Cause(ctx))
		}
	}
}

// Events returns everything that the copy has said so far.
func (c *Copy) Events() []Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.events)
}

// failure is an error with the whole story.
func (c *Copy) failure(what string, err error) error {
	return fmt.Errorf("copy %s %s: %w\n%s", c.name, what, err, c.Transcript())
}

// Errors returns what the copy has said on standard error so far.
func (c *Copy) Errors() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.stderr)
}

// Transcript returns what the copy has said so far, for people: events with
// the seconds since its start, and standard error.
func (c *Copy) Transcript() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "copy %s, started %.1f s ago, said:\n", c.name, time.Since(c.began).Seconds())
	for _, e := range c.events {
		fmt.Fprintf(&b, "\t%7.2f %s\n", e.At.Sub(c.began).Seconds(), e)
	}
	if len(c.stderr) > 0 {
		fmt.Fprintf(&b, "standard error:\n\t%s\n", strings.ReplaceAll(strings.TrimSpace(string(c.stderr)), "\n", "\n\t"))
	}
	return b.String()
}

// PID returns the id of the copy's own process.
func (c *Copy) PID() (int, error) {
	if c.under {
		return Child(c.cmd.Process.Pid, "passerby")
	}
	return c.cmd.Process.Pid, nil
}

// TorPID returns the id of the process of the copy's tor. While tor is being
// started, at first or again, there is none.
func (c *Copy) TorPID() (int, error) {
	pid, err := c.PID()
	if err != nil {
		return 0, err
	}
	return Child(pid, "tor")
}

// EndInput closes the copy's standard input, which tells it to end.
func (c *Copy) EndInput() error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.in.Close()
}

// Terminate sends the copy SIGTERM, as a system does that shuts down.
func (c *Copy) Terminate() error {
	pid, err := c.PID()
	if err != nil {
		return err
	}
	return syscall.Kill(pid, syscall.SIGTERM)
}

// Kill ends the copy with SIGKILL and returns when it is gone. What becomes of
// its tor is the copy's own care.
func (c *Copy) Kill() error { return c.kill(syscall.SIGKILL) }

// Crash ends the copy with SIGABRT and returns when it is gone. Go's runtime
// takes this signal as it takes a panic: it tells of all goroutines on standard
// error and dies.
func (c *Copy) Crash() error { return c.kill(syscall.SIGABRT) }

func (c *Copy) kill(with syscall.Signal) error {
	pid, err := c.PID()
	if err != nil {
		return err
	}
	tor, _ := c.TorPID() // 0 where there is none
	c.change(func() { c.killed, c.orphan = true, tor })
	if err := syscall.Kill(pid, with); err != nil {
		return fmt.Errorf("kill copy %s: %w", c.name, err)
	}
	select {
	case <-c.exited:
		return nil
	case <-time.After(closeTimeout):
		return c.failure("does not end", fmt.Errorf("%v was not enough", with))
	}
}

// Close tells the copy to quit and returns when it and its tor are gone. It
// fails where the copy does not end in good order, or leaves its tor behind;
// after Kill it only clears away. Close may be called more than once.
func (c *Copy) Close() error {
	tor, _ := c.TorPID()      // 0 where there is none
	_ = c.Do(`{"do":"quit"}`) // fails where it has ended
	c.in.Close()
	ctx, cancel := context.WithTimeoutCause(context.Background(), closeTimeout, errors.New("it takes too long"))
	defer cancel()
	var errs []error
	select {
	case <-c.exited:
	case <-ctx.Done():
		errs = append(errs, c.failure("does not end", context.Cause(ctx)))
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // its whole group
		<-c.exited
	}
	c.mu.Lock()
	killed, broken := c.killed, c.broken
	tor = max(tor, c.orphan)
	c.mu.Unlock()
	switch {
	case len(errs) > 0 || killed:
	case c.err != nil:
		errs = append(errs, c.failure("ended badly", c.err))
	case broken != nil:
		errs = append(errs, c.failure("broke the contract", broken))
	}
	if tor != 0 {
		if err := AwaitEnd(ctx, tor); err != nil {
			errs = append(errs, fmt.Errorf("the tor of copy %s: %w", c.name, err))
			_ = syscall.Kill(tor, syscall.SIGKILL)
		}
	}
	if c.ownsDir {
		errs = append(errs, os.RemoveAll(c.dir))
	}
	return errors.Join(errs...)
}
