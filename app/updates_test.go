// SPDX-License-Identifier: GPL-3.0-or-later

package app_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/mod/sumdb/note"

	"passerby/app"
	"passerby/app/update"
	"passerby/net/onion"
	"passerby/net/onion/oniontest"
)

const (
	fileSum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	newer   = "passerby 999.0.0\n" + fileSum + "  passerby.deb\n"
)

// publisher publishes lists on an onion service, as whoever makes Passerby does.
type publisher struct {
	source update.Source
	signer note.Signer
	answer func(net.Conn)
	asked  atomic.Int64
}

// publish begins to answer on n, until the end of the test.
func publish(t *testing.T, n *oniontest.Net) *publisher {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, "passerby")
	if err != nil {
		t.Fatal(err)
	}
	p := new(publisher)
	if p.signer, err = note.NewSigner(private); err != nil {
		t.Fatal(err)
	}
	key := onion.GenerateKey()
	p.source = update.Source{Key: public, Address: key.Address().String()}
	l, err := n.Node().Listen(t.Context(), key.Private(), 4)
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
			p.asked.Add(1)
			go func() {
				defer conn.Close()
				p.answer(conn)
			}()
		}
	}()
	return p
}

// says answers with a list that is signed.
func (p *publisher) says(t *testing.T, list string) {
	t.Helper()
	signed, err := note.Sign(&note.Note{Text: list}, p.signer)
	if err != nil {
		t.Fatal(err)
	}
	p.answer = func(c net.Conn) { _, _ = c.Write(signed) }
}

// silent takes the connection and says nothing.
func silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// askingCopy returns a copy that asks a publisher, and its tor, which connects
// after three seconds.
func askingCopy(t *testing.T, n *oniontest.Net, s update.Source) (*app.App, *engine) {
	t.Helper()
	e := &engine{Node: n.Node(), status: make(chan app.EngineStatus, 8)}
	a := app.New(app.Params{Network: "test", Cost: cheap, Updates: s, Launch: func(ctx context.Context) (app.Engine, error) {
		time.AfterFunc(3*time.Second, func() { e.up(0) })
		return e, ctx.Err()
	}})
	t.Cleanup(func() { a.Close() })
	return a, e
}

func connected(s app.State) bool { return s.Tor.Progress == 100 }

func updateIs(phase app.UpdatePhase) func(app.State) bool {
	return func(s app.State) bool { return s.Update.Phase == phase }
}

func TestUpdatesAreAskedForOnlyByAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := oniontest.New()
		p := publish(t, n)
		p.says(t, newer)
		a, _ := askingCopy(t, n, p.source)
		// before there is Tor nothing can be asked
		if err := a.AskForUpdates(); err == nil || !strings.Contains(err.Error(), "no connection to Tor yet") {
			t.Errorf("without Tor: %v", err)
		}
		await(t, a, "connected", connected)
		// given an hour in which nobody asks
		time.Sleep(time.Hour)
		if s := a.State().Update; p.asked.Load() != 0 || !s.Can || s.Phase != "" {
			t.Errorf("asked %d times, %+v", p.asked.Load(), s)
		}
		// when a person does
		if err := a.AskForUpdates(); err != nil {
			t.Fatal(err)
		}
		if s := a.State().Update; s.Phase != app.UpdateAsking {
			t.Errorf("%+v", s)
		}
		// then a second question waits for the first
		if err := a.AskForUpdates(); err == nil || !strings.Contains(err.Error(), "under way") {
			t.Errorf("asked twice: %v", err)
		}
		s := await(t, a, "an answer", updateIs(app.UpdateNewer)).Update
		if s.Version != "999.0.0" || s.Sums() != fileSum+"  passerby.deb\n" || s.Problem != nil || !s.Can || p.asked.Load() != 1 {
			t.Errorf("asked %d times, %+v", p.asked.Load(), s)
		}
		// and one may ask again
		if err := a.AskForUpdates(); err != nil || a.State().Update.Version != "" {
			t.Errorf("%v, %+v", err, a.State().Update)
		}
		await(t, a, "another answer", updateIs(app.UpdateNewer))
	})
}

func TestWhatAnAnswerMeans(t *testing.T) {
	versioned := func(version string) string { return strings.Replace(newer, "999.0.0", version, 1) }
	for name, c := range map[string]struct {
		prepare      func(*testing.T, *publisher)
		phase        app.UpdatePhase
		what, advice string
	}{
		"newer":   {func(t *testing.T, p *publisher) { p.says(t, newer) }, app.UpdateNewer, "", ""},
		"this":    {func(t *testing.T, p *publisher) { p.says(t, versioned(app.Version)) }, app.UpdateNewest, "", ""},
		"older":   {func(t *testing.T, p *publisher) { p.says(t, versioned("0.0.1")) }, app.UpdateFailed, "older than this copy", "Do not install"},
		"unknown": {func(t *testing.T, p *publisher) { p.says(t, "passerby 999.0.0\nsize 3\n") }, app.UpdateFailed, "cannot read it", "Get the newest version"},
		"forged": {func(t *testing.T, p *publisher) {
			p.says(t, newer)
			_, p.source.Key, _ = note.GenerateKey(rand.Reader, "passerby")
		}, app.UpdateFailed, "not signed by", "Do not install"},
		"cut": {func(_ *testing.T, p *publisher) {
			p.answer = func(c net.Conn) { io.WriteString(c, newer) }
		}, app.UpdateFailed, "only a part", "Get it again"},
		"silent": {func(_ *testing.T, p *publisher) { p.answer = silent }, app.UpdateFailed, "Nobody answers", "Try again later"},
		"nobody": {func(_ *testing.T, p *publisher) {
			p.source.Address = onion.GenerateKey().Address().String()
		}, app.UpdateFailed, "Nobody answers", "Try again later"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := oniontest.New()
				p := publish(t, n)
				c.prepare(t, p)
				a, _ := askingCopy(t, n, p.source)
				await(t, a, "connected", connected)
				time.Sleep(time.Minute)
				if err := a.AskForUpdates(); err != nil {
					t.Fatal(err)
				}
				s := await(t, a, "an answer", func(s app.State) bool { return s.Update.Phase != app.UpdateAsking }).Update
				if s.Phase != c.phase || (s.Problem != nil) != (c.phase == app.UpdateFailed) || (s.Version != "") != (c.phase == app.UpdateNewer) {
					t.Fatalf("%+v", s)
				}
				if s.Problem != nil && (!strings.Contains(s.Problem.What, c.what) || !strings.Contains(s.Problem.Advice, c.advice) || s.Problem.Fatal) {
					t.Errorf("it says %q", s.Problem)
				}
				if a.State().Problem != nil {
					t.Error("it is shown as a problem of the whole program")
				}
			})
		})
	}
}

func TestACopyWithoutASourceCannotAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := copyOf(t, oniontest.New())
		await(t, a, "connected", connected)
		if err := a.AskForUpdates(); !errors.Is(err, update.ErrCannotAsk) || a.State().Update.Can {
			t.Errorf("%v, %+v", err, a.State().Update)
		}
	})
}

func TestAQuestionEndsWithTheProgramAndWithTheWindow(t *testing.T) {
	for name, end := range map[string]func(*app.App){
		"close":  func(a *app.App) { a.Close() },
		"panic":  func(a *app.App) { a.Panic() },
		"retire": func(a *app.App) { a.Retire() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := oniontest.New()
				p := publish(t, n)
				hung := make(chan struct{})
				p.answer = func(c net.Conn) {
					silent(c)
					close(hung)
				}
				a, _ := askingCopy(t, n, p.source)
				await(t, a, "connected", connected)
				time.Sleep(time.Minute)
				if err := a.AskForUpdates(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(10 * time.Second)
				if p.asked.Load() != 1 || a.State().Update.Phase != app.UpdateAsking {
					t.Fatalf("asked %d times, %+v", p.asked.Load(), a.State().Update)
				}
				began := time.Now()
				end(a)
				<-hung
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("the connection stays for %v", took)
				}
				time.Sleep(5 * time.Minute)
				if s := a.State().Update; name != "close" && s.Phase != "" {
					t.Errorf("then %+v", s)
				}
				// Only a copy that goes on can be asked again.
				if err := a.AskForUpdates(); (err == nil) != (name == "retire") {
					t.Errorf("then asking: %v", err)
				}
			})
		})
	}
}
