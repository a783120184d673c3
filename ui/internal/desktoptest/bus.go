// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package desktoptest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// busConfig has the bus listen in a folder, let everybody there say everything,
// and start nothing.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=%s</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
`

const (
	watcherName  = "org.kde.StatusNotifierWatcher"
	watcherPath  = dbus.ObjectPath("/StatusNotifierWatcher")
	callDeadline = 5 * time.Second // one call on the bus
)

// Bus is a session bus of its own, and the part of a desktop that shows small
// pictures near the clock.
type Bus struct {
	dir     string
	address string
	starter *starter
	daemon  *process
	conn    *dbus.Conn // ours

	mu    sync.Mutex
	items []string // the names on the bus of those who have a picture near the clock
}

// StartBus starts a session bus. Nobody shows pictures near the clock there,
// until ShowItems.
func StartBus() (_ *Bus, err error) {
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		return nil, fmt.Errorf("cannot find dbus-daemon: run packaging/install-deps.sh test, or install dbus: %w", err)
	}
	b := &Bus{starter: newStarter()}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	if b.dir, err = os.MkdirTemp("", "bus-"); err != nil {
		return nil, err
	}
	config := filepath.Join(b.dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, b.dir), 0o600); err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := exec.Command(daemon, "--config-file="+config, "--nofork", "--nopidfile", "--print-address=3")
	cmd.ExtraFiles = []*os.File{w}
	b.daemon, err = b.starter.start(cmd, syscall.SIGKILL)
	w.Close()
	if err != nil {
		return nil, err
	}
	r.SetReadDeadline(time.Now().Add(startTimeout))
	line := make([]byte, 512)
	n, err := r.Read(line)
	if err != nil {
		return nil, fmt.Errorf("the bus does not say its address: %w: %s", err, &b.daemon.said)
	}
	b.address = strings.TrimSpace(string(line[:n]))
	if b.conn, err = dbus.Connect(b.address); err != nil {
		return nil, fmt.Errorf("the bus: %w", err)
	}
	return b, nil
}

// Address returns the value for DBUS_SESSION_BUS_ADDRESS.
func (b *Bus) Address() string { return b.address }

// Conn returns the test's own connection to the bus.
func (b *Bus) Conn() *dbus.Conn { return b.conn }

// Hang has the bus answer nobody any more, or go on.
func (b *Bus) Hang(on bool) error {
	signal := syscall.SIGCONT
	if on {
		signal = syscall.SIGSTOP
	}
	return b.daemon.cmd.Process.Signal(signal)
}

// Close ends the bus.
func (b *Bus) Close() error {
	if b.conn != nil {
		b.conn.Close()
	}
	if b.daemon != nil {
		b.daemon.end(syscall.SIGKILL)
	}
	b.starter.close()
	return os.RemoveAll(b.dir)
}

// ShowItems shows pictures near the clock from now on, or no longer.
func (b *Bus) ShowItems(on bool) error {
	if !on {
		_, err := b.conn.ReleaseName(watcherName)
		return err
	}
	if err := b.conn.Export(watcher{b}, watcherPath, watcherName); err != nil {
		return err
	}
	_, err := prop.Export(b.conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true, Emit: prop.EmitFalse},
	}})
	if err != nil {
		return err
	}
	_, err = b.conn.RequestName(watcherName, dbus.NameFlagDoNotQueue)
	return err
}

// watcher is what programs tell of their pictures.
type watcher struct{ b *Bus }

// RegisterStatusNotifierItem is called by who has one.
func (w watcher) RegisterStatusNotifierItem(_ string, sender dbus.Sender) *dbus.Error {
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	w.b.items = append(w.b.items, string(sender))
	return nil
}

// Items returns the names of those who have a picture near the clock.
func (b *Bus) Items() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.items...)
}

// menuItem is one line of a menu, as com.canonical.dbusmenu has it.
type menuItem struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// Menu returns the lines of the menu of a picture near the clock, with the
// numbers by which they are pressed.
func (b *Bus) Menu(item string) (map[string]int32, error) {
	var revision uint32
	var root menuItem
	call := b.conn.Object(item, "/StatusNotifierItem/menu").Go("com.canonical.dbusmenu.GetLayout", 0, nil, int32(0), int32(-1), []string{})
	if err := finish(call); err != nil {
		return nil, err
	}
	if err := call.Store(&revision, &root); err != nil {
		return nil, err
	}
	lines := make(map[string]int32)
	for _, child := range root.Children {
		var line menuItem
		if err := dbus.Store([]any{child.Value()}, &line); err != nil {
			return nil, err
		}
		if label, ok := line.Properties["label"].Value().(string); ok {
			lines[label] = line.ID
		}
	}
	return lines, nil
}

// Press presses a line of the menu of a picture near the clock.
func (b *Bus) Press(item string, line int32) error {
	return finish(b.conn.Object(item, "/StatusNotifierItem/menu").Go("com.canonical.dbusmenu.Event", 0, nil,
		line, "clicked", dbus.MakeVariant(""), uint32(0)))
}

// finish waits for a call.
func finish(call *dbus.Call) error {
	select {
	case <-call.Done:
		return call.Err
	case <-time.After(callDeadline):
		return fmt.Errorf("%s: no answer within %v", call.Method, callDeadline)
	}
}
