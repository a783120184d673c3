// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/cretz/bine/control"
)

// commandTimeout is how long tor may take for one command. It answers within
// milliseconds, but its one thread also reads consensus documents, which takes
// slow machines seconds.
const commandTimeout = time.Minute

// commander sends commands over one control connection, one at a time.
type commander struct {
	turn   chan struct{} // holds a value while a command is under way
	closed chan struct{}
	conn   net.Conn
	ctl    *control.Conn
	// broken is called, once a reply has failed to come, with the reason. The
	// connection is of no use from then on.
	broken func(error)
}

func newCommander(conn net.Conn, broken func(error)) *commander {
	return &commander{
		turn: make(chan struct{}, 1), closed: make(chan struct{}), conn: conn,
		ctl: control.NewConn(textproto.NewConn(conn)), broken: broken,
	}
}

// command sends one line and returns tor's reply. A refusal by tor is a
// *textproto.Error. Where ctx ends first, command returns, but the command is
// carried through.
func (c *commander) command(ctx context.Context, line string) (*control.Response, error) {
	if strings.ContainsAny(line, "\r\n") {
		return nil, errors.New("tor: a command of more than one line")
	}
	select {
	case c.turn <- struct{}{}:
	case <-c.closed:
		return nil, errDied
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	type reply struct {
		response *control.Response
		err      error
	}
	replied := make(chan reply, 1)
	go func() {
		defer func() { <-c.turn }()
		response, err := c.exchange(line)
		replied <- reply{response, err}
	}()
	select {
	case r := <-replied:
		return r.response, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *commander) exchange(line string) (*control.Response, error) {
	err := c.conn.SetDeadline(time.Now().Add(commandTimeout))
	var response *control.Response
	if err == nil {
		response, err = c.ctl.SendRequest("%s", line)
	}
	if refused := (*textproto.Error)(nil); err != nil && !errors.As(err, &refused) {
		err = fmt.Errorf("tor: control connection: %w", err)
		c.broken(err)
	}
	return response, err
}

// info asks for values, all of the same moment. Keys that tor has no value for
// make it refuse the whole question.
func (c *commander) info(ctx context.Context, keys ...string) (map[string]string, error) {
	response, err := c.command(ctx, "GETINFO "+strings.Join(keys, " "))
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(response.Data))
	for _, line := range response.Data {
		key, value, _ := strings.Cut(line, "=")
		values[key] = value
	}
	return values, nil
}

// close ends the connection, and with it a tor that it owns, and waits for the
// command that is under way. No command can be sent afterwards.
func (c *commander) close() {
	c.conn.Close()
	close(c.closed)
	c.turn <- struct{}{}
}

// errDied tells that this tor is gone. Another one may be there soon.
var errDied = errors.New("tor ended meanwhile")

// authenticate proves to tor over a fresh connection that we may read its
// cookie. tor says where that is too, but quoted as in C, which bine reads only
// where the path has neither quotes nor letters beyond ASCII.
func authenticate(conn net.Conn, ctl *control.Conn, cookie string) error {
	if err := conn.SetDeadline(time.Now().Add(commandTimeout)); err != nil {
		return fmt.Errorf("tor: control connection: %w", err)
	}
	info, err := ctl.ProtocolInfo() // which Authenticate asks for no second time
	if err != nil {
		return fmt.Errorf("tor: control port: ask how to authenticate: %w", err)
	}
	info.AuthMethods, info.CookieFile = []string{"SAFECOOKIE"}, cookie
	if err := ctl.Authenticate(""); err != nil {
		return fmt.Errorf("tor: control port: authenticate: %w", err)
	}
	return nil
}
