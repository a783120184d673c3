// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// process turns core dumps off and refuses debuggers. Crash reports need no
// measure: Go's runtime catches fatal signals and exits, so macOS sees none.
func process() []Measure {
	return []Measure{
		measured(NoCore, limitCore()),
		measured(NoReading, denyAttach()),
	}
}

func limitCore() error {
	var now unix.Rlimit
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &now); err != nil {
		return fmt.Errorf("limit core dumps: %w", err)
	}
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &now); err != nil {
		return fmt.Errorf("read the limit of core dumps: %w", err)
	}
	if now.Cur != 0 {
		return fmt.Errorf("core dumps may have %d bytes", now.Cur)
	}
	return nil
}

func denyAttach() error {
	if raceBuild {
		return errRace
	}
	if err := unix.PtraceDenyAttach(); err != nil {
		return fmt.Errorf("refuse debuggers: %w", err)
	}
	return nil
}
