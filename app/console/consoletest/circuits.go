// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"path/filepath"
	"strings"
	"time"

	bine "github.com/cretz/bine/control"
)

// controlTimeout bounds one visit at a tor's control socket.
const controlTimeout = 20 * time.Second

// Circuit is a circuit of a copy's tor, as CIRC events of control-spec.txt
// describe it.
type Circuit struct {
	ID      string
	Status  string   // such as "BUILT"
	Path    []string // fingerprints of its relays, the nearest first
	Purpose string   // such as "HS_CLIENT_REND" or "HS_SERVICE_REND"
	State   string   // of an onion service's circuit, such as "HSCR_JOINED"
	// Service is the onion service, without ".onion", that a circuit of an
	// onion service leads to or from.
	Service string
	// Streams counts the open streams that the tor itself began over it. On
	// the side of the onion service tor tells of none.
	Streams int
}

// Joined tells whether the circuit carries streams between a client and an
// onion service, on either side.
func (c Circuit) Joined() bool {
	return c.Status == "BUILT" && (c.State == "HSCR_JOINED" || c.State == "HSSR_JOINED")
}

// parseCircuit reads "ID STATUS [path] [KEY=value …]".
func parseCircuit(line string) (c Circuit, ok bool) {
	words := strings.Fields(line)
	if len(words) < 2 {
		return c, false
	}
	c.ID, c.Status = words[0], words[1]
	for _, word := range words[2:] {
		if strings.HasPrefix(word, "$") {
			for relay := range strings.SplitSeq(word, ",") {
				fingerprint, _, _ := strings.Cut(strings.TrimPrefix(relay, "$"), "~")
				c.Path = append(c.Path, fingerprint)
			}
			continue
		}
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "PURPOSE":
			c.Purpose = value
		case "HS_STATE":
			c.State = value
		case "REND_QUERY":
			c.Service = value
		}
	}
	return c, true
}

// Circuits returns the circuits that the copy's tor has now.
func (c *Copy) Circuits(ctx context.Context) (circuits []Circuit, err error) {
	streams := make(map[string]int) // by circuit
	err = c.control(ctx, func(ctl *bine.Conn) error {
		if err := ask(ctl, "stream-status", func(line string) {
			// "StreamID StreamStatus CircuitID Target"
			if words := strings.Fields(line); len(words) >= 4 && words[1] == "SUCCEEDED" {
				streams[words[2]]++
			}
		}); err != nil {
			return err
		}
		return ask(ctl, "circuit-status", func(line string) {
			if circuit, ok := parseCircuit(line); ok {
				circuit.Streams = streams[circuit.ID]
				circuits = append(circuits, circuit)
			}
		})
	})
	return circuits, err
}

// ask calls take with each line that GETINFO tells of what has this name.
func ask(ctl *bine.Conn, name string, take func(line string)) error {
	response, err := ctl.SendRequest("GETINFO %s", name)
	if err != nil {
		return err
	}
	for _, data := range response.Data {
		for line := range strings.Lines(strings.TrimPrefix(data, name+"=")) {
			take(line)
		}
	}
	return nil
}

// CloseCircuits closes circuits of the copy's tor, with everything that they
// carry. The copy is not told. A circuit that is gone already is no error.
func (c *Copy) CloseCircuits(ctx context.Context, ids ...string) error {
	return c.control(ctx, func(ctl *bine.Conn) error {
		for _, id := range ids {
			var refused *textproto.Error
			if err := ctl.CloseCircuit(id, nil); err != nil && !errors.As(err, &refused) {
				return err
			}
		}
		return nil
	})
}

// control visits the control socket of the copy's tor, beside the copy itself.
func (c *Copy) control(ctx context.Context, visit func(*bine.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	err := func() error {
		path, err := c.controlSocket()
		if err != nil {
			return err
		}
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "unix", path)
		if err != nil {
			return err
		}
		defer conn.Close()
		// A tor that is stopped takes connections and does not answer.
		defer context.AfterFunc(ctx, func() { conn.Close() })()
		ctl := bine.NewConn(textproto.NewConn(conn))
		if err := ctl.Authenticate(""); err != nil {
			return errors.Join(err, context.Cause(ctx))
		}
		return errors.Join(visit(ctl), context.Cause(ctx))
	}()
	if err != nil {
		return fmt.Errorf("the control socket of copy %s: %w", c.name, err)
	}
	return nil
}

// controlSocket finds the socket where the copy has put it; see Options.Dir.
func (c *Copy) controlSocket() (string, error) {
	for _, pattern := range []string{
		filepath.Join(c.Profile(), "run", "control"),
		filepath.Join(c.dir, "tmp", "passerby-tor-*", "control"),
	} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) == 1 {
			return found[0], nil
		}
	}
	return "", errors.New("there is none below " + c.dir)
}
