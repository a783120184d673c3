// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	_ "embed"
	"fmt"
	"html"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"
)

//go:embed files/windows/passerby.wxs
var msiTemplate string

// upgradeCode says that all versions are one product, so that one replaces
// another. It must never change.
var upgradeCode = uuid.MustParse("dc94fd38-25c8-492f-a0ec-25490f0798e9")

// msi makes dir/passerby.msi of the tree that lies in dir.
func (b *build) msi(ctx context.Context, dir string, tree Tree) error {
	values, err := b.msiValues(tree)
	if err != nil {
		return err
	}
	const source, out = "passerby.wxs", "passerby.msi"
	if err := fill(filepath.Join(dir, source), source, msiTemplate, html.EscapeString, values); err != nil {
		return err
	}
	if err := (command{dir: dir, args: []string{"wixl", "--arch", "x64", "-o", out, source}}).run(ctx, b.Date); err != nil {
		return fmt.Errorf("making the .msi: %w", err)
	}
	return fixSummary(filepath.Join(dir, out), values["PackageCode"].(string), b.Date)
}

type (
	// msiFolder is a folder below the one that is installed to.
	msiFolder struct{ ID, Name string }
	// msiFile is one file.
	msiFile struct{ ID, Name, Source string }
	// msiComponent is what is installed into one folder. What says that it is
	// there is a value in the registry, as it must be where a component belongs
	// to one user.
	msiComponent struct {
		ID, GUID, Folder, Value string
		Main                    bool // has the program
		Files                   []msiFile
	}
)

// msiValues is what the description takes from the project and the tree. Codes
// are derived from what they stand for: a component is the same one in each
// version, a product in each build of one version, and a package is one .msi.
func (b *build) msiValues(tree Tree) (map[string]any, error) {
	code := func(parts ...string) string {
		return strings.ToUpper(uuid.NewSHA1(upgradeCode, []byte(strings.Join(parts, "\x00"))).String())
	}
	contents := []string{"package", b.Details.Version, msiTemplate}
	components := []msiComponent{{ID: "Main", GUID: code("component", "."), Folder: "INSTALLDIR", Value: "Msi", Main: true}}
	var folders []msiFolder
	for _, dir := range tree.folders() {
		if strings.Contains(dir, "/") {
			return nil, fmt.Errorf("the .msi knows no folders in folders, as %s", dir)
		}
		folders = append(folders, msiFolder{ID: "Folder_" + dir, Name: dir})
		components = append(components, msiComponent{
			ID: "Component_" + dir, GUID: code("component", dir), Folder: "Folder_" + dir, Value: "Msi " + dir,
		})
	}
	for _, e := range tree {
		sum, err := hashFile(e.Source)
		if err != nil {
			return nil, err
		}
		contents = append(contents, e.Path, sum)
		i := 0
		if dir := path.Dir(e.Path); dir != "." {
			i = slices.IndexFunc(components, func(c msiComponent) bool { return c.Folder == "Folder_"+dir })
		}
		components[i].Files = append(components[i].Files, msiFile{
			ID: "File_" + strings.NewReplacer("/", "_").Replace(e.Path), Name: path.Base(e.Path), Source: treeFolder + "/" + e.Path,
		})
	}
	return map[string]any{
		"Name": b.Details.Name, "ID": b.Details.ID, "Version": b.Details.Version, "Comment": b.LinuxAndBSD.Comment, "Icon": iconFile,
		"UpgradeCode": strings.ToUpper(upgradeCode.String()), "ProductCode": code("product", b.Details.Version), "PackageCode": code(contents...),
		"Folders": folders, "Components": components,
	}, nil
}
