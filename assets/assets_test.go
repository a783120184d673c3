// SPDX-License-Identifier: GPL-3.0-or-later

package assets_test

import (
	"bytes"
	"image/png"
	"os"
	"regexp"
	"testing"

	"passerby/assets"
)

func TestMarkHasTwoStrokesThatPass(t *testing.T) {
	one, other, err := assets.Strokes()
	if err != nil {
		t.Fatal(err)
	}
	for i := range one {
		for axis := range 2 {
			// Each stroke is the other one, turned about the middle.
			if sum := one[i][axis] + other[i][axis]; sum != assets.MarkSize {
				t.Errorf("point %d, axis %d: %v and %v", i, axis, one[i][axis], other[i][axis])
			}
		}
	}
}

func TestIconShowsTheMark(t *testing.T) {
	// given the two drawings
	path := regexp.MustCompile(` d="([^"]+)"`)
	icon, err := os.ReadFile("icon.svg")
	if err != nil {
		t.Fatal(err)
	}

	// then both hold the same strokes, and the picture is square
	for _, d := range path.FindAllSubmatch(assets.Mark, -1) {
		if !bytes.Contains(icon, d[1]) {
			t.Errorf("icon.svg lacks the stroke %q", d[1])
		}
	}
	picture, err := png.DecodeConfig(bytes.NewReader(assets.Icon))
	if err != nil {
		t.Fatal(err)
	}
	if picture.Width != 512 || picture.Height != 512 {
		t.Errorf("icon.png is %dx%d", picture.Width, picture.Height)
	}
}

func TestFontsAreTrueType(t *testing.T) {
	for name, font := range map[string][]byte{
		"regular": assets.Regular, "semibold": assets.Semibold, "bold": assets.Bold,
	} {
		if !bytes.HasPrefix(font, []byte{0, 1, 0, 0}) {
			t.Errorf("%s is not a TrueType font", name)
		}
	}
}
