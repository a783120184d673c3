// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"passerby/net/onion"
	"passerby/net/session"
)

const (
	typeEvery = 10 * time.Second
	typed     = "About as long as what people write in one go."
	// volumeSettle is from the last conversation's beginning until counting.
	volumeSettle = 5 * time.Second
	// volumeSlack is what opening all conversations may take.
	volumeSlack = 2 * time.Minute
)

// use is what a person does in a conversation.
type use struct {
	name string
	// say sends messages for as long as the window is.
	say func(ctx context.Context, send func(text string) error, window time.Duration) error
}

var uses = []use{
	{"idle", func(context.Context, func(string) error, time.Duration) error { return nil }},
	{"a message each 10 s", func(ctx context.Context, send func(string) error, window time.Duration) error {
		if err := wait(ctx, typeEvery/2); err != nil {
			return err
		}
		for at := typeEvery / 2; at < window; at += typeEvery {
			if err := send(typed); err != nil {
				return err
			}
			if err := wait(ctx, typeEvery); err != nil {
				return err
			}
		}
		return nil
	}},
	{"4,000 characters a minute", func(ctx context.Context, send func(string) error, window time.Duration) error {
		// One message in the middle, in a shorter window a shorter one.
		if err := wait(ctx, window/2); err != nil {
			return err
		}
		return send(strings.Repeat("a", int(session.MaxText*window/time.Minute)))
	}},
}

// volume is what one conversation carried, in bytes an hour, from the side that
// writes.
type volume struct {
	stream flow // of frames
	wire   flow // of cells on the way to the first relay
}

// volumes are those of several conversations that were used alike.
type volumes struct {
	use   use
	cover bool
	all   []volume
}

// talker is one conversation that is counted.
type talker struct {
	*conversation
	volumes       *volumes
	circuit       string
	before, after flow
}

func (t *talker) send(text string) error {
	_, err := t.near.Send(text)
	return err
}

// measureVolumes counts what conversations carry within the window, all at the
// same time and each on a circuit of its own.
func measureVolumes(ctx context.Context, from, to *plainTor, conversations int, window time.Duration, tell func(string, ...any)) ([]*volumes, error) {
	ctx, cancel := context.WithTimeout(ctx, window+volumeSlack)
	defer cancel()
	l, err := newLane(ctx, from, to)
	if err != nil {
		return nil, err
	}
	defer l.close()
	tor, err := from.control(ctx)
	if err != nil {
		return nil, err
	}
	defer tor.close()

	var measured []*volumes
	for _, cover := range []bool{false, true} {
		for _, u := range uses {
			measured = append(measured, &volumes{use: u, cover: cover})
		}
	}
	var talkers []*talker
	var listening sync.WaitGroup
	defer func() {
		for _, t := range talkers {
			t.close()
		}
		listening.Wait()
	}()
	err = repeat(ctx, conversations*len(measured), "conversation", tell, func(i int) error {
		t := &talker{volumes: measured[i%len(measured)]}
		if t.conversation, err = l.converse(ctx, onion.Isolation("bench"), t.volumes.cover); err != nil {
			return err
		}
		talkers = append(talkers, t)
		listening.Go(func() {
			for range t.near.Events() {
			}
		})
		t.circuit, err = newCircuit(tor, l.host(), talkers)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := wait(ctx, volumeSettle); err != nil {
		return nil, err
	}
	tell("%d conversations, counted for %v", len(talkers), window)
	return measured, count(ctx, tor, talkers, window)
}

// newCircuit returns the one circuit to host that no other talker has.
func newCircuit(tor *control, host string, talkers []*talker) (string, error) {
	ids, err := tor.circuits(host)
	if err != nil {
		return "", err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		return slices.ContainsFunc(talkers, func(t *talker) bool { return t.circuit == id })
	})
	if len(ids) != 1 {
		return "", fmt.Errorf("a new conversation has %d new circuits", len(ids))
	}
	return ids[0], nil
}

// count lets everybody talk for the window and notes what that took.
func count(ctx context.Context, tor *control, talkers []*talker, window time.Duration) error {
	var begin, end time.Time
	var talking sync.WaitGroup
	errs := make(chan error, len(talkers))
	wire, err := tor.meter(int(window/time.Second), func() {
		begin = time.Now()
		for _, t := range talkers {
			t.before = t.wire.flow()
			talking.Go(func() { errs <- t.volumes.use.say(ctx, t.send, window) })
		}
	}, func() {
		end = time.Now()
		for _, t := range talkers {
			t.after = t.wire.flow()
		}
	})
	talking.Wait()
	if err != nil {
		return err
	}
	anHour := float64(time.Hour) / float64(end.Sub(begin))
	for _, t := range talkers {
		if err := <-errs; err != nil {
			return err
		}
		t.volumes.all = append(t.volumes.all, volume{t.after.minus(t.before).times(anHour), wire[t.circuit].times(anHour)})
	}
	return nil
}

// volumeLines are the lines of the table about volumes.
func volumeLines(hop string, measured []*volumes, window time.Duration) (lines []line) {
	for _, m := range measured {
		cover := "no cover"
		if m.cover {
			cover = "cover"
		}
		var out, back line
		for _, v := range m.all {
			out.floor, out.ours = append(out.floor, v.stream.out), append(out.ours, v.wire.out)
			back.floor, back.ours = append(back.floor, v.stream.back), append(back.ours, v.wire.back)
		}
		what := fmt.Sprintf("MB/h from %.0f s, %s, %s: frames | tor, ", window.Seconds(), cover, m.use.name)
		out.what, back.what = what+"out", what+"back"
		for _, l := range []line{out, back} {
			l.hop, l.unit, l.aim = hop, megabytes, aim{kind: shownRatio}
			lines = append(lines, l)
		}
	}
	return lines
}
