// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"sync"
	"time"

	"github.com/cretz/bine/control"
)

const (
	// controlTimeout is how long a new tor may take to open its control port.
	controlTimeout = time.Minute
	// controlPoll is the pause between two attempts to reach it.
	controlPoll = 20 * time.Millisecond
	// endPatience is how long tor may take to end by itself, which lets it
	// save its guards.
	endPatience = 3 * time.Second
)

// instance is one tor process with its two control connections.
type instance struct {
	process  *process
	commands *commander
	events   net.Conn
	ctl      *control.Conn // over events

	socksNetwork, socksAddress string
	phase                      bootstrapEvent // when the control port answered

	failOnce sync.Once
	failed   chan struct{} // closed once this tor is of no use; err is set then
	err      error
	gone     chan struct{} // closed once nothing of it is left
}

// fail marks the instance as of no use.
func (i *instance) fail(err error) {
	i.failOnce.Do(func() {
		i.err = err
		close(i.failed)
	})
}

// launch starts a tor and returns when its control port answers. The caller
// starts follow on what it returns.
func (t *Tor) launch(ctx context.Context) (*instance, error) {
	if err := t.run.clearEndpoints(); err != nil {
		return nil, err
	}
	if !t.chosen { // see bundled.go
		if err := checkBundled(t.path); err != nil {
			return nil, err
		}
	}
	p, err := startProcess(t.path, arguments(t.profile, t.run))
	if err != nil {
		return nil, err
	}
	i := &instance{process: p, failed: make(chan struct{}), gone: make(chan struct{})}
	if err := i.connect(ctx, t.run, t.profile.cookie()); err != nil {
		i.disconnect()
		patience := endPatience
		if ctx.Err() != nil {
			patience = 0
		}
		if p.stop(patience) {
			return nil, p.post(t.extra) // tor's own reason is better than ours
		}
		return nil, err
	}
	return i, nil
}

// connect opens both control connections and makes tor ours.
func (i *instance) connect(ctx context.Context, run *runFolder, cookie string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, controlTimeout,
		fmt.Errorf("tor runs but does not open its control port within %v", controlTimeout))
	defer cancel()
	conn, err := i.dialControl(ctx, run)
	if err != nil {
		return err
	}
	i.commands = newCommander(conn, i.fail)
	if err := authenticate(conn, i.commands.ctl, cookie); err != nil {
		return err
	}
	if _, err := i.commands.command(ctx, "TAKEOWNERSHIP"); err != nil {
		return fmt.Errorf("tor: take ownership: %w", err)
	}
	if i.events, err = i.dialControl(ctx, run); err != nil {
		return err
	}
	i.ctl = control.NewConn(textproto.NewConn(i.events))
	if err := authenticate(i.events, i.ctl, cookie); err != nil {
		return err
	}
	if _, err := i.ctl.SendRequest(subscription); err != nil {
		return fmt.Errorf("tor: subscribe to events: %w", err)
	}
	// Events may be hours apart.
	if err := i.events.SetDeadline(time.Time{}); err != nil {
		return fmt.Errorf("tor: control connection: %w", err)
	}
	// What happened before the subscription is in the phase, what happens
	// after it in events: nothing is missed.
	values, err := i.commands.info(ctx, "status/bootstrap-phase", "net/listeners/socks")
	if err != nil {
		return fmt.Errorf("tor: ask for its state: %w", err)
	}
	i.phase, _ = parseBootstrap(values["status/bootstrap-phase"])
	i.socksNetwork, i.socksAddress, err = run.socks(values["net/listeners/socks"])
	return err
}

// dialControl connects to the control port as soon as tor has opened it.
func (i *instance) dialControl(ctx context.Context, run *runFolder) (net.Conn, error) {
	ticker := time.NewTicker(controlPoll)
	defer ticker.Stop()
	var dialer net.Dialer
	for {
		network, address, err := run.control()
		if err == nil {
			var conn net.Conn
			if conn, err = dialer.DialContext(ctx, network, address); err == nil {
				return conn, nil
			}
		}
		select {
		case <-ticker.C:
		case <-i.process.exited:
			return nil, errDied
		case <-ctx.Done():
			return nil, fmt.Errorf("tor: wait for the control port: %w", context.Cause(ctx))
		}
	}
}

// disconnect closes what connect has opened. A tor that we own ends by itself
// then.
func (i *instance) disconnect() {
	if i.commands != nil {
		i.commands.close()
	}
	if i.events != nil {
		i.events.Close()
	}
}

// follow hands tor's events to handle, one after the other, until this tor is
// of no use, and clears it away then.
func (i *instance) follow(handle func(event)) {
	read := make(chan struct{})
	go func() {
		defer close(read)
		for {
			response, err := i.ctl.ReadResponse()
			if err != nil {
				i.fail(fmt.Errorf("tor: event connection: %w", err))
				return
			}
			text := response.Reply
			if len(response.Data) > 0 { // several lines; the first names the event
				text = response.Data[0]
			}
			handle(parseEvent(text))
		}
	}()
	select {
	case <-i.failed:
	case <-i.process.exited:
		i.fail(errDied)
	}
	i.disconnect()
	i.process.stop(endPatience)
	<-read
	close(i.gone)
}

// shut ends this tor in the way in which it saves the most.
func (i *instance) shut(ctx context.Context) {
	// The reply may or may not come before the end.
	_, _ = i.commands.command(ctx, "SIGNAL HALT")
	i.fail(ErrClosed)
	<-i.gone
}

// isRefusal tells whether err is tor's answer, rather than its absence.
func isRefusal(err error) bool {
	var refused *textproto.Error
	return errors.As(err, &refused)
}
