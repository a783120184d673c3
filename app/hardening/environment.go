// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"fmt"
	"strings"
)

// Refuse returns an error, which tells a person what to do, if a variable in
// environ (as of [os.Environ]) makes the libraries or Go's runtime show what
// they should not. They read them before main runs and cannot be told
// otherwise, so refusing is all that can be done:
//
//   - GOLOG_*: libp2p would log peers and addresses.
//   - GOTRACEBACK=crash and =wer: a panic would end in SIGABRT or in an error
//     report of the system, either of which is there to dump memory. The other
//     levels only make a text longer that leads nowhere.
//   - GODEBUG: changes Go's runtime and standard library in ways too many to
//     judge, some of which trace what they do.
func Refuse(environ []string) error {
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		does := ""
		switch {
		case value == "":
		case strings.HasPrefix(name, "GOLOG_"):
			does = "would log peers and addresses"
		case name == "GOTRACEBACK" && (value == "crash" || value == "wer"):
			does = "would dump the memory after a fault"
		case name == "GODEBUG":
			does = "changes how the program works inside"
		}
		if does != "" {
			return fmt.Errorf("the environment sets %s, which %s; unset it and start again", name, does)
		}
	}
	return nil
}
