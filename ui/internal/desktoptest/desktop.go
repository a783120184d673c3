// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package desktoptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	startTimeout = 30 * time.Second       // bounds the start of the server, the manager, and a window
	toolTimeout  = 15 * time.Second       // bounds one run of a tool
	poll         = 100 * time.Millisecond // the pause between two looks at what tells nobody of a change
)

// managerConfig has the window manager do no more than a test needs: a new
// window is focused, a click focuses the window below it and goes on to that,
// and Alt+F4 asks the focused one to close.
const managerConfig = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
<focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
<keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
<mouse><context name="Client"><mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind></context></mouse>
<desktops><number>1</number></desktops>
</openbox_config>
`

// Desktop is a running desktop. Its methods must not be called at the same
// time: it has one keyboard, one mouse, and one clipboard.
type Desktop struct {
	dir     string // of the manager's files
	display string
	starter *starter
	server  *process
	manager *process
	clip    *process // holds what SetClipboard was given
}

// Start starts a desktop of this size, in pixels.
func Start(width, height int) (_ *Desktop, err error) {
	for _, program := range []string{"Xvfb", "openbox", "xdotool", "xclip", "xprop", "import"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("cannot find %s: run packaging/install-deps.sh test, "+
				"or install xvfb, openbox, xdotool, xclip, x11-utils and imagemagick: %w", program, err)
		}
	}
	d := &Desktop{starter: newStarter()}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if d.dir, err = os.MkdirTemp("", "desktop-"); err != nil {
		return nil, err
	}
	if err := d.startServer(width, height); err != nil {
		return nil, err
	}
	config := filepath.Join(d.dir, "rc.xml")
	if err := os.WriteFile(config, []byte(managerConfig), 0o600); err != nil {
		return nil, err
	}
	manager := exec.Command("openbox", "--sm-disable", "--config-file", config)
	manager.Env = append(os.Environ(), "DISPLAY="+d.display, "HOME="+d.dir, "XDG_CACHE_HOME="+d.dir,
		"XDG_CONFIG_HOME="+d.dir, "XDG_DATA_HOME="+d.dir)
	if d.manager, err = d.starter.start(manager, syscall.SIGKILL); err != nil {
		return nil, err
	}
	return d, d.await("the window manager", func() (bool, error) {
		if !d.manager.running() {
			return false, d.manager.ending()
		}
		out, err := d.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
		return err == nil && strings.Contains(out, "window id"), nil
	})
}

// startServer starts the X server, which tells its display number in a pipe.
func (d *Desktop) startServer(width, height int) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-nolisten", "tcp", "-noreset", "+extension", "GLX")
	cmd.ExtraFiles = []*os.File{w}
	// It removes its lock and its socket when it is asked to end.
	d.server, err = d.starter.start(cmd, syscall.SIGTERM)
	w.Close()
	if err != nil {
		return err
	}
	r.SetReadDeadline(time.Now().Add(startTimeout))
	number, err := io.ReadAll(io.LimitReader(r, 16))
	if err != nil {
		return fmt.Errorf("the X server does not say its display number: %w: %s", err, &d.server.said)
	}
	number = bytes.TrimSpace(number)
	if len(number) == 0 {
		<-d.server.done // it has closed the pipe
		return d.server.ending()
	}
	d.display = ":" + string(number)
	return nil
}

// Display returns the name for DISPLAY.
func (d *Desktop) Display() string { return d.display }

// Close ends everything on the desktop, and it. Programs get no time to end in
// good order: close their windows before.
func (d *Desktop) Close() error {
	for _, p := range []*process{d.manager, d.clip} {
		if p != nil {
			p.end(syscall.SIGKILL)
		}
	}
	var err error
	if d.server != nil {
		late := time.AfterFunc(toolTimeout, func() { _ = d.server.cmd.Process.Kill() })
		d.server.end(syscall.SIGTERM)
		if !late.Stop() {
			err = errors.New("the X server did not end when asked to")
		}
	}
	d.starter.close()
	if d.dir != "" {
		err = errors.Join(err, os.RemoveAll(d.dir))
	}
	return err
}

// run runs a tool on the desktop and returns what it says.
func (d *Desktop) run(program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), toolTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	cmd.WaitDelay = time.Second
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), errors.Join(err, ctx.Err()),
			bytes.TrimSpace(wrong.Bytes()))
	}
	return out.String(), nil
}

// await waits until there is what is looked for.
func (d *Desktop) await(what string, there func() (bool, error)) error {
	for end := time.Now().Add(startTimeout); time.Now().Before(end); time.Sleep(poll) {
		if ok, err := there(); ok || err != nil {
			return err
		}
	}
	return fmt.Errorf("no sign of %s after %v", what, startTimeout)
}

// SetClipboard puts a text on the clipboard, as another program would.
func (d *Desktop) SetClipboard(text string) error {
	before := d.clip
	cmd := exec.Command("xclip", "-quiet", "-in", "-selection", "clipboard")
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	cmd.Stdin = strings.NewReader(text)
	var err error
	if d.clip, err = d.starter.start(cmd, syscall.SIGKILL); err != nil {
		return err
	}
	if before != nil {
		before.end(syscall.SIGKILL)
	}
	return d.await("the clipboard's new content", func() (bool, error) {
		got, err := d.Clipboard()
		return err == nil && got == text, nil
	})
}

// Clipboard returns the text on the clipboard.
func (d *Desktop) Clipboard() (string, error) {
	return d.run("xclip", "-out", "-selection", "clipboard", "-target", "UTF8_STRING")
}

// Up lets go of keys, also where the window that they were pressed in is gone.
func (d *Desktop) Up(keys ...string) error {
	_, err := d.run("xdotool", append([]string{"keyup"}, keys...)...)
	return err
}

// ParkMouse moves the mouse away from every window.
func (d *Desktop) ParkMouse() error {
	_, err := d.run("xdotool", "mousemove", "99999", "99999")
	return err
}
