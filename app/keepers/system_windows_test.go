// SPDX-License-Identifier: GPL-3.0-or-later

package keepers_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"passerby/app/keepers"
)

func TestDPAPI(t *testing.T) {
	dir := t.TempDir()
	store, err := keepers.System(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Get(t.Context(), "one"); !errors.Is(err, keepers.ErrNoKey) {
		t.Fatal(err)
	}
	if err := store.Set(t.Context(), "one", []byte("key")); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Get(t.Context(), "one"); err != nil || string(got) != "key" {
		t.Errorf("%q, %v", got, err)
	}
	// One key's file is of no use as another's.
	if err := os.Rename(filepath.Join(dir, "one.dpapi"), filepath.Join(dir, "two.dpapi")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Get(t.Context(), "two"); !errors.Is(err, keepers.ErrNoKey) {
		t.Error(err)
	}
	if err := errors.Join(store.Delete(t.Context(), "two"), store.Delete(t.Context(), "two")); err != nil || len(files(t, dir)) != 0 {
		t.Error(files(t, dir), err)
	}
}
