// SPDX-License-Identifier: GPL-3.0-or-later

package clipboard

import (
	"fmt"
	"strings"
)

// Manners is what copying can do on one system.
type Manners struct {
	// Marked says that a copy carries this system's marks that ask for it to
	// be kept in no history.
	Marked bool
	// Stays says that a copy carries a mark that asks for it not to be
	// carried to other devices.
	Stays bool
}

// String says it to the person, in whole sentences.
func (m Manners) String() string {
	var parts []string
	switch {
	case m.Marked && m.Stays:
		parts = append(parts, "What you copy asks to be kept in no clipboard history and to stay on this device.")
	case m.Marked:
		parts = append(parts, "What you copy asks to be kept in no clipboard history.")
	default:
		parts = append(parts, "Asking for what you copy to be kept in no clipboard history cannot be done on this system.")
	}
	parts = append(parts, fmt.Sprintf("Passerby takes it back after %.0f seconds and when it ends; if Passerby is killed, the copy may stay.", Life.Seconds()))
	if m.Marked {
		parts = append(parts, "Other programs can read it until then, and need not do what it asks.")
	} else {
		parts = append(parts, "Other programs can read it until then.")
	}
	return strings.Join(parts, " ")
}
