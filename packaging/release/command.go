// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// command is another program that does a part of the work, in an environment
// that tells it nothing of this computer's time zone and language.
type command struct {
	dir  string   // where it runs; "" is here
	env  []string // besides
	args []string
}

// run runs the command; what it prints is shown when it fails.
func (c command) run(ctx context.Context, date time.Time) error {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir = c.dir
	cmd.Env = append(append(os.Environ(), "LC_ALL=C", "TZ=UTC", "SOURCE_DATE_EPOCH="+strconv.FormatInt(date.Unix(), 10)), c.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, out)
	}
	return nil
}
