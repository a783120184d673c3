// SPDX-License-Identifier: GPL-3.0-or-later

// Command icns makes the icon of a macOS application from a square PNG:
//
//	go run ./packaging/macos/icns assets/icon.png icon.icns
//
// An .icns file is a list of the same picture in several sizes: four letters
// that name a size, a length, and a PNG. Apple's own tool for it runs on macOS
// alone; this one gives the same bytes everywhere, so that what is shipped can be
// looked at anywhere.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"

	"golang.org/x/image/draw"
)

// sizes are the kinds of picture in the file. The ones of 16 and 32 dots for
// screens of low resolution are left out: as PNG they are not shown in
// applications, and macOS scales the others down.
var sizes = []struct {
	name string
	side int
}{
	{"ic07", 128}, {"ic08", 256}, {"ic09", 512},
	{"ic11", 32}, {"ic12", 64}, {"ic13", 256}, {"ic14", 512}, // 16 to 256 points on Retina screens
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: icns PICTURE.png ICON.icns")
		os.Exit(2)
	}
	if err := convert(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "icns:", err)
		os.Exit(1)
	}
}

// convert reads a PNG and writes the icon.
func convert(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	icon, err := encode(data)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, icon, 0o644)
}

// encode returns the icon of a picture, a square PNG that need not be scaled up.
func encode(picture []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	if b := from.Bounds(); b.Dx() != b.Dy() || b.Dx() < 512 {
		return nil, fmt.Errorf("the picture has %d by %d dots, and must be a square of 512 or more", b.Dx(), b.Dy())
	}
	var list bytes.Buffer
	for _, s := range sizes {
		to := image.NewNRGBA(image.Rect(0, 0, s.side, s.side))
		draw.CatmullRom.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
		var dots bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&dots, to); err != nil {
			return nil, err
		}
		list.Write(chunk(s.name, dots.Bytes()))
	}
	return chunk("icns", list.Bytes()), nil
}

// chunk is a name, the length of the whole and what is in it.
func chunk(name string, content []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte(name), uint32(8+len(content))), content...)
}
