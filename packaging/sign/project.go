// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"
	"os"
	"regexp"

	"passerby/app/update"
)

// project is what FyneApp.toml says that matters here.
type project struct {
	version   update.Version
	updateKey string // "" for none
}

// The two lines, whose keys stand in one table of the file each.
var (
	versionLine = regexp.MustCompile(`(?m)^Version = "([^"]*)"$`)
	keyLine     = regexp.MustCompile(`(?m)^UpdateKey = "([^"]*)"$`)
)

// readProject reads the two lines by themselves: for them the program needs no
// parser of TOML among what it depends on.
func readProject(file string) (project, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return project{}, fmt.Errorf("%w: run it where FyneApp.toml is", err)
	}
	version, key := versionLine.FindSubmatch(data), keyLine.FindSubmatch(data)
	if version == nil || key == nil {
		return project{}, fmt.Errorf("%s has no line 'Version = \"…\"', or none 'UpdateKey = \"…\"'", file)
	}
	p := project{updateKey: string(key[1])}
	if p.version, err = update.ParseVersion(string(version[1])); err != nil {
		return project{}, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}
