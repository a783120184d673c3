// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package console_test

import (
	"path/filepath"
	"strings"
	"testing"

	"passerby/app/console/consoletest"
)

func TestE2ESockets(t *testing.T) {
	t.Parallel()
	// given a copy whose every system call on the network is recorded
	p := newParty(t)
	record := filepath.Join(p.dir, "trace")
	strace, err := consoletest.Strace(record)
	if err != nil {
		t.Fatal(err)
	}
	a, b := p.start("a", strace...), p.start("b")
	p.await(a, "ready")
	p.await(b, "ready")
	// when it goes through a whole conversation, and ends
	t.Logf("matched after %s", seconds(p.meet(a, b, "cats", "http://example.com")))
	p.say(a, b, "look at http://example.com and localhost")
	p.say(b, a, "or at https://192.0.2.1/ and onions")
	p.ok(a.Next(), b.Next())
	p.await(a, "ended")
	p.await(a, "matched")
	p.ok(a.Leave())
	p.await(a, "ended")
	p.close(a)
	// then it had no inet socket at all, and its tor none but loopback
	run := filepath.Join(a.Profile(), "run")
	trace, err := consoletest.ReadTrace(record, consoletest.Rules{Inet: []string{"tor"}, UnixBelow: run})
	if err != nil {
		t.Fatal(err)
	}
	if len(trace.Wrong) > 0 {
		t.Errorf("%d system calls are not as promised:\n%s", len(trace.Wrong), strings.Join(trace.Wrong, "\n"))
	}
	for name, s := range trace.Programs {
		t.Logf("%s: %+v", name, *s)
	}
	// and both did what they must have done, so nothing was missed
	if len(trace.Programs) != 2 {
		t.Errorf("programs: %v", trace.Programs)
	}
	ours, tor := trace.Programs["passerby"], trace.Programs["tor"]
	if ours == nil || tor == nil {
		t.FailNow()
	}
	for _, name := range []string{"control", "socks"} {
		if ours.Connected[filepath.Join(run, name)] == 0 {
			t.Errorf("Passerby never reached its tor's %s", name)
		}
	}
	if tor.Connected["127.0.0.1"] == 0 || tor.Inet == 0 {
		t.Error("tor never reached a relay")
	}
	if ours.Inet > 0 {
		t.Errorf("%d inet sockets", ours.Inet)
	}
}
