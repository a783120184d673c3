// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	"testing"
	"time"
)

// The first lookup decodes the tables while somebody types, so it has to be
// quick; the bound is generous for slow and busy computers.
func TestDecodeTime(t *testing.T) {
	start := time.Now()
	readTable(placesFile)
	readTable(countriesFile)
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("decoding took %v", took)
	}
}

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		readTable(placesFile)
		readTable(countriesFile)
	}
}

// Every key has to be what Fold makes of it, and be there once, or no lookup
// will ever find it.
func TestKeys(t *testing.T) {
	t.Parallel()
	for file, data := range map[string][]byte{"places": placesFile, "countries": countriesFile} {
		table := readTable(data)
		seen := make(map[string]bool, len(table.index.keys))
		for _, k := range table.index.keys {
			name := table.index.text[k.start : k.start+k.size]
			if Fold(name) != name {
				t.Errorf("%s: %q is not folded", file, name)
			}
			if seen[name] {
				t.Errorf("%s: %q is there twice", file, name)
			}
			seen[name] = true
		}
		for _, r := range table.rows {
			if r.name == "" || len(r.code) != 2 || file == "places" && r.population <= 0 {
				t.Errorf("%s: a broken entry: %+v", file, r)
			}
		}
	}
}
