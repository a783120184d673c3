// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"image/png"
	"os"
	"strconv"
	"strings"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// manifest is what Windows is told of the program before it starts: that it
// scales itself on each screen, takes paths of any length and text in UTF-8, and
// wants no rights but its user's.
//
//go:embed files/windows/passerby.manifest
var manifest []byte

// torManifest tells Windows that tor takes text in UTF-8 and paths of any
// length. Without it, tor finds no profile below a user's folder whose name the
// system's old code page cannot spell.
//
//go:embed files/windows/tor.manifest
var torManifest []byte

// iconSizes are the sizes in which Windows shows icons, at the scales from 100
// to 400 %.
var iconSizes = []int{16, 20, 24, 32, 40, 48, 64, 96, 128, 256}

// windowsIcon makes the icon of FyneApp.toml into one for Windows, which holds it in many
// sizes.
func windowsIcon(p Project) (*winres.Icon, error) {
	file := p.path(p.Details.Icon)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	return winres.NewIconFromResizedImage(picture, iconSizes)
}

// describeProgram writes manifest, icon and version into the program at path. It is done
// after linking, so that nothing of it lies about in the source.
func describeProgram(p Project, icon *winres.Icon, path string) error {
	set := &winres.ResourceSet{}
	if err := set.SetIcon(winres.Name("APPICON"), icon); err != nil {
		return err
	}
	info, err := versionInfo(p)
	if err != nil {
		return err
	}
	set.SetVersionInfo(info)
	return writeResources(set, manifest, path)
}

// describeTor writes a manifest into the tor at path.
func describeTor(path string) error {
	return writeResources(&winres.ResourceSet{}, torManifest, path)
}

// versionInfo is what the properties of the file show.
func versionInfo(p Project) (version.Info, error) {
	info := version.Info{Type: version.App}
	for i, n := range strings.Split(p.Details.Version, ".") {
		number, err := strconv.ParseUint(n, 10, 16)
		if err != nil {
			return info, fmt.Errorf("version %s: %w", p.Details.Version, err)
		}
		info.FileVersion[i] = uint16(number)
	}
	info.ProductVersion = info.FileVersion
	for key, value := range map[string]string{
		version.ProductName:      p.Details.Name,
		version.FileDescription:  p.Details.Name,
		version.CompanyName:      p.Details.Name,
		version.InternalName:     p.Details.ID,
		version.OriginalFilename: "passerby.exe",
		version.FileVersion:      p.Details.Version,
		version.ProductVersion:   p.Details.Version,
		version.LegalCopyright:   "GPL-3.0-or-later",
		version.Comments:         p.LinuxAndBSD.Comment,
	} {
		if err := info.Set(version.LangDefault, key, value); err != nil {
			return info, err
		}
	}
	return info, nil
}

// writeResources writes resources and a manifest into the program at path.
func writeResources(set *winres.ResourceSet, manifest []byte, path string) error {
	if err := set.Set(winres.RT_MANIFEST, winres.ID(1), version.LangDefault, manifest); err != nil {
		return err
	}
	built, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var described bytes.Buffer
	if err := set.WriteToEXE(&described, bytes.NewReader(built), winres.ForceCheckSum()); err != nil {
		return fmt.Errorf("writing resources into %s: %w", path, err)
	}
	return os.WriteFile(path, described.Bytes(), 0o755)
}
