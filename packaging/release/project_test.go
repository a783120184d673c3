// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// put writes a file and the folders above it.
func put(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestReadProject(t *testing.T) {
	changelog := "- semver: 1.2.3\n  date: 2026-02-03T04:05:06Z\n- semver: 1.2.2\n  date: 2026-01-01T00:00:00Z\n"
	toml := "[Details]\nName = \"N\"\nID = \"a.b\"\nVersion = \"1.2.3\"\nIcon = \"i.png\"\n"
	for name, c := range map[string]struct {
		toml, changelog, version string
		want                     string // what the error says; "" for none
	}{
		"as it is":                    {toml, changelog, "", ""},
		"another version for a trial": {toml, changelog, "0.0.9", ""},
		"a version of two numbers":    {strings.Replace(toml, "1.2.3", "1.2", 1), changelog, "", "three numbers"},
		"a version too large for msi": {toml, changelog, "256.0.0", "three numbers"},
		"a version with a flag in it": {toml, changelog, "1.0.0 -o x", "three numbers"},
		"no icon":                     {strings.Replace(toml, "Icon", "Other", 1), changelog, "", "no Name, ID or Icon"},
		"no TOML":                     {"[", changelog, "", "FyneApp.toml"},
		"a changelog without dates":   {toml, "- semver: 1.2.3\n", "", "no entry with a date"},
		"a changelog that is none":    {toml, "semver: [", "", "changelog.yml"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			put(t, filepath.Join(root, "FyneApp.toml"), c.toml)
			put(t, filepath.Join(root, "packaging", "release", "changelog.yml"), c.changelog)
			p, err := readProject(root, c.version)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("got %v, want an error about %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := "1.2.3"; c.version == "" && p.Details.Version != want || c.version != "" && p.Details.Version != c.version {
				t.Errorf("version %s", p.Details.Version)
			}
			if want := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC); !p.Date.Equal(want) {
				t.Errorf("date %v, want %v", p.Date, want)
			}
		})
	}
}

// The desktop's files name what FyneApp.toml and the changelog name: a package
// must not call itself otherwise than the program.
func TestDesktopFilesSayWhatTheProjectSays(t *testing.T) {
	p, err := readProject(filepath.Join("..", ".."), "")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join("files", "linux", p.Details.ID+name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	desktop, metainfo := read(".desktop"), read(".metainfo.xml")
	for _, line := range []string{
		"Name=" + p.Details.Name, "GenericName=" + p.LinuxAndBSD.GenericName, "Comment=" + p.LinuxAndBSD.Comment, "Icon=" + p.Details.ID,
		"Categories=" + strings.Join(p.LinuxAndBSD.Categories, ";") + ";", "Keywords=" + strings.Join(p.LinuxAndBSD.Keywords, ";") + ";",
	} {
		if !strings.Contains(desktop, "\n"+line+"\n") {
			t.Errorf("the desktop entry has no line %q", line)
		}
	}
	for _, element := range []string{
		"<id>" + p.Details.ID + "</id>", "<name>" + p.Details.Name + "</name>",
		`<release version="` + p.Details.Version + `" date="` + p.Date.Format(time.DateOnly) + `">`,
	} {
		if !strings.Contains(metainfo, element) {
			t.Errorf("the metainfo has no %s", element)
		}
	}
	changelog, err := os.ReadFile(p.changelog())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(changelog), "- semver: "+p.Details.Version+"\n") {
		t.Errorf("the changelog says nothing of version %s", p.Details.Version)
	}
}
