// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// licenceFile tells the files that say on which terms something may be used.
var licenceFile = regexp.MustCompile(`(?i)^(LICEN[CS]E|COPYING|NOTICE|PATENTS|COPYRIGHT|OFL|UNLICENSE)([-._].*)?$`)

// modules lists the Go modules that are linked into a program, as the program
// itself says.
func modules(program string) ([]*debug.Module, string, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, "", fmt.Errorf("reading what is linked into %s: %w", program, err)
	}
	var out []*debug.Module
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		out = append(out, m)
	}
	return out, info.GoVersion, nil
}

// notices writes the terms of all that is linked into the program and into the
// tor beside it as one text in folder, and returns its path.
func (b *build) notices(program string, tor torBuild, folder string) (string, error) {
	linked, goVersion, err := modules(program)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "What Passerby %s is made of, and on which terms.\n\n", b.Details.Version)
	section := func(title string, sources ...string) error {
		fmt.Fprintf(&text, "%s\n%s\n\n", title, strings.Repeat("=", len(title)))
		for _, s := range sources {
			data, err := os.ReadFile(s)
			if err != nil {
				return err
			}
			text.Write(bytes.TrimSpace(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))))
			text.WriteString("\n\n")
		}
		return nil
	}
	if err := section("Passerby", b.path("LICENSE")); err != nil {
		return "", err
	}
	if err := section("The typeface Lato", b.path("assets/fonts/OFL.txt")); err != nil {
		return "", err
	}
	if err := section("Tables of places, names and words", b.path("packaging/release/files/tables.txt")); err != nil {
		return "", err
	}
	for _, l := range tor.licences {
		if err := section("In tor: "+strings.TrimSuffix(filepath.Base(l), ".txt"), l); err != nil {
			return "", err
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("asking go for its folder: %w", err)
	}
	if err := section("Go's own packages, "+goVersion, filepath.Join(strings.TrimSpace(string(goroot)), "LICENSE")); err != nil {
		return "", err
	}
	for _, m := range linked {
		texts, err := b.licences(m)
		if err != nil {
			return "", err
		}
		if err := section(m.Path+" "+m.Version, texts...); err != nil {
			return "", err
		}
	}
	file := filepath.Join(folder, "NOTICES")
	return file, os.WriteFile(file, text.Bytes(), 0o644)
}

// licences finds the files in which a module states its terms, at its top and
// beside what it has taken from others.
func (b *build) licences(m *debug.Module) ([]string, error) {
	cmd := exec.Command("go", "list", "-m", "-json", m.Path)
	cmd.Dir = b.Root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("asking go where %s is: %w", m.Path, err)
	}
	var at struct{ Dir, Version string }
	if err := json.Unmarshal(out, &at); err != nil {
		return nil, err
	}
	if at.Version != m.Version || at.Dir == "" {
		return nil, fmt.Errorf("%s %s is linked in, but go finds %s", m.Path, m.Version, at.Version)
	}
	var found []string
	err = filepath.WalkDir(at.Dir, func(name string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "examples" || d.Name() == "example"):
			return filepath.SkipDir
		case d.Type().IsRegular() && licenceFile.MatchString(d.Name()) && !strings.HasSuffix(d.Name(), ".go"):
			found = append(found, name)
		}
		return nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s %s states no terms", m.Path, m.Version)
	}
	slices.Sort(found)
	return found, err
}
