// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	bine "github.com/cretz/bine/control"
)

// control is a connection to a tor's control socket, beside that of package
// tor. It is for one goroutine.
type control struct {
	conn net.Conn
	ctl  *bine.Conn
	stop func() bool
}

// control opens a connection that lasts as long as ctx.
func (p *plainTor) control(ctx context.Context) (*control, error) {
	var dialer net.Dialer
	// Package tor puts the socket there unless the path of the temporary
	// files is very long.
	conn, err := dialer.DialContext(ctx, "unix", filepath.Join(p.dir, "run", "control"))
	if err != nil {
		return nil, fmt.Errorf("a tor's control socket: %w", err)
	}
	c := &control{conn: conn, ctl: bine.NewConn(textproto.NewConn(conn))}
	c.stop = context.AfterFunc(ctx, func() { conn.Close() })
	if err := c.ctl.Authenticate(""); err != nil {
		c.close()
		return nil, fmt.Errorf("a tor's control socket: %w", err)
	}
	return c, nil
}

func (c *control) close() {
	c.stop()
	c.conn.Close()
}

// info returns the lines of what tor tells of one thing; see GETINFO in
// control-spec.txt.
func (c *control) info(name string) ([]string, error) {
	response, err := c.ctl.SendRequest("GETINFO %s", name)
	if err != nil {
		return nil, fmt.Errorf("ask a tor for %s: %w", name, err)
	}
	for _, data := range response.Data {
		if value, ok := strings.CutPrefix(data, name+"="); ok {
			return strings.Split(strings.TrimSpace(value), "\n"), nil
		}
	}
	return nil, fmt.Errorf("a tor tells nothing of %s", name)
}

func (c *control) number(name string) (int64, error) {
	lines, err := c.info(name)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(lines[0], 10, 64)
}

// traffic returns what tor has sent and received on all of its sockets since
// its start, in bytes: on those to the network with all that TLS adds, and on
// those of its programs.
func (c *control) traffic() (t flow, err error) {
	read, err := c.number("traffic/read")
	if err != nil {
		return t, err
	}
	written, err := c.number("traffic/written")
	return flow{out: float64(written), back: float64(read)}, err
}

// circuits returns the circuits that carry streams to host.
func (c *control) circuits(host string) ([]string, error) {
	lines, err := c.info("stream-status")
	if err != nil {
		return nil, err
	}
	return carriers(lines, host), nil
}

// carriers reads "StreamID StreamStatus CircuitID Target".
func carriers(lines []string, host string) (ids []string) {
	for _, l := range lines {
		words := strings.Fields(l)
		if len(words) >= 4 && words[1] == "SUCCEEDED" && strings.HasPrefix(words[3], host+":") && !slices.Contains(ids, words[2]) {
			ids = append(ids, words[2])
		}
	}
	return ids
}

// closeCircuits closes circuits with all that they carry. One that is gone
// already is no error.
func (c *control) closeCircuits(ids []string) error {
	for _, id := range ids {
		var refused *textproto.Error
		if err := c.ctl.CloseCircuit(id, nil); err != nil && !errors.As(err, &refused) {
			return fmt.Errorf("close a circuit: %w", err)
		}
	}
	return nil
}

const (
	// cellPayload is what tor counts for each cell of a circuit, and cellWire
	// what the cell is on the way to the first relay: 5 bytes of header more,
	// and the 22 of a TLS 1.3 record. Cells that are sent at once share a
	// record, so it is this or a little less.
	cellPayload = 509
	cellWire    = cellPayload + 5 + 22
)

// meter counts what passes on each circuit, in bytes on the wire, for that many
// of tor's ticks, of about a second each. It calls begin and end at just the
// first and the last of them. From then on c is of no other use.
func (c *control) meter(ticks int, begin, end func()) (map[string]flow, error) {
	if _, err := c.ctl.SendRequest("SETEVENTS BW CIRC_BW"); err != nil {
		return nil, fmt.Errorf("ask a tor for its circuits' bandwidth: %w", err)
	}
	m := meter{ticks: ticks, begin: begin, end: end, sum: make(map[string]flow)}
	for {
		event, err := c.ctl.ReadResponse()
		if err != nil {
			return nil, fmt.Errorf("a tor's circuits' bandwidth: %w", err)
		}
		if m.take(event.Reply) {
			return m.sum, nil
		}
	}
}

// meter adds up events of control-spec.txt. At each tick tor tells of all its
// traffic (BW) and then of that of each circuit since the tick before
// (CIRC_BW).
type meter struct {
	ticks      int
	begin, end func()
	sum        map[string]flow
	tick       int
}

// take takes an event and tells whether it was the last that was needed.
func (m *meter) take(event string) (done bool) {
	kind, rest, _ := strings.Cut(event, " ")
	switch kind {
	case "BW":
		m.tick++
		switch m.tick {
		case 1:
			m.begin()
		case m.ticks + 1:
			m.end()
		case m.ticks + 2:
			return true
		}
	case "CIRC_BW":
		if m.tick < 2 { // of the time before
			break
		}
		e := bine.ParseCircuitBandwidthEvent(rest)
		f := m.sum[e.CircuitID]
		f.out += float64(e.BytesWritten) / cellPayload * cellWire
		f.back += float64(e.BytesRead) / cellPayload * cellWire
		m.sum[e.CircuitID] = f
	}
	return false
}

// flow is bytes in both directions, from the side that dials.
type flow struct{ out, back float64 }

func (f flow) minus(g flow) flow    { return flow{f.out - g.out, f.back - g.back} }
func (f flow) times(x float64) flow { return flow{f.out * x, f.back * x} }
func (c *countedConn) flow() flow   { return flow{float64(c.out.Load()), float64(c.in.Load())} }
