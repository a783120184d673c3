// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"
	"image"
	"image/png"
	"os"

	"golang.org/x/image/draw"
)

// writeIcon writes the program's icon as a PNG of size × size pixels.
func writeIcon(to, from string, size int) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	full, err := png.Decode(f)
	if err != nil {
		return fmt.Errorf("reading the icon %s: %w", from, err)
	}
	small := image.NewNRGBA(image.Rect(0, 0, size, size))
	draw.CatmullRom.Scale(small, small.Bounds(), full, full.Bounds(), draw.Src, nil)
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(out, small)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
