// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux && cgo

package clipboard_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// xclient is another program on the display, which does as it likes. It speaks
// the X protocol itself (X Window System Protocol, X.Org): each request names
// its opcode, a byte, and its length in units of 4 bytes.
type xclient struct {
	conn   net.Conn
	in     *bufio.Reader
	root   uint32
	base   uint32
	made   uint32 // windows
	events [][]byte
	failed int // errors that the server has sent
}

var order = binary.LittleEndian

const (
	opCreateWindow, opDestroyWindow, opInternAtom   = 1, 4, 16
	opGetProperty, opSetOwner, opGetOwner           = 20, 22, 23
	opConvert, opSendEvent, opQueryExtension        = 24, 25, 98
	evSelectionClear, evSelectionRequest, evConvert = 29, 30, 31
	patience                                        = 10 * time.Second
)

func dialX() (*xclient, error) {
	number := strings.TrimPrefix(os.Getenv("DISPLAY"), ":")
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+number)
	if err != nil {
		return nil, err
	}
	x := &xclient{conn: conn, in: bufio.NewReader(conn)}
	if _, err := conn.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(x.in, head); err != nil || head[0] != 1 {
		return nil, errors.Join(fmt.Errorf("the X server says %v: %w", head, err), conn.Close())
	}
	setup := make([]byte, 4*int(order.Uint16(head[6:])))
	if _, err := io.ReadFull(x.in, setup); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	x.base = order.Uint32(setup[4:])
	vendor := (int(order.Uint16(setup[16:])) + 3) &^ 3
	x.root = order.Uint32(setup[32+vendor+8*int(setup[21]):])
	return x, nil
}

func (x *xclient) close() error { return x.conn.Close() }

// request sends a request of 4-byte words.
func (x *xclient) request(opcode, detail byte, words ...uint32) error {
	_, err := x.conn.Write(encode(opcode, detail, words...))
	return err
}

func encode(opcode, detail byte, words ...uint32) []byte {
	b := []byte{opcode, detail}
	b = order.AppendUint16(b, uint16(1+len(words)))
	for _, w := range words {
		b = order.AppendUint32(b, w)
	}
	return b
}

// next reads an event, an error or a reply.
func (x *xclient) next(long time.Duration) ([]byte, error) {
	if err := x.conn.SetReadDeadline(time.Now().Add(long)); err != nil {
		return nil, err
	}
	b := make([]byte, 32)
	if _, err := io.ReadFull(x.in, b); err != nil {
		return nil, err
	}
	if b[0] == 1 {
		rest := make([]byte, 4*int(order.Uint32(b[4:])))
		if _, err := io.ReadFull(x.in, rest); err != nil {
			return nil, err
		}
		b = append(b, rest...)
	}
	return b, nil
}

// reply reads the reply to the last request, and keeps the events before it.
func (x *xclient) reply() ([]byte, error) {
	for {
		b, err := x.next(patience)
		switch {
		case err != nil:
			return nil, err
		case b[0] == 1:
			return b, nil
		case b[0] == 0:
			return nil, fmt.Errorf("the X server refuses: error %d", b[1])
		}
		x.events = append(x.events, b)
	}
}

// event waits for an event of a kind.
func (x *xclient) event(kind byte, long time.Duration) ([]byte, error) {
	for end := time.Now().Add(long); ; {
		for i, e := range x.events {
			if e[0]&0x7f == kind {
				x.events = append(x.events[:i:i], x.events[i+1:]...)
				return e, nil
			}
		}
		b, err := x.next(time.Until(end))
		switch {
		case err != nil:
			return nil, err
		case b[0] == 0:
			x.failed++
		default:
			x.events = append(x.events, b)
		}
	}
}

func (x *xclient) atom(name string) (uint32, error) {
	r, err := x.named(opInternAtom, name)
	if err != nil {
		return 0, err
	}
	return order.Uint32(r[8:]), nil
}

// named sends a request that holds nothing but a name, and reads the reply.
func (x *xclient) named(opcode byte, name string) ([]byte, error) {
	b := []byte{opcode, 0}
	padded := append([]byte(name), make([]byte, (4-len(name)%4)%4)...)
	b = order.AppendUint16(b, uint16(2+len(padded)/4))
	b = order.AppendUint32(b, uint32(len(name)))
	if _, err := x.conn.Write(append(b, padded...)); err != nil {
		return nil, err
	}
	return x.reply()
}

// watch asks to be told of each new owner of a selection, by the extension
// XFIXES, and returns the kind of event that tells it.
func (x *xclient) watch(selection, window uint32) (kind byte, err error) {
	r, err := x.named(opQueryExtension, "XFIXES")
	if err != nil || r[8] == 0 {
		return 0, fmt.Errorf("there is no XFIXES: %w", err)
	}
	const queryVersion, selectSelection, all = 0, 2, 7
	if err := x.request(r[9], queryVersion, 5, 0); err != nil {
		return 0, err
	}
	if _, err := x.reply(); err != nil {
		return 0, err
	}
	return r[10], x.request(r[9], selectSelection, window, selection, all)
}

// window makes a window, which can be seen by nobody.
func (x *xclient) window() (uint32, error) {
	x.made++
	id := x.base + x.made
	const inputOnly = 2
	return id, x.request(opCreateWindow, 0, id, x.root, 0, 1|1<<16, inputOnly<<16, 0, 0)
}

// owner tells which window owns a selection, or 0.
func (x *xclient) owner(selection uint32) (uint32, error) {
	if err := x.request(opGetOwner, 0, selection); err != nil {
		return 0, err
	}
	r, err := x.reply()
	if err != nil {
		return 0, err
	}
	return order.Uint32(r[8:]), nil
}

// property reads a property of a window.
func (x *xclient) property(window, name uint32) (content []byte, err error) {
	if err := x.request(opGetProperty, 0, window, name, 0, 0, 1<<24); err != nil {
		return nil, err
	}
	r, err := x.reply()
	if err != nil {
		return nil, err
	}
	size := int(order.Uint32(r[16:])) * int(r[1]) / 8
	return r[32 : 32+size], nil
}

// convert asks the owner of a selection for one of its forms; ok is false
// where it refuses.
func (x *xclient) convert(selection, target string, window uint32) (content []byte, ok bool, err error) {
	sel, err1 := x.atom(selection)
	tgt, err2 := x.atom(target)
	into, err3 := x.atom("INTO")
	if err := errors.Join(err1, err2, err3, x.request(opConvert, 0, window, sel, tgt, into, 0)); err != nil {
		return nil, false, err
	}
	e, err := x.event(evConvert, patience)
	if err != nil {
		return nil, false, err
	}
	if order.Uint32(e[20:]) == 0 {
		return nil, false, nil
	}
	content, err = x.property(window, into)
	return content, true, err
}
