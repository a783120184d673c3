// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package testnet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"passerby/tor/testnet"
)

func TestOnionServiceInTheNetwork(t *testing.T) {
	// given a network on loopback alone, and one with a line before each relay
	near, err := network.Network()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	far := startFar(t, ctx)
	// when a service is published and dialed in each
	direct := measureEcho(t, near)
	delayed := measureEcho(t, far)
	t.Logf("median echo of 488 bytes through an onion: %v, with 20 ms a hop %v", direct, delayed)
	// then six relays, each way, take their time
	if delayed < direct+100*time.Millisecond {
		t.Errorf("20 ms a hop made %v of %v", delayed, direct)
	}
	t.Run("nobody is there", func(t *testing.T) { dialNobody(t, far) })
	// and the network, no longer needed, ends as it should
	t.Run("it is paused", func(t *testing.T) { pause(t, far) })
	t.Run("a relay is killed", func(t *testing.T) { killRelay(t, far) })
	t.Run("a relay dies and the context ends", func(t *testing.T) { die(t, far, cancel) })
}

// dialNobody dials an onion service that does not exist.
func dialNobody(t *testing.T, n *testnet.Network) {
	c := startClient(t, n)
	// given
	nobody := c.command(t, "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=5222")[0]
	nobody = strings.TrimPrefix(nobody, "250-ServiceID=")
	c.command(t, "DEL_ONION "+nobody) // before it is published
	// when
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if conn, err := c.dial(ctx, nobody+".onion", "nobody"); err == nil {
		conn.Close()
		t.Fatal("somebody answered")
	}
	// then two directories were asked, and tor gives up
	asked := 0
	time.AfterFunc(8*time.Second, func() { fmt.Fprint(c.control, "GETINFO version\r\n") })
	for {
		line := c.line(t)
		if strings.HasPrefix(line, "650 HS_DESC REQUESTED "+nobody) {
			asked++
		}
		if strings.HasPrefix(line, "250 ") {
			break
		}
	}
	if asked == 0 || asked > 2 {
		t.Errorf("%d directories were asked", asked)
	}
}

func killRelay(t *testing.T, n *testnet.Network) {
	// given
	dir := filepath.Dir(n.TorrcFile())
	relays := n.Relays()
	if len(relays) != 5 || len(relays[1].Fingerprint) != 40 || relays[1].Nickname == relays[2].Nickname {
		t.Fatalf("got %+v", relays)
	}
	if got := processes(t, dir); len(got) != 8 {
		t.Fatalf("%d processes: %q", len(got), got)
	}
	// when
	if err := n.KillRelay(1); err != nil {
		t.Fatal(err)
	}
	// then it alone is gone
	if err := syscall.Kill(relays[1].PID, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("relay 1 is still there: %v", err)
	}
	if got := processes(t, dir); len(got) != 7 {
		t.Errorf("%d processes: %q", len(got), got)
	}
	if err := n.KillRelay(1); err != nil {
		t.Errorf("killed twice: %v", err)
	}
	for _, none := range []int{-1, 5} {
		if n.KillRelay(none) == nil {
			t.Errorf("there is no relay %d", none)
		}
	}
}

func die(t *testing.T, n *testnet.Network, cancel func()) {
	// given
	dir := filepath.Dir(n.TorrcFile())
	killed, dead := n.Relays()[1], n.Relays()[2]
	// when one ends that nobody asked to end, and then the context
	if err := syscall.Kill(dead.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, func() bool { return syscall.Kill(dead.PID, 0) != nil },
		func() string { return "still there" })
	cancel()
	// then all is gone
	eventually(t, 10*time.Second, func() bool {
		_, err := os.Stat(dir)
		return errors.Is(err, os.ErrNotExist)
	}, func() string { return dir + " is still there" })
	nothingLeft(t, dir)
	// and the one that died is named, not the one that was to
	err := n.Close()
	if err == nil || !strings.Contains(err.Error(), dead.Nickname+" ended by itself: signal: killed") ||
		strings.Contains(err.Error(), killed.Nickname+" ended") {
		t.Errorf("got %v", err)
	}
}

// startFar starts a network with a line before each relay.
func startFar(t *testing.T, ctx context.Context) *testnet.Network {
	t.Helper()
	begin := time.Now()
	n, err := testnet.Start(ctx, testnet.Config{HopDelay: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the network with delays was ready after %.1f s", time.Since(begin).Seconds())
	return n
}

// measureEcho publishes a service with one client, dials it with another, and
// returns the median time of an echo over several circuits.
func measureEcho(t *testing.T, n *testnet.Network) time.Duration {
	t.Helper()
	var host, guest *client
	var both sync.WaitGroup
	both.Go(func() { host = startClient(t, n) })
	both.Go(func() { guest = startClient(t, n) })
	both.Wait()
	if t.Failed() {
		t.FailNow()
	}
	begin := time.Now()
	name := host.publish(t)
	t.Logf("published after %.1f s", time.Since(begin).Seconds())

	var connects, echoes []time.Duration
	for circuit := range 6 {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		begin := time.Now()
		conn, err := guest.dial(ctx, name, fmt.Sprint(circuit))
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		connects = append(connects, time.Since(begin))
		if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		sent, got := bytes.Repeat([]byte{byte(circuit)}, 488), make([]byte, 488)
		for range 6 {
			begin := time.Now()
			if _, err := conn.Write(sent); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(conn, got); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(sent, got) {
				t.Fatal("the echo is another")
			}
			echoes = append(echoes, time.Since(begin))
		}
		conn.Close()
	}
	slices.Sort(connects)
	slices.Sort(echoes)
	t.Logf("connects %v", connects)
	return echoes[len(echoes)/2]
}

func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder: %v", err)
	}
	if left := processes(t, dir); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
}
