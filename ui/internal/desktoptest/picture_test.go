// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package desktoptest_test

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"passerby/ui/internal/desktoptest"
)

func TestBlock(t *testing.T) {
	amber, night := color.NRGBA{0xF2, 0xB2, 0x63, 0xFF}, color.NRGBA{0x12, 0x14, 0x1C, 0xFF}
	paint := func(rects ...image.Rectangle) *image.NRGBA {
		picture := image.NewNRGBA(image.Rect(0, 0, 400, 300))
		draw.Draw(picture, picture.Rect, image.NewUniform(night), image.Point{}, draw.Src)
		for _, r := range rects {
			draw.Draw(picture, r, image.NewUniform(amber), image.Point{}, draw.Src)
		}
		return picture
	}
	button := image.Rect(50, 200, 350, 248)
	labelled := paint(button)
	draw.Draw(labelled, image.Rect(150, 215, 250, 232), image.NewUniform(night), image.Point{}, draw.Src)
	rounded := paint(button)
	for i := range 4 {
		for _, y := range []int{200 + i, 247 - i} {
			draw.Draw(rounded, image.Rect(50, y, 54-i, y+1), image.NewUniform(night), image.Point{}, draw.Src)
			draw.Draw(rounded, image.Rect(346+i, y, 350, y+1), image.NewUniform(night), image.Point{}, draw.Src)
		}
	}
	for _, c := range []struct {
		name    string
		picture *image.NRGBA
		want    image.Rectangle
	}{
		{"nothing", paint(), image.Rectangle{}},
		{"plain", paint(button), button},
		{"labelled", labelled, button},
		{"rounded", rounded, button},
		{"beside a thin bar", paint(button, image.Rect(20, 100, 380, 108)), button},
		{"the larger one", paint(button, image.Rect(20, 100, 80, 140)), button},
		{"too small", paint(image.Rect(20, 100, 50, 140)), image.Rectangle{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, found := desktoptest.Block(c.picture, amber, image.Pt(40, 30))
			if got != c.want || found == c.want.Empty() {
				t.Errorf("got %v, %v, want %v", got, found, c.want)
			}
		})
	}
}
