// SPDX-License-Identifier: GPL-3.0-or-later

//go:build unix

package tor_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/textproto"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cretz/bine/control"

	"passerby/net/onion"
	"passerby/tor"
)

// TestLastPublisherWins publishes one key on two tors, as hosts of one slot
// do.
func TestLastPublisherWins(t *testing.T) {
	t.Parallel()
	one, two, guest := start(t), start(t), start(t)
	key := onion.GenerateKey()
	host := key.Address().String()
	listen(t, one, key, "one  ")
	if got := name(t, dial(t, guest, host, "first")); got != "one  " {
		t.Fatalf("%q answered before the second was there", got)
	}
	listen(t, two, key, "two  ")
	// Published tells of the first of several directories.
	ctx := timeout(t, time.Minute)
	for i := 0; ; i++ {
		if err := guest.Renew(ctx); err != nil {
			t.Fatal(err)
		}
		got := name(t, dial(t, guest, host, fmt.Sprint("second ", i)))
		if got == "two  " {
			break
		}
		t.Logf("after %d renewals %q answered", i+1, got)
	}
}

// controlOf opens a control connection of our own to a running tor.
func controlOf(t *testing.T, profile string) *control.Conn {
	t.Helper()
	conn, err := net.Dial("unix", filepath.Join(profile, "run", "control"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	ctl := control.NewConn(textproto.NewConn(conn))
	if err := ctl.Authenticate(""); err != nil {
		t.Fatal(err)
	}
	return ctl
}

// circuits returns the circuits that carry open streams to host.
func circuits(t *testing.T, ctl *control.Conn, host string) map[string]int {
	t.Helper()
	response, err := ctl.SendRequest("GETINFO stream-status")
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]int)
	for _, data := range response.Data {
		for line := range strings.Lines(data) {
			line = strings.TrimPrefix(line, "stream-status=")
			// "<stream> SUCCEEDED <circuit> <target> …"
			if f := strings.Fields(line); len(f) >= 4 && f[1] == "SUCCEEDED" && strings.HasPrefix(f[3], host) {
				found[f[2]]++
			}
		}
	}
	return found
}

func TestIsolation(t *testing.T) {
	t.Parallel()
	// given
	profile := t.TempDir()
	guest := startWith(t, tor.Config{Profile: profile, Torrc: torrcFile(t)})
	server := start(t)
	key := onion.GenerateKey()
	host := key.Address().String()
	listen(t, server, key, "hello")
	ctl := controlOf(t, profile)
	// when three streams are open, two of them with the same string
	for _, isolation := range []string{"one", "one", "two"} {
		if got := name(t, dial(t, guest, host, isolation)); got != "hello" {
			t.Fatal(got)
		}
	}
	// then these two share a circuit
	found := circuits(t, ctl, host)
	if len(found) != 2 {
		t.Errorf("the streams of each circuit are %v", found)
	}
	// and tor knows nothing of the strings
	response, err := ctl.SendRequest("GETINFO circuit-status")
	if err != nil {
		t.Fatal(err)
	}
	status := strings.Join(response.Data, "\n")
	if !strings.Contains(status, "SOCKS_USERNAME=") || strings.Contains(status, `"one"`) {
		t.Errorf("tor's circuits are\n%s", status)
	}
	// and tor itself takes nothing but onions
	socks, err := ctl.SendRequest("GETCONF SocksPort")
	if err != nil || !strings.Contains(socks.Reply, "OnionTrafficOnly") {
		t.Errorf("%v, %v", socks, err)
	}
	before := countStreams(t, ctl)
	for _, bad := range []string{"example.com", "127.0.0.1", "", strings.Repeat("a", 56) + ".onion", "." + host} {
		if _, err := guest.Dial(t.Context(), bad, ""); !errors.Is(err, tor.ErrBadHost) {
			t.Errorf("dial %q: %v", bad, err)
		}
	}
	if after := countStreams(t, ctl); after != before {
		t.Errorf("bad hosts made tor open %d streams", after-before)
	}
}

// TestStreamLimit opens one stream more on a circuit than its service takes.
func TestStreamLimit(t *testing.T) {
	t.Parallel()
	server, guest := start(t), start(t)
	key := onion.GenerateKey()
	host := key.Address().String()
	l, err := server.Listen(timeout(t, time.Minute), key.Private(), 2)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() { defer close(served); serveEcho(l, "hello") }()
	t.Cleanup(func() { l.Close(); <-served })
	if err := server.Published(timeout(t, time.Minute), host); err != nil {
		t.Fatal(err)
	}
	first, second := dial(t, guest, host, "same"), dial(t, guest, host, "same")
	for _, conn := range []net.Conn{first, second} {
		if got := name(t, conn); got != "hello" {
			t.Fatal(got)
		}
	}
	// when
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	third, err := guest.Dial(ctx, host, "same")
	// then
	if err == nil {
		third.Close()
		t.Error("a third stream was opened")
	} else {
		t.Log("a third stream:", err)
	}
	echo(t, first)
	echo(t, second)
}

// countStreams returns the number of streams that tor knows of.
func countStreams(t *testing.T, ctl *control.Conn) int {
	t.Helper()
	response, err := ctl.SendRequest("GETINFO stream-status")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(strings.Join(response.Data, "\n"), " ")
}

// TestConsensusIsShared compares what two copies know of the network.
func TestConsensusIsShared(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	ctx := timeout(t, 2*time.Minute)
	type random struct{ current, previous [32]byte }
	ask := func(node *tor.Tor) (random, float64) {
		var r random
		var elapsed float64
		var err error
		if r.current, r.previous, elapsed, err = node.SharedRandom(ctx); err != nil {
			t.Fatal(err)
		}
		if elapsed < 0 || elapsed >= 1 {
			t.Errorf("elapsed is %v", elapsed)
		}
		if r.current == r.previous {
			t.Errorf("two runs have one value")
		}
		return r, elapsed
	}
	// The two may have adjacent consensuses for some seconds.
	for {
		a, elapsed := ask(one)
		if b, _ := ask(two); a == b {
			t.Logf("agreed at %.2f of the run", elapsed)
			break
		}
		if ctx.Err() != nil {
			t.Fatal("two copies do not agree")
		}
		time.Sleep(time.Second)
	}
	now, err := one.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if off := time.Since(now).Abs(); off > time.Minute {
		t.Errorf("the network's time is %v off", off)
	}
}

func TestRenewIsShared(t *testing.T) {
	t.Parallel()
	node := start(t)
	ctx := timeout(t, time.Minute)
	if err := node.Renew(ctx); err != nil {
		t.Fatal(err)
	}
	// given that tor honours the next one only after ten seconds
	began := time.Now()
	// when many ask
	var group sync.WaitGroup
	var failed atomic.Int32
	for range 20 {
		group.Go(func() {
			if node.Renew(ctx) != nil {
				failed.Add(1)
			}
		})
	}
	// and one has no patience
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if err := node.Renew(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	group.Wait()
	// then all share one
	if took := time.Since(began); failed.Load() > 0 || took < 5*time.Second || took > 15*time.Second {
		t.Errorf("%d of 20 failed, after %v", failed.Load(), took)
	}
}

// TestHammer calls everything at once from 50 goroutines, with contexts that
// end at any time.
func TestHammer(t *testing.T) {
	t.Parallel()
	node := start(t)
	until(t, node, "connected", isUp)
	deadline := time.Now().Add(5 * time.Second)
	var calls atomic.Int64
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			for time.Now().Before(deadline) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(300))*time.Millisecond)
				hammer(ctx, node)
				cancel()
				calls.Add(1)
			}
		})
	}
	group.Wait()
	t.Logf("%d calls", calls.Load())
	// then it still works
	ctx := timeout(t, 30*time.Second)
	if _, _, _, err := node.SharedRandom(ctx); err != nil {
		t.Error(err)
	}
	l, err := node.Listen(ctx, onion.GenerateKey().Private(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if s := <-node.Watch(ctx); s.Restarts != 0 || !s.Up {
		t.Errorf("the status is %+v", s)
	}
}

func hammer(ctx context.Context, node *tor.Tor) {
	key := onion.GenerateKey()
	switch rand.IntN(6) {
	case 0:
		if l, err := node.Listen(ctx, key.Private(), 4); err == nil {
			_ = node.Published(ctx, key.Address().String())
			l.Close()
		}
	case 1:
		_, _, _, _ = node.SharedRandom(ctx)
	case 2:
		_, _ = node.Now(ctx)
	case 3:
		_ = node.Renew(ctx)
	case 4:
		if conn, err := node.Dial(ctx, key.Address().String(), "hammer"); err == nil {
			conn.Close()
		}
	case 5:
		for range node.Watch(ctx) {
		}
	}
}
