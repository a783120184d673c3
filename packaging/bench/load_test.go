// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"math"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/session"
)

func TestPaceIsThatOfCover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		counted := &countedConn{Conn: near}
		var pacing sync.WaitGroup
		pacing.Go(func() { pace(counted) })
		pacing.Go(func() { pace(far) })
		const seconds = 100
		time.Sleep(seconds * time.Second)
		near.Close()
		pacing.Wait()
		want := seconds / session.Pace.Seconds() * session.FrameSize
		for direction, got := range map[string]float64{"out": counted.flow().out, "back": counted.flow().back} {
			if math.Abs(got-want) > 2*session.FrameSize {
				t.Errorf("%s: %v bytes in %d s, want %v", direction, got, seconds, want)
			}
		}
	})
}

func TestLoadOfEachEnd(t *testing.T) {
	quiet := load{ours: 1, tor: 2, sockets: flow{10, 20}}
	all := load{ours: 9, tor: 18, stream: flow{400, 800}, sockets: flow{450, 900}}
	want := load{ours: 1, tor: 2, stream: flow{100, 200}, sockets: flow{110, 220}}
	if got := all.each(quiet, 4); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestCPUTimeGrows(t *testing.T) {
	before, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for begin, x := time.Now(), 1.0; time.Since(begin) < 50*time.Millisecond; {
		x = math.Sqrt(x + 1)
	}
	after, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if after <= before || before <= 0 {
		t.Errorf("%v, then %v", before, after)
	}
	if _, err := cpuTime(1 << 22); err == nil { // beyond the greatest process ID
		t.Error("a process that is not there has CPU time")
	}
}
