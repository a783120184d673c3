// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"passerby/net/onion"
	"passerby/tor"
)

func TestBootstrapIsTold(t *testing.T) {
	// given
	torrcFile(t)
	began := time.Now()
	node := start(t)
	control := time.Since(began)
	// when
	var seen []tor.Status
	for s := range node.Watch(timeout(t, time.Minute)) {
		seen = append(seen, s)
		if s.Up {
			break
		}
	}
	t.Logf("control port after %v, connected after %v", control, time.Since(began))
	// then
	if len(seen) == 0 {
		t.Fatal("no status at all")
	}
	last := seen[len(seen)-1]
	if last.Progress != 100 || last.Tag != "done" || last.Summary == "" || last.PID == 0 || last.Warning != "" || last.Err != nil {
		t.Errorf("the last status is %+v", last)
	}
	if len(seen) < 3 {
		t.Errorf("only %d steps were told: %+v", len(seen), seen)
	}
	for i := 1; i < len(seen); i++ {
		if seen[i].Progress < seen[i-1].Progress {
			t.Errorf("progress fell from %d to %d", seen[i-1].Progress, seen[i].Progress)
		}
	}
}

// serveEcho answers on a service with name, then with what it is sent.
func serveEcho(l net.Listener, name string) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			if _, err := io.WriteString(conn, name); err == nil {
				_, _ = io.Copy(conn, conn)
			}
		}()
	}
}

// listen publishes a service that answers with name, and waits until it can be
// found.
func listen(t *testing.T, node *tor.Tor, key onion.Key, name string) net.Listener {
	t.Helper()
	l, err := node.Listen(timeout(t, time.Minute), key.Private(), 8)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() { defer close(served); serveEcho(l, name) }()
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
	if err := node.Published(timeout(t, time.Minute), key.Address().String()); err != nil {
		t.Fatal(err)
	}
	return l
}

// dial dials until it works.
func dial(t *testing.T, node *tor.Tor, host, isolation string) net.Conn {
	t.Helper()
	ctx := timeout(t, time.Minute)
	for {
		conn, err := node.Dial(ctx, host, isolation)
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			return conn
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
		t.Log("again, because", err)
		time.Sleep(200 * time.Millisecond)
	}
}

// name reads the name that a service answers with.
func name(t *testing.T, conn net.Conn) string {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 5)
	if _, err := io.ReadFull(conn, b); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func echo(t *testing.T, conn net.Conn) {
	t.Helper()
	sent := fmt.Sprint("echo ", time.Now())
	if _, err := io.WriteString(conn, sent); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(conn, got); err != nil {
		t.Fatal(err)
	}
	if string(got) != sent {
		t.Fatalf("sent %q, came back %q", sent, got)
	}
}

func TestServiceLifetime(t *testing.T) {
	t.Parallel()
	host, guest := start(t), start(t)
	key := onion.GenerateKey()
	address := key.Address().String()

	// given an address that nobody publishes, a dial says so
	if _, err := guest.Dial(timeout(t, time.Minute), address, ""); !errors.Is(err, tor.ErrOnionNotFound) {
		t.Errorf("dial of an unknown service: %v", err)
	}
	if err := host.Published(t.Context(), address); !errors.Is(err, tor.ErrUnknownService) {
		t.Errorf("Published of an unknown service: %v", err)
	}
	if err := guest.Renew(timeout(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}

	// when it is published, it can be talked to
	l := listen(t, host, key, "first")
	if l.Addr().String() != address {
		t.Errorf("the listener's address is %v, want %s", l.Addr(), address)
	}
	conn := dial(t, guest, address, "")
	if got := name(t, conn); got != "first" {
		t.Errorf("%q answered", got)
	}
	echo(t, conn)
	if _, err := host.Listen(t.Context(), key.Private(), 8); !errors.Is(err, tor.ErrListening) {
		t.Errorf("a second service on the same key: %v", err)
	}

	// when its tor dies, it comes back behind the same listener
	before := until(t, host, "connected", func(s tor.Status) bool { return s.Up && s.PID > 1 })
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	after := until(t, host, "connected again", func(s tor.Status) bool { return s.Up && s.PID != before.PID })
	if after.Restarts != 1 {
		t.Errorf("%d restarts were counted", after.Restarts)
	}
	if err := host.Published(timeout(t, time.Minute), address); err != nil {
		t.Fatal(err)
	}
	if err := guest.Renew(timeout(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}
	conn = dial(t, guest, address, "after the restart")
	if got := name(t, conn); got != "first" {
		t.Errorf("%q answered", got)
	}

	// when it is closed, it is gone, but what it has accepted stays
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	echo(t, conn)
	if err := guest.Renew(timeout(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if conn, err := guest.Dial(ctx, address, "after the end"); err == nil {
		conn.Close()
		t.Error("a closed service was reached")
	} else {
		t.Log("a closed service:", err)
	}
	if err := host.Published(t.Context(), address); !errors.Is(err, tor.ErrUnknownService) {
		t.Errorf("Published of a closed service: %v", err)
	}
}
