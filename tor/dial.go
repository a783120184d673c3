// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/cretz/bine/torutil"
	"golang.org/x/net/proxy"
)

// Dial implements Network of passerby/net/onion: it opens a stream to host,
// "<56 letters>.onion", on [Port], once tor is connected. Streams with
// different isolation strings never share a circuit; tor gets to see a keyed
// hash of the string alone. Errors wrap [ErrBadHost], [ErrOnionNotFound] or
// [ErrOnionUnreachable] where they apply. tor itself gives up after two
// minutes.
func (t *Tor) Dial(ctx context.Context, host, isolation string) (net.Conn, error) {
	id, err := serviceID(host)
	if err != nil {
		return nil, fmt.Errorf("tor: dial: %w", err)
	}
	i, err := t.await(ctx, connected)
	if err != nil {
		return nil, fmt.Errorf("tor: dial: %w", err)
	}
	token := t.isolate(isolation)
	dialer, err := proxy.SOCKS5(i.socksNetwork, i.socksAddress, &proxy.Auth{User: token, Password: token}, &net.Dialer{})
	if err != nil {
		return nil, fmt.Errorf("tor: dial: %w", err)
	}
	address := net.JoinHostPort(id+onionSuffix, strconv.Itoa(Port))
	conn, err := dialer.(proxy.ContextDialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("tor: dial %s: %w", id+onionSuffix, explain(ctx, err))
	}
	return conn, nil
}

// serviceID checks host and returns its 56 letters.
func serviceID(host string) (string, error) {
	id, found := strings.CutSuffix(strings.ToLower(host), onionSuffix)
	if !found {
		return "", fmt.Errorf("%w: %s does not end in %s", ErrBadHost, quote(host), onionSuffix)
	}
	if _, err := torutil.PublicKeyFromV3OnionServiceID(id); err != nil {
		return "", fmt.Errorf("%w: %s", ErrBadHost, quote(host))
	}
	return id, nil
}

// isolate turns an isolation string into a SOCKS user name.
func (t *Tor) isolate(isolation string) string {
	h := hmac.New(sha256.New, t.secret[:])
	h.Write([]byte(isolation))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// onionReplies are tor's own SOCKS replies (socks-extensions, section 1.3) and
// those of RFC 1928 that it uses for onions.
var onionReplies = []struct {
	text string // the end of what package proxy says
	err  error
	what string
}{
	{"unknown code: 240", ErrOnionNotFound, "no directory has its descriptor"},
	{"unknown code: 241", ErrOnionUnreachable, "its descriptor is invalid"},
	{"unknown code: 242", ErrOnionUnreachable, "no introduction point answers"},
	{"unknown code: 243", ErrOnionUnreachable, "it did not come to the rendezvous"},
	{"unknown code: 244", ErrOnionUnreachable, "it serves known clients alone"},
	{"unknown code: 245", ErrOnionUnreachable, "it serves known clients alone"},
	{"unknown code: 246", ErrBadHost, "tor refuses the address"},
	{"unknown code: 247", ErrOnionUnreachable, "the introduction timed out"},
	{"TTL expired", ErrOnionUnreachable, "the circuit timed out"},
	{"host unreachable", ErrOnionUnreachable, "no answer"},
	{"network unreachable", ErrOnionUnreachable, "no circuit"},
	{"connection refused", ErrOnionUnreachable, "it refused the stream"},
	{"general SOCKS server failure", ErrOnionUnreachable, "no circuit"},
}

// explain turns tor's refusal of a stream into an error of this package.
// Package proxy gives the reply as text alone.
func explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	// A refusal by the system, not by tor: tor is just about to end.
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return fmt.Errorf("%w: %w", errDied, err)
	}
	for _, r := range onionReplies {
		if strings.HasSuffix(err.Error(), r.text) {
			return fmt.Errorf("%w: %s", r.err, r.what)
		}
	}
	return err
}
