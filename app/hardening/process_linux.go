// SPDX-License-Identifier: GPL-3.0-or-later

package hardening

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// coreLimit is how large a core dump may be, in bytes. The kernel writes no
// file that would be smaller than a page. It ignores the limit where dumps go
// to a program, as with systemd-coredump or apport, except for 1, which then
// means none at all (do_coredump in the kernel's fs/coredump.c). Children
// inherit it, so tor dumps nothing either.
const coreLimit = 1

// process keeps the kernel from dumping this process. A process that is not
// dumpable is never dumped, whatever limit and pattern say, and only a
// privileged one may attach to it or read /proc/PID/mem, environ and fd. It
// may itself read its own.
func process() []Measure {
	return []Measure{
		measured(NoCore, limitCore()),
		measured(NoReading, undumpable()),
	}
}

func limitCore() error {
	limit := unix.Rlimit{Cur: coreLimit, Max: coreLimit}
	var old, now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &old); err != nil {
		return fmt.Errorf("read the limit of core dumps: %w", err)
	}
	limit.Max = min(limit.Max, old.Max) // 0 cannot be raised again, and will do
	limit.Cur = min(limit.Cur, limit.Max)
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		return fmt.Errorf("limit core dumps: %w", err)
	}
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &now); err != nil {
		return fmt.Errorf("read the limit of core dumps: %w", err)
	}
	if now != limit {
		return fmt.Errorf("core dumps may have %d bytes", now.Cur)
	}
	return nil
}

func undumpable() error {
	if raceBuild {
		return errRace
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("make the process undumpable: %w", err)
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil {
		return fmt.Errorf("read whether the process is dumpable: %w", err)
	}
	if dumpable != 0 {
		return fmt.Errorf("the process is dumpable: %d", dumpable)
	}
	return nil
}
