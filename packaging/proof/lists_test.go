// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// SHA256SUMS names every file in dist, and each as it is.
func TestSums(t *testing.T) {
	sums := dist(t, "SHA256SUMS")
	run(t, "env", "--chdir="+filepath.Dir(sums), "sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
	named := read(t, sums)
	entries, err := os.ReadDir(filepath.Dir(sums))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), "SHA256SUMS") && !strings.Contains(named, "  "+e.Name()+"\n") {
			t.Errorf("SHA256SUMS does not name %s", e.Name())
		}
	}
}

// The list of parts is one of CycloneDX and names what the program and its tor
// are made of, each with a version.
func TestParts(t *testing.T) {
	var parts struct {
		BOMFormat  string `json:"bomFormat"`
		Components []struct{ Name, Version, Purl string }
	}
	if err := json.Unmarshal([]byte(read(t, dist(t, "passerby-VERSION.cdx.json"))), &parts); err != nil {
		t.Fatal(err)
	}
	if parts.BOMFormat != "CycloneDX" {
		t.Errorf("it is a list of %q", parts.BOMFormat)
	}
	versions := make(map[string]string)
	for _, c := range parts.Components {
		if c.Version == "" || !strings.HasPrefix(c.Purl, "pkg:") {
			t.Errorf("a part without version or address: %+v", c)
		}
		versions[c.Name] = c.Version
	}
	for _, name := range []string{"go", "tor", "libevent", "openssl", "zlib", "fyne.io/fyne/v2", "github.com/libp2p/go-libp2p"} {
		if versions[name] == "" {
			t.Errorf("%s is not named", name)
		}
	}
}
