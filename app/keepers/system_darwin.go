// SPDX-License-Identifier: GPL-3.0-or-later

package keepers

import "fmt"

// System says that there is none: the Keychain of macOS is reached through
// Apple's C libraries, which Passerby's own code does not call, or through a
// program, which it does not start.
func System(string) (KeyStore, error) {
	return nil, fmt.Errorf("%w: Passerby cannot use the Keychain of macOS", ErrNoKeyStore)
}
