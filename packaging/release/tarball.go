// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"archive/tar"
	"bufio"
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/ulikunitz/xz"
)

// tarball makes the archive that runs from any folder. Its program stands at the
// top with tor beside it, the rest in share.
func (b *build) tarball(_ context.Context, t Tree) error {
	name := b.base() + "-linux-amd64"
	b.step("Packing " + name + ".tar.xz")
	moved := Tree{}
	for _, e := range t {
		switch {
		case strings.HasPrefix(e.Path, libFolder+"/"):
			e.Path = strings.TrimPrefix(e.Path, libFolder+"/")
		case strings.HasPrefix(e.Path, "usr/share/"):
			e.Path = strings.TrimPrefix(e.Path, "usr/")
		default: // the link that belongs to a path of programs
			continue
		}
		moved = append(moved, e)
	}
	moved.add("README.md", b.path("README.md"))
	moved.add("LICENSE", b.path("LICENSE"))
	moved, err := moved.sorted()
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(b.out, name+".tar.xz"))
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(f)
	packed, err := xz.WriterConfig{DictCap: 64 << 20, CheckSum: xz.SHA256}.NewWriter(buffered)
	if err == nil {
		err = b.writeTar(packed, name, moved)
	}
	if err == nil {
		err = packed.Close()
	}
	if err == nil {
		err = buffered.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// writeTar writes a tree as a tar archive within one folder.
func (b *build) writeTar(out io.Writer, folder string, t Tree) error {
	w := tar.NewWriter(out)
	header := func(kind byte, name string, mode fs.FileMode) *tar.Header {
		return &tar.Header{
			Typeflag: kind, Name: path.Join(folder, name), Mode: int64(mode), ModTime: b.Date,
			Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
		}
	}
	for _, dir := range append([]string{"."}, t.folders()...) {
		h := header(tar.TypeDir, dir, 0o755)
		h.Name += "/"
		if err := w.WriteHeader(h); err != nil {
			return err
		}
	}
	for _, e := range t {
		data, err := os.ReadFile(e.Source)
		if err != nil {
			return err
		}
		h := header(tar.TypeReg, e.Path, e.Mode)
		h.Size = int64(len(data))
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return w.Close()
}
