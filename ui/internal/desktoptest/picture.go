// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package desktoptest

import (
	"image"
	"image/color"
	"slices"
)

// Block returns the largest rectangle in a picture whose rows are each, from
// edge to edge or nearly so, of one colour: a button, whose label only breaks
// some of its rows. It must be at least as large as least.
func Block(picture *image.NRGBA, colour color.NRGBA, least image.Point) (image.Rectangle, bool) {
	var best image.Rectangle
	var blocks []image.Rectangle
	for y := picture.Rect.Min.Y; y < picture.Rect.Max.Y; y++ {
		for x := picture.Rect.Min.X; x < picture.Rect.Max.X; {
			if picture.NRGBAAt(x, y) != colour {
				x++
				continue
			}
			from := x
			for x < picture.Rect.Max.X && picture.NRGBAAt(x, y) == colour {
				x++
			}
			if x-from < least.X {
				continue
			}
			block := image.Rect(from, y, x, y+1)
			i := slices.IndexFunc(blocks, func(b image.Rectangle) bool {
				return near(b.Min.X, from) && near(b.Max.X, x) && y-b.Max.Y < least.Y
			})
			if i < 0 {
				blocks = append(blocks, block)
			} else {
				block = block.Union(blocks[i])
				blocks[i] = block
			}
			if size := block.Size(); size.Y >= least.Y && size.X*size.Y > best.Dx()*best.Dy() {
				best = block
			}
		}
	}
	return best, !best.Empty()
}

// near allows for rounded corners.
func near(a, b int) bool { return max(a, b)-min(a, b) <= 10 }

// Centre returns the middle of a rectangle.
func Centre(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }
