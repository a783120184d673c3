// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

// Who wants to answer a question should know in which language it was put.
func TestFindingsTellTheirLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"how old are you":   "en",
		"de dónde eres":     "es",
		"wo wohnst du denn": "de",
	} {
		found := guard.Check(text, guard.Context{Who: guard.Stranger})
		if len(found) != 1 || found[0].Language != want {
			t.Errorf("%q: found %+v, want one in %q", text, found, want)
		}
	}
	found := guard.Check("4111 1111 1111 1111", guard.Context{})
	if len(found) != 1 || found[0].Language != "" {
		t.Errorf("a number of a card: found %+v, want one in no language", found)
	}
}
