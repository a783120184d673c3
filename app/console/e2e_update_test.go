// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"passerby/app"
	"passerby/app/console/consoletest"
	"passerby/net/onion"
	"passerby/tor"
)

// publisher is whoever publishes Passerby: an onion service that answers each
// connection with what answer holds.
type publisher struct {
	signer note.Signer
	public string
	host   string
	answer atomic.Pointer[func(net.Conn)]
	heard  atomic.Int64 // bytes
	asked  atomic.Int64
}

// publish begins to answer, until the end of the test. It returns when others
// can find it.
func publish(p *party) *publisher {
	p.t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, "passerby")
	p.ok(err)
	signer, err := note.NewSigner(private)
	p.ok(err)
	own, err := tor.Start(p.t.Context(), tor.Config{Profile: filepath.Join(p.dir, "publisher"), Torrc: p.torrc})
	p.ok(err)
	key := onion.GenerateKey()
	b := &publisher{signer: signer, public: public, host: key.Address().String()}
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	l, err := own.Listen(ctx, key.Private(), 4)
	if err != nil {
		own.Close()
		p.t.Fatal(err)
	}
	var tasks sync.WaitGroup
	tasks.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.asked.Add(1)
			tasks.Go(func() {
				defer conn.Close()
				(*b.answer.Load())(conn)
			})
		}
	})
	p.owner.Cleanup(func() {
		if err := own.Close(); err != nil { // and every stream with it
			p.owner.Error(err)
		}
		tasks.Wait()
	})
	p.ok(own.Published(ctx, b.host))
	return b
}

// listOf is a list of one file, as this signs it.
func (b *publisher) listOf(p *party, version string) string {
	p.t.Helper()
	signed, err := note.Sign(&note.Note{Text: "passerby " + version + "\n" + updateSum + "  passerby.deb\n"}, b.signer)
	p.ok(err)
	return string(signed)
}

const updateSum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// says answers with this and closes, and counts what it hears meanwhile.
func (b *publisher) says(what string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, what)
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
		n, _ := io.Copy(io.Discard, c)
		b.heard.Add(n)
	}
}

func (b *publisher) silent(c net.Conn) {
	n, _ := io.Copy(io.Discard, c)
	b.heard.Add(n)
}

func TestE2EUpdate(t *testing.T) {
	t.Parallel()
	// given somebody who publishes, and a copy that was built to ask them
	p := newParty(t)
	b := publish(p)
	builder := consoletest.Builder{Values: map[string]string{"passerby/app/update.key": b.public, "passerby/app/update.address": b.host}}
	t.Cleanup(func() {
		if err := builder.Close(); err != nil {
			t.Error(err)
		}
	})
	var err error
	p.program, err = builder.Program()
	p.ok(err)
	c := p.startReady("a")[0]
	p.ok(c.Do(`{"do":"status"}`))
	if n := b.asked.Load(); n != 0 || len(all(c, "update")) > 0 {
		t.Fatalf("it asked %d times before anybody wanted it to\n%s", n, c.Transcript())
	}
	right := b.listOf(p, "999.0.0")
	// when a person asks, then the copy says what the answer is worth
	for i, step := range []struct {
		name, status, says string
		answer             func(net.Conn)
	}{
		{"newer", "newer", "", b.says(right)},
		{"the same", "newest", "", b.says(b.listOf(p, app.Version))},
		{"replayed", "failed", "older than this copy", b.says(b.listOf(p, "0.0.1"))},
		{"forged", "failed", "Do not install", b.says(strings.Replace(right, updateSum[:8], "00000000", 1))},
		{"truncated", "failed", "only a part of one", b.says(right[:len(right)-30])},
		{"empty", "failed", "Nobody answers", func(net.Conn) {}},
		{"silent", "failed", "Nobody answers", b.silent},
	} {
		b.answer.Store(&step.answer)
		began := time.Now()
		p.ok(c.AskForUpdates())
		if e := p.awaitUnless(c, "update", "error"); e.Status != "asking" {
			t.Fatalf("%s: %v", step.name, e)
		}
		e := p.awaitUnless(c, "update", "error")
		if e.Status != step.status || !strings.Contains(e.Problem, step.says) {
			t.Errorf("%s: %v", step.name, e)
		}
		want := []consoletest.File{{Name: "passerby.deb", SHA256: updateSum}}
		if step.status == "newer" && (e.Version != "999.0.0" || !slices.Equal(e.Files, want)) {
			t.Errorf("%s: %v", step.name, e)
		}
		if n := b.asked.Load(); n != int64(i+1) {
			t.Errorf("%s: it has connected %d times", step.name, n)
		}
		t.Logf("%s: answered after %s", step.name, seconds(time.Since(began)))
	}
	// and it has said nothing itself, and kept nothing
	if n := b.heard.Load(); n != 0 {
		t.Errorf("the other side heard %d bytes", n)
	}
	p.noTraces("after asking for updates", []string{updateSum, "999.0.0"}, c)
}
