// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
)

// windows makes the packages for Windows: an installer, an .msi and a .zip.
func (b *build) windows(ctx context.Context) error {
	b.step("Building tor for Windows")
	dir, err := b.folder("windows")
	if err != nil {
		return err
	}
	tor, err := buildTor(ctx, b.Project, windows, dir)
	if err != nil {
		return err
	}
	b.step("Building Passerby for Windows")
	program, err := buildProgram(ctx, b.Project, windows, tor.sha256, dir)
	if err != nil {
		return err
	}
	b.programs = append(b.programs, program)
	return nil
}
