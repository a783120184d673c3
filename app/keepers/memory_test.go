// SPDX-License-Identifier: GPL-3.0-or-later

package keepers_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"passerby/app/keepers"
	"passerby/net/onion"
)

var monday = time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC)

const oneDay = 24 * time.Hour

func address() onion.Address { return onion.GenerateKey().Address() }

// files returns the names of all files in dir.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no problem")
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func sameKeys(a, b []onion.Address) bool {
	compare := func(x, y onion.Address) int { return bytes.Compare(x[:], y[:]) }
	slices.SortFunc(a, compare)
	slices.SortFunc(b, compare)
	return slices.Equal(a, b)
}

func TestKeepersAreRemembered(t *testing.T) {
	dir, store := t.TempDir(), newFakeStore()
	p := keepers.Params{Dir: dir, Keys: store, Agreed: true}
	m := keepers.OpenMemory(t.Context(), p, monday)
	if len(m.Keepers(monday)) != 0 || m.Problem() != nil || len(files(t, dir)) != 0 {
		t.Fatal("something is there before anybody was met")
	}
	// given three that were met
	met := []onion.Address{address(), address(), address()}
	for _, a := range met {
		m.Met(t.Context(), a, monday)
	}
	// then the next run knows them
	again := keepers.OpenMemory(t.Context(), p, monday.Add(oneDay))
	if !sameKeys(again.Keepers(monday.Add(oneDay)), met) || again.Problem() != nil {
		t.Fatalf("it knows %v, %v", again.Keepers(monday), again.Problem())
	}
	// and the file shows nothing of it
	file := filepath.Join(dir, keepers.MemoryName)
	b, err := os.ReadFile(file)
	if err != nil || again.Kept() != file {
		t.Fatal(err, again.Kept())
	}
	for _, a := range met {
		if bytes.Contains(b, a[:8]) {
			t.Error("a key can be read in the file")
		}
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Error(info.Mode(), err)
	}
	// nor how many there are
	again.Met(t.Context(), address(), monday.Add(oneDay))
	if now, err := os.ReadFile(file); err != nil || len(now) != len(b) || bytes.Equal(now, b) {
		t.Error("the size tells, or nothing was written")
	}
	// and after a week they are forgotten, but for whom was met since
	if got := again.Keepers(monday.Add(8 * oneDay)); len(got) != 1 {
		t.Errorf("%d are known after a week", len(got))
	}
}

func TestNobodyFillsTheMemoryAtOnce(t *testing.T) {
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: t.TempDir(), Keys: newFakeStore(), Agreed: true}, monday)
	friend := address()
	m.Met(t.Context(), friend, monday)
	for d := range 6 {
		now := monday.Add(time.Duration(d) * oneDay)
		m.Met(t.Context(), friend, now)
		for range 50 {
			m.Met(t.Context(), address(), now)
		}
		got := m.Keepers(now)
		if want := min(keepers.MaxNew*(d+1), keepers.Max); len(got) != want {
			t.Errorf("day %d: %d are known, not %d", d, len(got), want)
		}
		if !slices.Contains(got, friend) {
			t.Fatalf("day %d: whom we meet every day is forgotten", d)
		}
	}
}

func TestWhomWeMetTodayStays(t *testing.T) {
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: t.TempDir(), Keys: newFakeStore(), Agreed: true}, monday)
	var friends []onion.Address
	now := monday
	for i := range keepers.Max {
		now = monday.Add(time.Duration(i/keepers.MaxNew) * oneDay)
		friends = append(friends, address())
		m.Met(t.Context(), friends[i], now)
	}
	now = now.Add(oneDay)
	for _, a := range friends[1:] {
		m.Met(t.Context(), a, now)
	}
	// when there is no room, then the one that was not there goes, and no other
	stranger := address()
	m.Met(t.Context(), stranger, now)
	m.Met(t.Context(), address(), now)
	if got := m.Keepers(now); !sameKeys(got, append(friends[1:], stranger)) {
		t.Errorf("%d are known", len(got))
	}
}

func TestWithoutConsentNothingIsKept(t *testing.T) {
	dir, store := t.TempDir(), newFakeStore()
	p := keepers.Params{Dir: dir, Keys: store}
	m := keepers.OpenMemory(t.Context(), p, monday)
	m.Met(t.Context(), address(), monday)
	if len(m.Keepers(monday)) != 0 || len(files(t, dir)) != 0 || len(store.keys) != 0 || m.Kept() != "" {
		t.Fatal("something is kept")
	}
	// when the person agrees, then it is
	m.Agree(t.Context(), monday)
	m.Met(t.Context(), address(), monday)
	if len(files(t, dir)) != 1 || len(store.keys) != 1 {
		t.Fatal("nothing is kept")
	}
	// and when consent is withdrawn, all of it is gone
	if err := m.Withdraw(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(m.Keepers(monday)) != 0 || len(files(t, dir)) != 0 || len(store.keys) != 0 || m.Problem() != nil {
		t.Error("something is left")
	}
	// also where it was withdrawn while we did not look
	m.Agree(t.Context(), monday)
	m.Met(t.Context(), address(), monday)
	keepers.OpenMemory(t.Context(), p, monday)
	if len(files(t, dir)) != 0 || len(store.keys) != 0 {
		t.Error("the next run leaves it there")
	}
}

func TestWithoutAKeyStoreNothingIsKept(t *testing.T) {
	dir := t.TempDir()
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: dir, Agreed: true}, monday)
	m.Met(t.Context(), address(), monday)
	if len(files(t, dir)) != 0 || len(m.Keepers(monday)) != 0 || m.Kept() != "" {
		t.Error("something is kept")
	}
	says(t, m.Problem(), "cannot be kept", "no key store")
	_, reason := keepers.System(dir)
	if runtime.GOOS != "windows" {
		m = keepers.OpenMemory(t.Context(), keepers.Params{Dir: dir, Reason: reason, Agreed: true}, monday)
		if !errors.Is(m.Problem(), keepers.ErrNoKeyStore) {
			t.Errorf("%v", m.Problem())
		}
	}
}

func TestAKeyStoreThatFails(t *testing.T) {
	dir, store := t.TempDir(), newFakeStore()
	p := keepers.Params{Dir: dir, Keys: store, Agreed: true}
	m := keepers.OpenMemory(t.Context(), p, monday)
	m.Met(t.Context(), address(), monday)
	before, err := os.ReadFile(filepath.Join(dir, keepers.MemoryName))
	if err != nil {
		t.Fatal(err)
	}
	store.err = keepers.ErrLocked
	// then nothing is used or written
	m = keepers.OpenMemory(t.Context(), p, monday)
	says(t, m.Problem(), "could not be read", "locked; unlock it")
	m.Met(t.Context(), address(), monday)
	if after, err := os.ReadFile(filepath.Join(dir, keepers.MemoryName)); err != nil || !bytes.Equal(before, after) {
		t.Error("the file was changed", err)
	}
	// and who withdraws learns that the key is left, but the file goes
	says(t, m.Withdraw(t.Context()), "are deleted, but not the key", "locked; unlock it")
	if len(files(t, dir)) != 0 {
		t.Error("the file is left")
	}
}

// Whoever agrees learns at once that it is for nothing.
func TestAKeyStoreThatIsNotThere(t *testing.T) {
	store := newFakeStore()
	store.err = fmt.Errorf("%w: nobody answers; do something", keepers.ErrNoKeyStore)
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: t.TempDir(), Keys: store}, monday)
	if m.Problem() != nil {
		t.Error(m.Problem())
	}
	m.Agree(t.Context(), monday)
	says(t, m.Problem(), "cannot be kept", "no key store", "; do something")
	if err := m.Withdraw(t.Context()); err != nil {
		t.Error(err)
	}
}

// A file that cannot be deleted is named.
func TestAFileThatCannotBeDeleted(t *testing.T) {
	dir := t.TempDir()
	p := keepers.Params{Dir: dir, Keys: newFakeStore(), Agreed: true}
	m := keepers.OpenMemory(t.Context(), p, monday)
	m.Met(t.Context(), address(), monday)
	// A folder that is not empty stands where the next file would be written.
	if err := os.MkdirAll(filepath.Join(dir, keepers.MemoryName+".new", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	says(t, m.Withdraw(t.Context()), "could not be deleted", "; delete "+filepath.Join(dir, keepers.MemoryName))
}

func TestBadFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		change func([]byte) []byte
		want   []string
		stays  bool // is not replaced
	}{
		"one bit":         {func(b []byte) []byte { b[len(b)-20] ^= 1; return b }, []string{"could not be read", "is damaged", "; nothing of it is used"}, false},
		"a bit of nonce":  {func(b []byte) []byte { b[25] ^= 1; return b }, []string{"is damaged"}, false},
		"cut off":         {func(b []byte) []byte { return b[:100] }, []string{"is damaged"}, false},
		"a byte too long": {func(b []byte) []byte { return append(b, 0) }, []string{"is damaged"}, false},
		"endless":         {func(b []byte) []byte { return append(b, make([]byte, 1<<20)...) }, []string{"is damaged"}, false},
		"empty":           {func([]byte) []byte { return nil }, []string{"is not a file of Passerby", "; move that file away"}, true},
		"another's":       {func([]byte) []byte { return []byte("volume=11\n") }, []string{"is not a file of Passerby", "; move that file away"}, true},
		"a newer one's":   {func([]byte) []byte { return []byte("Passerby keepers 2\nshields up") }, []string{"newer Passerby", "; move that file away"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir, store := t.TempDir(), newFakeStore()
			p := keepers.Params{Dir: dir, Keys: store, Agreed: true}
			keepers.OpenMemory(t.Context(), p, monday).Met(t.Context(), address(), monday)
			file := filepath.Join(dir, keepers.MemoryName)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b = tc.change(b)
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			m := keepers.OpenMemory(t.Context(), p, monday)
			if len(m.Keepers(monday)) != 0 {
				t.Error("it is used")
			}
			says(t, m.Problem(), append(tc.want, file)...)
			m.Met(t.Context(), address(), monday)
			after, err := os.ReadFile(file)
			if err != nil || bytes.Equal(after, b) != tc.stays {
				t.Errorf("replaced: %v, %v", !bytes.Equal(after, b), err)
			}
			if (m.Problem() != nil) != tc.stays {
				t.Errorf("then %v", m.Problem())
			}
		})
	}
}

func TestWhatIsNoFileIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, keepers.MemoryName)
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: dir, Keys: newFakeStore(), Agreed: true}, monday)
	m.Met(t.Context(), address(), monday)
	says(t, m.Problem(), "is not a file of Passerby")
	if err := m.Withdraw(t.Context()); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || !info.IsDir() {
		t.Error("it is gone", err)
	}
}

func TestTheKeyIsGone(t *testing.T) {
	dir, store := t.TempDir(), newFakeStore()
	p := keepers.Params{Dir: dir, Keys: store, Agreed: true}
	keepers.OpenMemory(t.Context(), p, monday).Met(t.Context(), address(), monday)
	clear(store.keys)
	m := keepers.OpenMemory(t.Context(), p, monday)
	says(t, m.Problem(), "its key is gone", "written anew")
	m.Met(t.Context(), address(), monday)
	if m.Problem() != nil || len(keepers.OpenMemory(t.Context(), p, monday).Keepers(monday)) != 1 {
		t.Error("it does not begin anew", m.Problem())
	}
}

func TestWhereNothingCanBeWritten(t *testing.T) {
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: filepath.Join(t.TempDir(), "nowhere"), Keys: newFakeStore(), Agreed: true}, monday)
	m.Met(t.Context(), address(), monday)
	says(t, m.Problem(), "cannot be kept", "nowhere")
	if len(m.Keepers(monday)) != 1 {
		t.Error("it does not even hold for this run")
	}
}

// What a run that was killed while it wrote has left is written over.
func TestALeftoverIsNoObstacle(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, keepers.MemoryName+".new"), []byte("half a f"), 0o444); err != nil {
		t.Fatal(err)
	}
	m := keepers.OpenMemory(t.Context(), keepers.Params{Dir: dir, Keys: newFakeStore(), Agreed: true}, monday)
	m.Met(t.Context(), address(), monday)
	if got := files(t, dir); m.Problem() != nil || !slices.Equal(got, []string{keepers.MemoryName}) {
		t.Error(got, m.Problem())
	}
}
