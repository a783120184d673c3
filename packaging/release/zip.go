// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"archive/zip"
	"compress/flate"
	"io"
	"os"
	"time"
)

// writeZip writes the tree as a .zip with one folder, root, in it. Its times are
// in UTC, because a .zip knows of no time zones.
func writeZip(out, root string, tree Tree, date time.Time) (err error) {
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	w := zip.NewWriter(file)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(to, flate.BestCompression)
	})
	for _, e := range tree {
		header := &zip.FileHeader{Name: root + "/" + e.Path, Method: zip.Deflate, Modified: date.UTC()}
		header.SetMode(e.Mode)
		entry, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		if err := copyInto(entry, e.Source); err != nil {
			return err
		}
	}
	return w.Close()
}

// copyInto copies what a file holds.
func copyInto(to io.Writer, from string) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(to, file)
	return err
}
