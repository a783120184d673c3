// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !windows && !darwin

package keepers

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// System says that this package reaches no key store by itself on this system:
// the Secret Service is on the session bus, to which only the window has a
// connection. See [SecretService].
func System(string) (KeyStore, error) {
	return nil, fmt.Errorf("%w: the Secret Service is reached from the window of a desktop session alone; start Passerby there", ErrNoKeyStore)
}

// The names of the Secret Service (freedesktop.org, "Secret Storage", 0.2).
const (
	secretsName = "org.freedesktop.secrets"
	secretsPath = dbus.ObjectPath("/org/freedesktop/secrets")
	secretsAPI  = "org.freedesktop.Secret."
	noObject    = dbus.ObjectPath("/")
	schema      = "chat.passerby.Passerby.Key"
)

// SecretService returns the key store of Linux desktops (GNOME Keyring, KWallet,
// KeePassXC and others) over a connection to the session bus that somebody else
// has opened and goes on to own: this package opens none. Fyne has one
// (dbus.SessionBus returns that same one to all who ask), so the window can pass
// it on without a new socket.
//
// Keys go over the bus as they are. Other programs of the same person could
// listen there, and could as well ask the key store itself.
func SecretService(conn *dbus.Conn) KeyStore { return &secretService{conn} }

type secretService struct{ conn *dbus.Conn }

// bundle is a secret as the Secret Service writes it.
type bundle struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// attributes find our items again.
func attributes(name string) map[string]string {
	return map[string]string{"xdg:schema": schema, "application": "passerby", "name": name}
}

// call calls a method and stores what it returns.
func (s *secretService) call(ctx context.Context, at dbus.ObjectPath, method string, args []any, results ...any) error {
	err := s.conn.Object(secretsName, at).CallWithContext(ctx, secretsAPI+method, 0, args...).Store(results...)
	var failed dbus.Error
	if errors.As(err, &failed) {
		switch failed.Name {
		case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner":
			return fmt.Errorf("%w: no Secret Service is on the session bus; install GNOME Keyring or KWallet", ErrNoKeyStore)
		case "org.freedesktop.Secret.Error.IsLocked":
			return ErrLocked
		}
	}
	if err != nil {
		return fmt.Errorf("the Secret Service: %s: %w", method, err)
	}
	return nil
}

// find returns our items of a name, unlocked if the person lets us.
func (s *secretService) find(ctx context.Context, name string) ([]dbus.ObjectPath, error) {
	var open, locked []dbus.ObjectPath
	if err := s.call(ctx, secretsPath, "Service.SearchItems", []any{attributes(name)}, &open, &locked); err != nil {
		return nil, err
	}
	if len(locked) > 0 {
		if err := s.unlock(ctx, locked); err != nil {
			return nil, err
		}
	}
	return append(open, locked...), nil
}

func (s *secretService) unlock(ctx context.Context, objects []dbus.ObjectPath) error {
	var done []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := s.call(ctx, secretsPath, "Service.Unlock", []any{objects}, &done, &prompt); err != nil {
		return err
	}
	return s.ask(ctx, prompt)
}

// ask waits until the person has answered a prompt, if there is one.
func (s *secretService) ask(ctx context.Context, prompt dbus.ObjectPath) error {
	if prompt == noObject {
		return nil
	}
	match := []dbus.MatchOption{
		dbus.WithMatchObjectPath(prompt), dbus.WithMatchInterface(secretsAPI + "Prompt"), dbus.WithMatchMember("Completed"),
	}
	if err := s.conn.AddMatchSignalContext(ctx, match...); err != nil {
		return fmt.Errorf("the Secret Service: wait for a prompt: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
		defer cancel()
		_ = s.conn.RemoveMatchSignalContext(ctx, match...)
	}()
	signals := make(chan *dbus.Signal, 16)
	s.conn.Signal(signals)
	defer s.conn.RemoveSignal(signals)
	if err := s.call(ctx, prompt, "Prompt.Prompt", []any{""}); err != nil {
		return err
	}
	for {
		select {
		case signal, ok := <-signals:
			switch {
			case !ok:
				return fmt.Errorf("the Secret Service: %w", dbus.ErrClosed)
			case signal.Path != prompt || signal.Name != secretsAPI+"Prompt.Completed" || len(signal.Body) == 0:
			case signal.Body[0] == false:
				return nil
			default:
				return ErrLocked
			}
		case <-ctx.Done():
			return fmt.Errorf("the Secret Service: wait for a prompt: %w", ctx.Err())
		}
	}
}

// session opens a session in which secrets are not encrypted once more.
func (s *secretService) session(ctx context.Context) (path dbus.ObjectPath, end func(), err error) {
	var output dbus.Variant
	if err := s.call(ctx, secretsPath, "Service.OpenSession", []any{"plain", dbus.MakeVariant("")}, &output, &path); err != nil {
		return "", nil, err
	}
	return path, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
		defer cancel()
		_ = s.call(ctx, path, "Session.Close", nil)
	}, nil
}

// Get implements KeyStore.
func (s *secretService) Get(ctx context.Context, name string) ([]byte, error) {
	items, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, ErrNoKey
	}
	session, end, err := s.session(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	var b bundle
	if err := s.call(ctx, items[0], "Item.GetSecret", []any{session}, &b); err != nil {
		return nil, err
	}
	defer clear(b.Value)
	if len(b.Value) > maxSecret {
		return nil, ErrNoKey
	}
	key := make([]byte, hex.DecodedLen(len(b.Value)))
	if _, err := hex.Decode(key, b.Value); err != nil {
		return nil, ErrNoKey
	}
	return key, nil
}

// Set implements KeyStore. The key is stored as hexadecimal digits, because not
// every Secret Service keeps bytes that are no text.
func (s *secretService) Set(ctx context.Context, name string, key []byte) error {
	var collection dbus.ObjectPath
	if err := s.call(ctx, secretsPath, "Service.ReadAlias", []any{"default"}, &collection); err != nil {
		return err
	}
	if collection == noObject {
		return fmt.Errorf("%w: the Secret Service has no default keyring; make one and choose again", ErrNoKeyStore)
	}
	if err := s.unlock(ctx, []dbus.ObjectPath{collection}); err != nil {
		return err
	}
	session, end, err := s.session(ctx)
	if err != nil {
		return err
	}
	defer end()
	value := hex.AppendEncode(nil, key)
	defer clear(value)
	properties := map[string]dbus.Variant{
		secretsAPI + "Item.Label":      dbus.MakeVariant("Passerby"),
		secretsAPI + "Item.Attributes": dbus.MakeVariant(attributes(name)),
	}
	var item, prompt dbus.ObjectPath
	err = s.call(ctx, collection, "Collection.CreateItem",
		[]any{properties, bundle{session, nil, value, "text/plain"}, true}, &item, &prompt)
	if err != nil {
		return err
	}
	return s.ask(ctx, prompt)
}

// Delete implements KeyStore.
func (s *secretService) Delete(ctx context.Context, name string) error {
	items, err := s.find(ctx, name)
	if err != nil {
		return err
	}
	for _, item := range items {
		var prompt dbus.ObjectPath
		if err := s.call(ctx, item, "Item.Delete", nil, &prompt); err != nil {
			return err
		}
		if err := s.ask(ctx, prompt); err != nil {
			return err
		}
	}
	return nil
}
