// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !windows && !darwin

package keepers_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"passerby/app/keepers"
)

// bus joins two clients of a bus, so that what one says the other hears.
func bus(t *testing.T) (a, b *dbus.Conn) {
	t.Helper()
	var clients, ends [2]net.Conn
	for i := range ends {
		clients[i], ends[i] = net.Pipe()
	}
	var conns [2]*dbus.Conn
	var all sync.WaitGroup
	for i := range conns {
		var err error
		if conns[i], err = dbus.NewConn(clients[i]); err != nil {
			t.Fatal(err)
		}
		all.Go(func() { welcome(ends[i]) })
		if err := conns[i].Auth([]dbus.Auth{dbus.AuthAnonymous()}); err != nil {
			t.Fatal(err)
		}
	}
	all.Wait()
	for i := range ends {
		all.Go(func() {
			io.Copy(ends[i], ends[1-i])
			ends[i].Close()
			ends[1-i].Close()
		})
	}
	t.Cleanup(func() {
		conns[0].Close()
		conns[1].Close()
		all.Wait()
	})
	return conns[0], conns[1]
}

// welcome is the bus's side of a client's log-in.
func welcome(c net.Conn) {
	one := make([]byte, 1)
	var line []byte
	for {
		if _, err := c.Read(one); err != nil {
			return
		}
		if line = append(line, one[0]); one[0] != '\n' {
			continue
		}
		switch line = bytes.Trim(line, "\x00\r\n"); {
		case bytes.Equal(line, []byte("AUTH")):
			c.Write([]byte("REJECTED ANONYMOUS\r\n"))
		case bytes.HasPrefix(line, []byte("AUTH ")):
			c.Write([]byte("OK 0123456789abcdef\r\n"))
		case bytes.Equal(line, []byte("BEGIN")):
			return
		}
		line = nil
	}
}

// item is one secret in a fakeService.
type item struct {
	attributes map[string]string
	value      []byte
}

// secretOnBus is a secret as it goes over the bus.
type secretOnBus struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// fakeService is a Secret Service.
type fakeService struct {
	conn *dbus.Conn

	mu       sync.Mutex
	items    map[dbus.ObjectPath]*item
	next     int
	locked   bool
	refuses  bool // the person does not unlock it
	none     bool // there is no default keyring
	sessions int
}

const (
	api        = "org.freedesktop.Secret."
	collection = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	prompt     = dbus.ObjectPath("/org/freedesktop/secrets/prompt/1")
	session    = dbus.ObjectPath("/org/freedesktop/secrets/session/1")
)

func newFakeService(t *testing.T) (*fakeService, keepers.KeyStore) {
	t.Helper()
	client, server := bus(t)
	if err := server.Export(busObject{}, "/org/freedesktop/DBus", "org.freedesktop.DBus"); err != nil {
		t.Fatal(err)
	}
	return serve(t, server), keepers.SecretService(client)
}

// serve puts a Secret Service on a bus.
func serve(t *testing.T, server *dbus.Conn) *fakeService {
	t.Helper()
	f := &fakeService{conn: server, items: make(map[dbus.ObjectPath]*item)}
	for _, o := range []struct {
		object any
		path   dbus.ObjectPath
		name   string
	}{
		{serviceObject{f}, "/org/freedesktop/secrets", api + "Service"},
		{collectionObject{f}, collection, api + "Collection"},
		{promptObject{f}, prompt, api + "Prompt"},
		{sessionObject{f}, session, api + "Session"},
	} {
		if err := server.Export(o.object, o.path, o.name); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// lock locks the keyring, or unlocks it.
func (f *fakeService) lock(is bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.locked = is
}

// count returns how many secrets are kept and how many sessions are open.
func (f *fakeService) count() (items, sessions int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.items), f.sessions
}

type busObject struct{}

func (busObject) AddMatch(string) *dbus.Error    { return nil }
func (busObject) RemoveMatch(string) *dbus.Error { return nil }

type serviceObject struct{ f *fakeService }

func (o serviceObject) SearchItems(want map[string]string) (open, locked []dbus.ObjectPath, err *dbus.Error) {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	open, locked = []dbus.ObjectPath{}, []dbus.ObjectPath{}
	for path, i := range o.f.items {
		if !maps.Equal(i.attributes, want) {
			continue
		}
		if o.f.locked {
			locked = append(locked, path)
		} else {
			open = append(open, path)
		}
	}
	return open, locked, nil
}

func (o serviceObject) Unlock([]dbus.ObjectPath) (done []dbus.ObjectPath, p dbus.ObjectPath, err *dbus.Error) {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	if o.f.locked {
		return []dbus.ObjectPath{}, prompt, nil
	}
	return []dbus.ObjectPath{}, "/", nil
}

func (o serviceObject) ReadAlias(name string) (dbus.ObjectPath, *dbus.Error) {
	if o.f.none || name != "default" {
		return "/", nil
	}
	return collection, nil
}

func (o serviceObject) OpenSession(algorithm string, _ dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	if algorithm != "plain" {
		return dbus.MakeVariant(""), "/", dbus.NewError("org.freedesktop.DBus.Error.NotSupported", nil)
	}
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	o.f.sessions++
	return dbus.MakeVariant(""), session, nil
}

type sessionObject struct{ f *fakeService }

func (o sessionObject) Close() *dbus.Error {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	o.f.sessions--
	return nil
}

type promptObject struct{ f *fakeService }

func (o promptObject) Prompt(string) *dbus.Error {
	o.f.mu.Lock()
	o.f.locked = o.f.refuses
	dismissed := o.f.refuses
	o.f.mu.Unlock()
	o.f.conn.Emit(prompt+"2", api+"Prompt.Completed", true, dbus.MakeVariant("")) // somebody else's
	o.f.conn.Emit(prompt, api+"Prompt.Completed", dismissed, dbus.MakeVariant([]dbus.ObjectPath{}))
	return nil
}

type collectionObject struct{ f *fakeService }

func (o collectionObject) CreateItem(properties map[string]dbus.Variant, s secretOnBus, replace bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	attributes, ok := properties[api+"Item.Attributes"].Value().(map[string]string)
	if !ok || o.f.locked || s.Session != session {
		return "/", "/", dbus.NewError(api+"Error.IsLocked", nil)
	}
	for path, i := range o.f.items {
		if replace && maps.Equal(i.attributes, attributes) {
			i.value = s.Value
			return path, "/", nil
		}
	}
	o.f.next++
	path := dbus.ObjectPath(fmt.Sprintf("%s/%d", collection, o.f.next))
	o.f.items[path] = &item{attributes, s.Value}
	if err := o.f.conn.Export(itemObject{o.f, path}, path, api+"Item"); err != nil {
		return "/", "/", dbus.MakeFailedError(err)
	}
	return path, "/", nil
}

type itemObject struct {
	f    *fakeService
	path dbus.ObjectPath
}

func (o itemObject) GetSecret(s dbus.ObjectPath) (secretOnBus, *dbus.Error) {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	i := o.f.items[o.path]
	if i == nil || s != session || o.f.locked {
		return secretOnBus{}, dbus.NewError(api+"Error.IsLocked", nil)
	}
	return secretOnBus{s, []byte{}, i.value, "text/plain"}, nil
}

func (o itemObject) Delete() (dbus.ObjectPath, *dbus.Error) {
	o.f.mu.Lock()
	defer o.f.mu.Unlock()
	delete(o.f.items, o.path)
	return "/", nil
}

func TestSecretService(t *testing.T) {
	f, store := newFakeService(t)
	keepsKeys(t, f, store)
}

// keepsKeys tells whether a key store does what it should.
func keepsKeys(t *testing.T, f *fakeService, store keepers.KeyStore) {
	t.Helper()
	ctx := t.Context()
	// given a key store without our key
	if _, err := store.Get(ctx, "one"); !errors.Is(err, keepers.ErrNoKey) {
		t.Fatal(err)
	}
	if err := store.Delete(ctx, "one"); err != nil {
		t.Fatal(err)
	}
	// when two are set, one of them twice
	for _, s := range []struct{ name, key string }{{"one", "old"}, {"two", "\x00\xff"}, {"one", "new"}} {
		if err := store.Set(ctx, s.name, []byte(s.key)); err != nil {
			t.Fatal(err)
		}
	}
	// then they are there, and locked ones are unlocked
	for _, locked := range []bool{false, true} {
		f.lock(locked)
		for name, want := range map[string]string{"one": "new", "two": "\x00\xff"} {
			if got, err := store.Get(ctx, name); err != nil || string(got) != want {
				t.Errorf("%s is %q, %v", name, got, err)
			}
		}
	}
	if items, sessions := f.count(); items != 2 || sessions != 0 {
		t.Errorf("%d items, %d open sessions", items, sessions)
	}
	// and when one is deleted, it is gone
	if err := store.Delete(ctx, "one"); err != nil {
		t.Fatal(err)
	}
	_, err := store.Get(ctx, "one")
	if items, _ := f.count(); !errors.Is(err, keepers.ErrNoKey) || items != 1 {
		t.Errorf("%v, %d items", err, items)
	}
}

func TestSecretServiceThatStaysLocked(t *testing.T) {
	f, store := newFakeService(t)
	if err := store.Set(t.Context(), "one", []byte("key")); err != nil {
		t.Fatal(err)
	}
	f.locked, f.refuses = true, true
	if _, err := store.Get(t.Context(), "one"); !errors.Is(err, keepers.ErrLocked) {
		t.Error(err)
	}
	if err := store.Set(t.Context(), "two", []byte("key")); !errors.Is(err, keepers.ErrLocked) {
		t.Error(err)
	}
}

func TestSecretServiceWithoutAKeyring(t *testing.T) {
	f, store := newFakeService(t)
	f.none = true
	if err := store.Set(t.Context(), "one", []byte("key")); !errors.Is(err, keepers.ErrNoKeyStore) {
		t.Error(err)
	}
}

func TestSecretServiceWithForeignSecrets(t *testing.T) {
	f, store := newFakeService(t)
	for name, value := range map[string][]byte{
		"no digits": []byte("xyz"), "endless": bytes.Repeat([]byte("00"), 10_000),
	} {
		if err := store.Set(t.Context(), "one", []byte("key")); err != nil {
			t.Fatal(err)
		}
		for _, i := range f.items {
			i.value = value
		}
		if _, err := store.Get(t.Context(), "one"); !errors.Is(err, keepers.ErrNoKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// absent answers as a bus does on which nobody keeps secrets.
type absent struct{}

func (absent) SearchItems(map[string]string) (open, locked []dbus.ObjectPath, err *dbus.Error) {
	return nil, nil, dbus.NewError("org.freedesktop.DBus.Error.ServiceUnknown", nil)
}

func TestBusWithoutASecretService(t *testing.T) {
	client, server := bus(t)
	if err := server.Export(absent{}, "/org/freedesktop/secrets", api+"Service"); err != nil {
		t.Fatal(err)
	}
	if _, err := keepers.SecretService(client).Get(t.Context(), "one"); !errors.Is(err, keepers.ErrNoKeyStore) {
		t.Error(err)
	}
}

// A bus that goes away while it is asked is a problem like any other.
func TestBusThatGoesAway(t *testing.T) {
	client, server := bus(t)
	server.Close()
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: t.TempDir(), Keys: keepers.SecretService(client), Agreed: true}, monday)
	m.Met(t.Context(), address(), monday)
	says(t, m.Problem(), "cannot be kept", "Secret Service")
}

// The memory works over it as over any other.
func TestMemoryInASecretService(t *testing.T) {
	f, store := newFakeService(t)
	p := keepers.Params{Dir: t.TempDir(), Keys: store, Agreed: true}
	keepers.OpenMemory(t.Context(), p, monday).Met(t.Context(), address(), monday)
	m := keepers.OpenMemory(t.Context(), p, monday.Add(time.Hour))
	if len(m.Keepers(monday)) != 1 || m.Problem() != nil {
		t.Error(m.Problem())
	}
	if err := m.Withdraw(t.Context()); err != nil || len(f.items) != 0 {
		t.Errorf("%d items are left, %v", len(f.items), err)
	}
}
