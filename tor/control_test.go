// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeTor answers commands on a control connection with what reply says.
func fakeTor(t *testing.T, reply func(command string) string) (*commander, <-chan error) {
	t.Helper()
	near, far := net.Pipe()
	broken := make(chan error, 1)
	c := newCommander(near, func(err error) { broken <- err })
	var group sync.WaitGroup
	group.Go(func() {
		lines := bufio.NewScanner(far)
		for lines.Scan() {
			text := reply(lines.Text())
			if text == "" {
				far.Close()
				return
			}
			if _, err := io.WriteString(far, text+"\r\n"); err != nil {
				return
			}
		}
	})
	t.Cleanup(func() {
		c.close()
		far.Close()
		group.Wait()
	})
	return c, broken
}

func TestCommandsKeepTheirOrder(t *testing.T) {
	// given a tor that takes its time
	release := make(chan struct{})
	c, _ := fakeTor(t, func(command string) string {
		if command == "SLOW" {
			<-release
		}
		return "250 " + command
	})
	// when a caller leaves before the reply
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.command(ctx, "SLOW"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	// and one cannot even send
	if _, err := c.command(ctx, "NEVER"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	close(release)
	// then the others get the replies to their own commands
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			command := fmt.Sprint("COMMAND ", i, " 100%s")
			response, err := c.command(t.Context(), command)
			if err != nil || response.Reply != command {
				t.Errorf("%s: got %+v, %v", command, response, err)
			}
		})
	}
	group.Wait()
}

func TestCommandErrors(t *testing.T) {
	c, broken := fakeTor(t, func(command string) string {
		if command == "DIE" {
			return ""
		}
		return "552 no"
	})
	if _, err := c.command(t.Context(), "REFUSED"); !isRefusal(err) {
		t.Errorf("a refusal: %v", err)
	}
	if _, err := c.command(t.Context(), "TWO\r\nLINES"); err == nil || isRefusal(err) {
		t.Errorf("two lines: %v", err)
	}
	select {
	case err := <-broken:
		t.Fatalf("broken by a refusal: %v", err)
	default:
	}
	if _, err := c.command(t.Context(), "DIE"); err == nil || isRefusal(err) {
		t.Errorf("no reply: %v", err)
	}
	if err := <-broken; err == nil {
		t.Error("broken for no reason")
	}
}

// TestServiceWithoutDefences publishes on a tor that was built without proof
// of work.
func TestServiceWithoutDefences(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	c, _ := fakeTor(t, func(command string) string {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, command)
		if strings.Contains(command, "PoW") {
			return "512 Unrecognized argument"
		}
		return "250 OK"
	})
	i := &instance{commands: c}
	owner := &Tor{}
	for n := range 2 {
		s := &service{tor: owner, id: someOnion, key: "KEY", maxStreams: 3 + n, target: "unix:/run/o1"}
		if err := s.publish(t.Context(), i); err != nil {
			t.Fatal(err)
		}
		if err := s.publish(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	const add = "ADD_ONION ED25519-V3:KEY Flags=DiscardPK MaxStreams="
	want := []string{
		add + "3 PoWDefensesEnabled=1 Port=5222,unix:/run/o1",
		add + "3 Port=5222,unix:/run/o1",
		add + "4 Port=5222,unix:/run/o1", // it is asked once
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("got\n%s", strings.Join(seen, "\n"))
	}
}
