// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	bine "github.com/cretz/bine/process"
)

// Port is the one virtual port of every onion service. It is the same number
// as Port of passerby/net/onion, which this package does not import.
const Port = 5222

// socksFlags go with the SOCKS port. OnionTrafficOnly makes tor itself refuse
// names and addresses that are no onions; ExtendedErrors makes it say why an
// onion cannot be reached.
const socksFlags = "OnionTrafficOnly ExtendedErrors IsolateSOCKSAuth"

const (
	torrcName    = "torrc"
	defaultsName = "torrc-defaults"
)

// arguments returns tor's command line. Options on the command line win over
// those in any file, so nothing in the person's torrc can change these.
func arguments(p *profile, r *runFolder) []string {
	return append([]string{
		"-f", r.file(torrcName),
		"--defaults-torrc", r.file(defaultsName), // else /etc/tor/torrc-defaults is read
		"--DataDirectory", p.data(),
		"--ClientOnly", "1",
		"--AvoidDiskWrites", "1",
		"--SafeLogging", "1",
		"--Log", "notice stdout",
		"--RunAsDaemon", "0",
		"--CookieAuthentication", "1",
		"--DormantCanceledByStartup", "1", // a tor that fell asleep last time wakes up
		"--__OwningControllerProcess", strconv.Itoa(os.Getpid()),
	}, r.endpointArgs()...)
}

// process is one running tor.
type process struct {
	cmd    *exec.Cmd
	log    *tail
	exited chan struct{} // closed once the process is gone; err is set then
	err    error
}

// startProcess starts tor. It returns once the process runs.
func startProcess(path string, args []string) (*process, error) {
	p := &process{log: &tail{}, exited: make(chan struct{})}
	started := make(chan error, 1)
	go p.run(path, args, started)
	if err := <-started; err != nil {
		<-p.exited
		return nil, advise(ErrNoTor, fmt.Sprintf("%s does not start: %v", path, err), installAdvice())
	}
	return p, nil
}

// run starts tor and waits for its end. It holds its operating system thread
// all that time: Linux tells tor to end when the thread that started it ends,
// and Go may end a thread that is not held whenever it likes.
func (p *process) run(path string, args []string, started chan<- error) {
	defer close(p.exited)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	creator := bine.CmdCreatorFunc(func(_ context.Context, args ...string) (*exec.Cmd, error) {
		cmd := exec.Command(path, args...)
		cmd.Env = environment()
		cmd.Stdout, cmd.Stderr = p.log, p.log
		// A pluggable transport may hold tor's output open when tor is gone.
		cmd.WaitDelay = time.Second
		prepare(cmd)
		p.cmd = cmd
		return cmd, nil
	})
	proc, err := creator.New(context.Background(), args...)
	if err == nil {
		err = proc.Start()
	}
	started <- err
	if err == nil {
		p.err = proc.Wait()
	}
}

// pid returns the process's id.
func (p *process) pid() int { return p.cmd.Process.Pid }

// stop waits for tor to end by itself, and ends it after that time. It tells
// whether tor ended by itself.
func (p *process) stop(patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.exited:
		return true
	case <-timer.C:
	}
	p.cmd.Process.Kill() // fails only where it has ended meanwhile
	<-p.exited
	return false
}

// post explains why tor ended by itself.
func (p *process) post(extra *extraTorrc) error {
	complaints := p.log.messages()
	if err := cause(complaints, extra); err != nil {
		return err
	}
	what := "without a word"
	if len(complaints) > 0 {
		what = "its last words: " + strings.Join(complaints[max(0, len(complaints)-3):], " / ")
	}
	return fmt.Errorf("tor ended (%v), %s", exitText(p.err), what)
}

func exitText(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}
