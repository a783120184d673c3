// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/tc-hib/winres"
)

// windows makes the packages for Windows: an installer, an .msi and a .zip.
func (b *build) windows(ctx context.Context) error {
	dir, err := b.folder("windows")
	if err != nil {
		return err
	}
	b.step("Building tor for Windows (minutes, the first time)")
	tor, err := buildTor(ctx, b.Project, windows, filepath.Join(dir, "built"))
	if err != nil {
		return err
	}
	if err := describeTor(tor.program); err != nil {
		return err
	}
	if tor.sha256, err = hashFile(tor.program); err != nil {
		return err
	}
	b.step("Building Passerby for Windows")
	program, err := buildProgram(ctx, b.Project, windows, tor.sha256, dir)
	if err != nil {
		return err
	}
	b.programs = append(b.programs, program)
	tree, err := b.windowsTree(program, tor, dir)
	if err != nil {
		return err
	}
	b.step("Packing for Windows")
	return b.packWindows(ctx, dir, program, tree)
}

// packWindows makes the packages of a tree that has the program in it. It works
// in dir.
func (b *build) packWindows(ctx context.Context, dir, program string, tree Tree) error {
	icon, err := windowsIcon(b.Project)
	if err != nil {
		return err
	}
	if err := describeProgram(b.Project, icon, program); err != nil {
		return err
	}
	// Of programs, ours alone is signed: the hash of tor is compiled in.
	signer, err := newSigner(dir)
	if err != nil {
		return err
	}
	if err := signer.sign(ctx, b.Project, program); err != nil {
		return err
	}
	if err := writeZip(b.windowsPackage(".zip"), b.base(), tree, b.Date); err != nil {
		return err
	}
	// Compilers of installers get relative paths alone, so that no path of this
	// computer can end up in what they write.
	if err := tree.write(filepath.Join(dir, treeFolder), b.Date); err != nil {
		return err
	}
	if err := writeICO(filepath.Join(dir, iconFile), icon); err != nil {
		return err
	}
	for end, pack := range map[string]func(context.Context, string, Tree) error{"-setup.exe": b.installer, ".msi": b.msi} {
		if err := pack(ctx, dir, tree); err != nil {
			return err
		}
		made := filepath.Join(dir, "passerby"+end)
		if err := signer.sign(ctx, b.Project, made); err != nil {
			return err
		}
		if err := copyFile(b.windowsPackage(end), made, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// What the compilers of installers find in the folder that they run in.
const (
	treeFolder = "tree"
	iconFile   = "passerby.ico"
)

// windowsPackage is the path of a package for Windows.
func (b *build) windowsPackage(end string) string {
	return filepath.Join(b.out, b.base()+"-"+windows+end)
}

// windowsTree lists what is installed on Windows, from the program's folder.
func (b *build) windowsTree(program string, tor torBuild, dir string) (Tree, error) {
	t := Tree{}
	t.addProgram("passerby.exe", program)
	t.addProgram("tor/tor.exe", tor.program)
	notices, err := b.notices(program, tor, dir)
	if err != nil {
		return nil, err
	}
	for name, source := range map[string]string{
		"LICENSE.txt": b.path("LICENSE"),
		"NOTICES.txt": notices,
		"README.txt":  b.path("packaging/release/files/windows/README.txt"),
	} {
		text := filepath.Join(dir, name)
		if err := writeCRLF(text, source); err != nil {
			return nil, err
		}
		t.add(name, text)
	}
	return t.sorted()
}

// writeCRLF copies a text and ends its lines as Windows does.
func writeCRLF(to, from string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return os.WriteFile(to, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), 0o644)
}

// writeICO writes an icon as a file.
func writeICO(to string, icon *winres.Icon) error {
	var out bytes.Buffer
	if err := icon.SaveICO(&out); err != nil {
		return err
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}

// fill writes the template of an installer's description, with values that
// escape makes fit to stand between double quotes in it.
func fill(to, from, templateText string, escape func(string) string, values map[string]any) error {
	for name, value := range values {
		if text, ok := value.(string); ok {
			values[name] = escape(text)
		}
	}
	t, err := template.New(filepath.Base(from)).Option("missingkey=error").Parse(templateText)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, values); err != nil {
		return fmt.Errorf("filling %s: %w", from, err)
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}

// backslashes is a path in the words of Windows.
func backslashes(path string) string { return strings.ReplaceAll(path, "/", `\`) }
