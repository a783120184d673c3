// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package testnet_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/proxy"

	"passerby/tor/testnet"
	"passerby/tor/testnet/internal/child"
)

// client is a plain tor in a network, as anybody would start it by hand, with
// a connection to its control port.
type client struct {
	socks   string
	control net.Conn
	lines   *bufio.Reader
}

// startClient starts a tor that is given the network's torrc and nothing more
// about it, and returns when it has bootstrapped.
func startClient(t *testing.T, n *testnet.Network) *client {
	t.Helper()
	begin := time.Now()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil { // or tor refuses to put sockets there
		t.Fatal(err)
	}
	empty, log := filepath.Join(dir, "empty"), filepath.Join(dir, "log")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	shared, err := os.ReadFile(n.TorrcFile())
	if err != nil {
		t.Fatal(err)
	}
	torrc := filepath.Join(dir, "torrc")
	socks, control := filepath.Join(dir, "socks"), filepath.Join(dir, "control")
	own := fmt.Sprintf("DataDirectory %s/data\nLog notice file %s\nSocksPort unix:%s\nControlPort unix:%s\n",
		dir, log, socks, control)
	if err := os.WriteFile(torrc, append([]byte(own), shared...), 0o600); err != nil {
		t.Fatal(err)
	}
	nursery := child.NewNursery()
	t.Cleanup(nursery.Close)
	tor, err := exec.LookPath("tor")
	if err != nil {
		tor = "/usr/sbin/tor"
	}
	if _, err := nursery.Start(exec.Command(tor, "--defaults-torrc", empty, "-f", torrc)); err != nil {
		t.Fatal(err)
	}
	eventually(t, time.Minute, func() bool {
		said, _ := os.ReadFile(log)
		return strings.Contains(string(said), "Bootstrapped 100%")
	}, func() string { said, _ := os.ReadFile(log); return "no bootstrap: " + string(said) })
	t.Logf("a client bootstrapped in %.1f s", time.Since(begin).Seconds())

	c := &client{socks: socks}
	if c.control, err = net.Dial("unix", control); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.control.Close() })
	c.lines = bufio.NewReader(c.control)
	c.command(t, "AUTHENTICATE")
	c.command(t, "SETEVENTS HS_DESC")
	return c
}

// command sends one control command and returns the lines of the answer
// (control-spec, "Replies from Tor to the controller").
func (c *client) command(t *testing.T, line string) []string {
	t.Helper()
	if _, err := fmt.Fprintf(c.control, "%s\r\n", line); err != nil {
		t.Fatal(err)
	}
	var answer []string
	for {
		got := c.line(t)
		switch {
		case strings.HasPrefix(got, "650"): // an event in between
		case strings.HasPrefix(got, "250 "):
			return append(answer, got)
		case strings.HasPrefix(got, "250-"):
			answer = append(answer, got)
		default:
			t.Fatalf("%s: %s", line, got)
		}
	}
}

func (c *client) line(t *testing.T) string {
	t.Helper()
	if err := c.control.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	line, err := c.lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// publish makes an onion service that echoes, and returns its host name when
// a directory has its descriptor.
func (c *client) publish(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "echo")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer conn.Close(); _, _ = io.Copy(conn, conn) }()
		}
	}()
	answer := c.command(t, "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=5222,unix:"+path)
	id, ok := strings.CutPrefix(answer[0], "250-ServiceID=")
	if !ok {
		t.Fatal(answer)
	}
	for !strings.HasPrefix(c.line(t), "650 HS_DESC UPLOADED "+id) {
	}
	return id + ".onion"
}

// dial connects to host on circuits of its own.
func (c *client) dial(ctx context.Context, host, isolation string) (net.Conn, error) {
	dialer, err := proxy.SOCKS5("unix", c.socks, &proxy.Auth{User: isolation, Password: "x"}, nil)
	if err != nil {
		return nil, err
	}
	return dialer.(proxy.ContextDialer).DialContext(ctx, "tcp", net.JoinHostPort(host, "5222"))
}

// eventually waits until done, and else fails the test with what why tells.
func eventually(t *testing.T, most time.Duration, done func() bool, why func() string) {
	t.Helper()
	for end := time.Now().Add(most); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", most, why())
		}
	}
}

// processes returns the command lines of all processes that name dir.
func processes(t *testing.T, dir string) []string {
	t.Helper()
	found, err := commandLines(dir)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func commandLines(dir string) ([]string, error) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	var found []string
	for _, file := range files {
		line, _ := os.ReadFile(file) // gone in between: not running
		if text := strings.ReplaceAll(string(line), "\x00", " "); strings.Contains(text, dir+"/") {
			found = append(found, text)
		}
	}
	return found, err
}
