// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

const (
	loadSettle = 5 * time.Second // from the opening of streams until sampling
	loadSlack  = time.Minute     // what opening them may take
)

// load is what one end of one stream takes.
type load struct {
	ours, tor float64 // percent of a core
	stream    flow    // bytes an hour, of frames
	sockets   flow    // bytes an hour, of tor's sockets to the network
}

// loads holds what was measured, round by round, beyond what is used when
// nothing happens.
type loads struct{ bare, cover []load }

// loader measures what streams between two tors take.
type loader struct {
	*lane
	count  int // of streams
	window time.Duration
	tor    *control // of the dialing side
	pids   []int    // us and both tors
}

// measureLoads measures in turns no stream at all, bare streams with a steady
// pace, and as many conversations under cover.
func measureLoads(ctx context.Context, from, to *plainTor, streams, rounds int, window time.Duration, tell func(string, ...any)) (all loads, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(rounds)*3*(window+loadSettle)+loadSlack)
	defer cancel()
	l, err := newLane(ctx, from, to)
	if err != nil {
		return all, err
	}
	defer l.close()
	m := loader{lane: l, count: streams, window: window, pids: []int{os.Getpid()}}
	for _, tor := range []*plainTor{from, to} {
		c, err := tor.control(ctx)
		if err != nil {
			return all, err
		}
		defer c.close()
		pid, err := c.number("process/pid")
		if err != nil {
			return all, err
		}
		m.pids = append(m.pids, int(pid))
		if m.tor == nil {
			m.tor = c
		}
	}
	for range rounds {
		quiet, err := m.sample(ctx, nil)
		if err != nil {
			return all, err
		}
		bare, err := m.bare(ctx)
		if err != nil {
			return all, fmt.Errorf("bare streams: %w", err)
		}
		cover, err := m.cover(ctx)
		if err != nil {
			return all, fmt.Errorf("conversations: %w", err)
		}
		all.bare, all.cover = append(all.bare, bare.each(quiet, streams)), append(all.cover, cover.each(quiet, streams))
		tell("%d streams: nothing %s and tors %s, bare %s and %s, conversations %s and %s", streams, percent(quiet.ours), percent(quiet.tor),
			percent(bare.ours), percent(bare.tor), percent(cover.ours), percent(cover.tor))
	}
	return all, nil
}

// each returns what one end of one stream takes, where l is what all of them
// take and quiet what is used without any. Both ends are ours, and each has
// its tor; what goes out and back is counted at one.
func (l load) each(quiet load, streams int) load {
	n := float64(streams)
	return load{
		ours: (l.ours - quiet.ours) / (2 * n), tor: (l.tor - quiet.tor) / (2 * n),
		stream: l.stream.times(1 / n), sockets: l.sockets.minus(quiet.sockets).times(1 / n),
	}
}

// sample looks at what is used within the window.
func (m *loader) sample(ctx context.Context, streams []*countedConn) (l load, err error) {
	if err := wait(ctx, loadSettle); err != nil {
		return l, err
	}
	look := func() (cpu [3]time.Duration, stream, sockets flow, err error) {
		for i, pid := range m.pids {
			if cpu[i], err = cpuTime(pid); err != nil {
				return cpu, stream, sockets, err
			}
		}
		for _, c := range streams {
			f := c.flow()
			stream.out, stream.back = stream.out+f.out, stream.back+f.back
		}
		sockets, err = m.tor.traffic()
		return cpu, stream, sockets, err
	}
	begin := time.Now()
	cpu0, stream0, sockets0, err := look()
	if err != nil {
		return l, err
	}
	if err := wait(ctx, m.window); err != nil {
		return l, err
	}
	cpu1, stream1, sockets1, err := look()
	if err != nil {
		return l, err
	}
	took := time.Since(begin)
	share := func(i int) float64 { return 100 * float64(cpu1[i]-cpu0[i]) / float64(took) }
	anHour := float64(time.Hour) / float64(took)
	l = load{ours: share(0), tor: share(1) + share(2), stream: stream1.minus(stream0).times(anHour)}
	// Tor also counts what it hands to us, as sent, and what we hand to it, as
	// received.
	l.sockets = sockets1.minus(sockets0).times(anHour).minus(flow{out: l.stream.back, back: l.stream.out})
	return l, nil
}

// cover samples conversations.
func (m *loader) cover(ctx context.Context) (load, error) {
	var streams []*countedConn
	var listening sync.WaitGroup
	defer listening.Wait()
	isolation := onion.Isolation("bench")
	for range m.count {
		c, err := m.converse(ctx, isolation, true)
		if err != nil {
			return load{}, err
		}
		defer c.close()
		listening.Go(func() {
			for range c.near.Events() {
			}
		})
		streams = append(streams, c.wire)
	}
	return m.sample(ctx, streams)
}

// bare samples streams that carry at a steady pace, in both directions, as
// many bytes as conversations do.
func (m *loader) bare(ctx context.Context) (load, error) {
	var streams []*countedConn
	var pacing sync.WaitGroup
	defer pacing.Wait()
	isolation := onion.Isolation("bench")
	for range m.count {
		conn, err := m.dial(ctx, isolation, pace)
		if err != nil {
			return load{}, err
		}
		defer conn.Close()
		counted := &countedConn{Conn: conn}
		pacing.Go(func() { pace(counted) })
		streams = append(streams, counted)
	}
	return m.sample(ctx, streams)
}

// pace sends a frame's bytes at a steady pace, and reads, until the stream is
// closed.
func pace(conn net.Conn) {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		for frame := make([]byte, session.FrameSize); ; {
			if _, err := io.ReadFull(conn, frame); err != nil {
				return
			}
		}
	}()
	first := time.NewTimer(rand.N(session.Pace)) // not all at once
	defer first.Stop()
	select {
	case <-first.C:
	case <-closed:
		return
	}
	tick := time.NewTicker(session.Pace)
	defer tick.Stop()
	for frame := make([]byte, session.FrameSize); ; {
		if _, err := conn.Write(frame); err != nil {
			conn.Close()
			<-closed
			return
		}
		select {
		case <-tick.C:
		case <-closed:
			return
		}
	}
}

// lines are the lines of the table about loads.
func (all loads) lines(hop string, window time.Duration) []line {
	bytes := fmt.Sprintf("MB/h from %.0f s, cover: frames | tor's sockets, ", window.Seconds())
	ours := line{what: "CPU of a conversation, steady bare stream | cover", unit: fine}
	tor := line{what: "  its tor", unit: fine}
	out := line{what: bytes + "out", unit: megabytes}
	back := line{what: bytes + "back", unit: megabytes}
	for _, l := range all.bare {
		ours.floor, tor.floor = append(ours.floor, l.ours), append(tor.floor, l.tor)
	}
	for _, l := range all.cover {
		ours.ours, tor.ours = append(ours.ours, l.ours), append(tor.ours, l.tor)
		out.floor, out.ours = append(out.floor, l.stream.out), append(out.ours, l.sockets.out)
		back.floor, back.ours = append(back.floor, l.stream.back), append(back.ours, l.sockets.back)
	}
	lines := []line{ours, tor, out, back}
	for i := range lines {
		lines[i].hop, lines[i].aim = hop, aim{kind: shownRatio}
	}
	return lines
}
