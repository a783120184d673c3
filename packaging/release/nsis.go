// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed files/windows/installer.nsi
var installerTemplate string

// installer makes dir/passerby-setup.exe of the tree that lies in dir.
func (b *build) installer(ctx context.Context, dir string, tree Tree) error {
	values, err := b.installerValues(tree)
	if err != nil {
		return err
	}
	values["Out"] = "passerby-setup.exe"
	const script = "installer.nsi"
	if err := fill(filepath.Join(dir, script), script, installerTemplate, nsisEscape, values); err != nil {
		return err
	}
	// -NOCONFIG: nothing of this computer's own settings.
	err = command{dir: dir, args: []string{"makensis", "-NOCONFIG", "-NOCD", "-INPUTCHARSET", "UTF8", "-WX", "-V2", script}}.run(ctx, b.Date)
	if err != nil {
		return fmt.Errorf("making the installer: %w", err)
	}
	return nil
}

// nsisFile is a file as the script names it.
type nsisFile struct {
	Folder, Name string // where it is installed; the folder is "" or begins with a backslash
	Source       string
}

// installerValues is what the script takes from the project and the tree.
func (b *build) installerValues(tree Tree) (map[string]any, error) {
	var files []nsisFile
	var programs []string
	var bytes int64
	for _, e := range tree {
		info, err := os.Stat(e.Source)
		if err != nil {
			return nil, err
		}
		bytes += info.Size()
		files = append(files, nsisFile{
			Folder: nsisFolder(path.Dir(e.Path)), Name: path.Base(e.Path),
			Source: treeFolder + "/" + e.Path,
		})
		if strings.HasSuffix(e.Path, ".exe") {
			programs = append(programs, backslashes(e.Path))
		}
	}
	folders := tree.folders()
	slices.Reverse(folders) // children first: they are removed in this order
	for i, f := range folders {
		folders[i] = nsisFolder(f)
	}
	return map[string]any{
		"Name": b.Details.Name, "ID": b.Details.ID, "Version": b.Details.Version, "Comment": b.LinuxAndBSD.Comment,
		"Icon": iconFile, "Files": files, "Folders": folders, "Programs": programs, "Kilobytes": (bytes + 1023) / 1024,
	}, nil
}

// nsisFolder is a folder below the one that is installed to.
func nsisFolder(dir string) string {
	if dir == "." {
		return ""
	}
	return `\` + backslashes(dir)
}

// nsisEscape makes a text one that makensis takes as it is.
func nsisEscape(text string) string {
	return strings.NewReplacer(`$`, `$$`, `"`, `$\"`, "\r", `$\r`, "\n", `$\n`).Replace(text)
}
