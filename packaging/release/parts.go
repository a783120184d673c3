// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

// listParts writes what the programs are made of, as a CycloneDX list in JSON:
// Go and its modules, as each program says itself, and what tor is built from.
// Format: https://cyclonedx.org/specification/overview/.
func (b *build) listParts() error {
	name := b.base() + ".cdx.json"
	b.step("Listing the parts in " + name)
	seen := make(map[string]cyclonedx.Component)
	for _, program := range b.programs {
		linked, goVersion, err := modules(program)
		if err != nil {
			return err
		}
		version, _, _ := strings.Cut(strings.TrimPrefix(strings.Fields(goVersion)[0], "go"), "-X:") // experiments
		seen["go"] = component("go", version, "pkg:golang/stdlib@"+version)
		for _, m := range linked {
			c := component(m.Path, m.Version, "pkg:golang/"+m.Path+"@"+m.Version)
			c.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: m.Sum}}
			seen[m.Path] = c
		}
	}
	if !b.systemTor {
		sources, err := readSources(b.path("packaging/tor/sources.txt"))
		if err != nil {
			return err
		}
		for _, s := range sources {
			c := component(s.name, s.version, "pkg:generic/"+s.name+"@"+s.version)
			c.Hashes = &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: s.sha256}}
			if s.url != "-" {
				c.ExternalReferences = &[]cyclonedx.ExternalReference{{Type: cyclonedx.ERTypeDistribution, URL: s.url}}
			}
			if _, other := seen[s.name]; !other {
				seen[s.name] = c
			}
		}
	}
	var all []cyclonedx.Component
	for _, c := range seen {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b cyclonedx.Component) int { return cmp.Compare(a.BOMRef, b.BOMRef) })
	self := component(b.Details.Name, b.Details.Version, "pkg:generic/passerby@"+b.Details.Version)
	self.Type = cyclonedx.ComponentTypeApplication
	self.Licenses = &cyclonedx.Licenses{{Expression: "GPL-3.0-or-later"}}
	list := cyclonedx.NewBOM()
	list.Metadata = &cyclonedx.Metadata{Component: &self, Timestamp: b.Date.Format("2006-01-02T15:04:05Z")}
	list.Components = &all
	f, err := os.Create(filepath.Join(b.out, name))
	if err != nil {
		return err
	}
	err = cyclonedx.NewBOMEncoder(f, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(list)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// component is one part; url is its package URL, see
// https://github.com/package-url/purl-spec.
func component(name, version, url string) cyclonedx.Component {
	return cyclonedx.Component{BOMRef: url, Type: cyclonedx.ComponentTypeLibrary, Name: name, Version: version, PackageURL: url}
}

// source is one line of packaging/tor/sources.txt.
type source struct{ name, version, sha256, url string }

// readSources reads what tor is built from. Of lines with one name the first
// counts.
func readSources(file string) ([]source, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []source
	for lines := bufio.NewScanner(f); ; {
		if !lines.Scan() {
			return out, lines.Err()
		}
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 5 {
			return nil, fmt.Errorf("%s: %q has not five columns", file, line)
		}
		out = append(out, source{fields[0], fields[1], fields[2], fields[3]})
	}
}
