// SPDX-License-Identifier: GPL-3.0-or-later

package assets_test

import (
	"bytes"
	"image/png"
	"os"
	"strings"
	"testing"

	"passerby/assets"
)

func TestMarkHasTwoStrokes(t *testing.T) {
	one, other, err := assets.Strokes()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(one, "M") || !strings.HasPrefix(other, "M") || one == other {
		t.Errorf("strokes are %q and %q", one, other)
	}
}

func TestIconShowsTheMark(t *testing.T) {
	// given the two drawings
	one, other, err := assets.Strokes()
	if err != nil {
		t.Fatal(err)
	}
	icon, err := os.ReadFile("icon.svg")
	if err != nil {
		t.Fatal(err)
	}

	// then both hold the same strokes, and the picture is square
	for _, d := range []string{one, other} {
		if !bytes.Contains(icon, []byte(d)) {
			t.Errorf("icon.svg lacks the stroke %q", d)
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
