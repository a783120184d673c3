// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "testing"

// The detectors alone, without the rules.
func BenchmarkDetectors(b *testing.B) {
	x := read("hey how are you doing tonight? i just came home from work at 5.30 and made some pasta, nothing special lol", Context{})
	for b.Loop() {
		var found findings
		for _, detect := range detectors {
			detect(x, &found)
		}
	}
}
