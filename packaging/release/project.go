// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/BurntSushi/toml"
	"gopkg.in/yaml.v3"
)

// Project is what FyneApp.toml and the changelog say of the program.
type Project struct {
	Root    string // folder of the source, absolute
	Date    time.Time
	Details struct {
		Name, ID, Version, Icon string
	}
	LinuxAndBSD struct {
		GenericName, Comment string
		Categories, Keywords []string
	}
	// Release holds the onion address that copies ask for updates, and the
	// public key of whoever signs them; both may be empty.
	Release struct {
		UpdateKey, UpdateAddress string
	}
}

// versionPattern keeps to what every kind of package can say of a version. An
// .msi knows three numbers, the first two below 256.
var versionPattern = regexp.MustCompile(`^(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\.(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\.(0|[1-9]\d{0,3})$`)

// readProject reads the project at root. A version that is not empty stands in
// for that of FyneApp.toml: to try upgrades.
func readProject(root, version string) (Project, error) {
	p := Project{}
	root, err := filepath.Abs(root)
	if err != nil {
		return p, err
	}
	file := filepath.Join(root, "FyneApp.toml")
	if _, err := toml.DecodeFile(file, &p); err != nil {
		return p, fmt.Errorf("reading %s: %w", file, err)
	}
	p.Root = root
	if version != "" {
		p.Details.Version = version
	}
	if !versionPattern.MatchString(p.Details.Version) {
		return p, fmt.Errorf("%s: version %q is not three numbers as in 1.2.3", file, p.Details.Version)
	}
	if p.Details.Name == "" || p.Details.ID == "" || p.Details.Icon == "" {
		return p, fmt.Errorf("%s names no Name, ID or Icon", file)
	}
	p.Date, err = newest(p.changelog())
	return p, err
}

// changelog is the file that says what is new in each version, in the form that
// nfpm reads.
func (p Project) changelog() string { return p.path("packaging/release/changelog.yml") }

// path returns the path of a file of the source, named with slashes.
func (p Project) path(name string) string { return filepath.Join(p.Root, filepath.FromSlash(name)) }

// newest returns the date of the newest version in the changelog.
func newest(changelog string) (time.Time, error) {
	data, err := os.ReadFile(changelog)
	if err != nil {
		return time.Time{}, err
	}
	var entries []struct{ Date time.Time }
	if err := yaml.Unmarshal(data, &entries); err != nil {
		return time.Time{}, fmt.Errorf("reading %s: %w", changelog, err)
	}
	var last time.Time
	for _, e := range entries {
		if e.Date.After(last) {
			last = e.Date
		}
	}
	if last.IsZero() {
		return last, errors.New(changelog + " has no entry with a date")
	}
	return last.UTC(), nil
}
