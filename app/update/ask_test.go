// SPDX-License-Identifier: GPL-3.0-or-later

package update_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app/update"
	"passerby/net/onion"
)

// publisher answers a dial as it is told to.
type publisher struct {
	t          *testing.T
	source     update.Source
	answer     func(net.Conn)
	err        error
	isolations []string
}

func (p *publisher) Dial(ctx context.Context, host, isolation string) (net.Conn, error) {
	if host != p.source.Address {
		p.t.Errorf("it dials %s", host)
	}
	if until, ok := ctx.Deadline(); !ok || time.Until(until) > 2*time.Minute {
		p.t.Error("it dials without end")
	}
	p.isolations = append(p.isolations, isolation)
	if p.err != nil {
		return nil, p.err
	}
	near, far := net.Pipe()
	go func() {
		defer far.Close()
		p.answer(far)
	}()
	return near, nil
}

func says(what string) func(net.Conn) {
	return func(c net.Conn) { _, _ = io.WriteString(c, what) }
}

// publisherOf returns one with a fresh key.
func publisherOf(t *testing.T) (p *publisher, private string) {
	t.Helper()
	private, public := pair(t)
	seed := onion.KeyFromSeed([ed25519.SeedSize]byte{1})
	return &publisher{t: t, source: update.Source{Key: public, Address: seed.Address().String()}}, private
}

func TestWhatComesOfAsking(t *testing.T) {
	refused := errors.New("no directory has its descriptor")
	for name, c := range map[string]struct {
		answer func(right string) func(net.Conn)
		err    error
		have   update.Version
		want   error
		takes  time.Duration
	}{
		"newer":      {answer: says, have: update.Version{0, 1, 9}},
		"the same":   {answer: says, have: update.Version{0, 2}},
		"older":      {answer: says, have: update.Version{0, 2, 1}, want: update.ErrOld},
		"not there":  {err: refused, want: refused},
		"nothing":    {answer: func(string) func(net.Conn) { return says("") }, want: update.ErrNoAnswer},
		"cut off":    {answer: func(right string) func(net.Conn) { return says(right[:len(right)-20]) }, want: update.ErrMalformed},
		"forged":     {answer: func(right string) func(net.Conn) { return says(strings.Replace(right, "amd64", "arm64", 1)) }, want: update.ErrForged},
		"in letters": {answer: letters},
		"without end": {answer: func(string) func(net.Conn) {
			return func(c net.Conn) {
				for {
					if _, err := c.Write(make([]byte, 1000)); err != nil {
						return
					}
				}
			}
		}, want: update.ErrMalformed},
		"silent": {answer: func(string) func(net.Conn) {
			return func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
		}, want: update.ErrNoAnswer, takes: time.Minute},
		"whole, and never closed": {answer: func(right string) func(net.Conn) {
			return func(c net.Conn) {
				says(right)(c)
				_, _ = io.Copy(io.Discard, c)
			}
		}, takes: time.Minute},
		"slower than it may be": {answer: func(right string) func(net.Conn) {
			return func(c net.Conn) {
				for i := range len(right) {
					if _, err := c.Write([]byte(right[i : i+1])); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}
		}, want: update.ErrMalformed, takes: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, private := publisherOf(t)
				p.err = c.err
				if c.answer != nil {
					p.answer = c.answer(sign(t, private, text))
				}
				began := time.Now()
				l, err := p.source.Ask(t.Context(), p, c.have)
				if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || time.Since(began) != c.takes {
					t.Errorf("%v after %v", err, time.Since(began))
				}
				if err == nil && l.String() != text {
					t.Errorf("it got %q", l)
				}
				if c.err != nil && !errors.Is(err, update.ErrNoAnswer) {
					t.Errorf("%v", err)
				}
				time.Sleep(2 * time.Second) // whoever answered has seen the end
			})
		})
	}
}

// letters says it one letter after the other.
func letters(right string) func(net.Conn) {
	return func(c net.Conn) {
		for i := range len(right) {
			says(right[i : i+1])(c)
		}
	}
}

func TestAskingSaysNothingAndSharesNoCircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, private := publisherOf(t)
		var heard []byte
		p.answer = func(c net.Conn) {
			go says(sign(t, private, text))(c)
			_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
			more, _ := io.ReadAll(c)
			heard = append(heard, more...)
		}
		for range 2 {
			if _, err := p.source.Ask(t.Context(), p, update.Version{}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		if len(heard) > 0 {
			t.Errorf("it said %q", heard)
		}
		if i := p.isolations; len(i) != 2 || i[0] == i[1] {
			t.Errorf("isolated as %q", i)
		}
	})
}

func TestAskingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := publisherOf(t)
		p.answer = func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := p.source.Ask(ctx, p, update.Version{}); err == nil || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestACopyWithoutAnAddressAsksNobody(t *testing.T) {
	p, _ := publisherOf(t)
	for _, s := range []update.Source{{}, {Key: p.source.Key}, {Address: p.source.Address}} {
		if _, err := s.Ask(t.Context(), p, update.Version{}); !errors.Is(err, update.ErrCannotAsk) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if _, err := (update.Source{Key: p.source.Key, Address: "example.org"}).Ask(t.Context(), p, update.Version{}); err == nil {
		t.Error("it asks at example.org")
	}
	if len(p.isolations) > 0 {
		t.Error("it dialed")
	}
}
