// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"testing"

	"passerby/assets"
)

// picture is a PNG of one colour.
func picture(t *testing.T, wide, high int) []byte {
	t.Helper()
	p := image.NewNRGBA(image.Rect(0, 0, wide, high))
	for i := range wide * high {
		p.SetNRGBA(i%wide, i/wide, color.NRGBA{200, 100, 50, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheIconHoldsEverySize(t *testing.T) {
	// Given the program's own icon
	// When it is made into an icon for macOS
	icon, err := encode(assets.Icon)
	if err != nil {
		t.Fatal(err)
	}
	// Then the file says its own length, and holds each size once, to the end.
	if string(icon[:4]) != "icns" || int(binary.BigEndian.Uint32(icon[4:])) != len(icon) {
		t.Fatalf("the file begins with %q and has %d bytes", icon[:8], len(icon))
	}
	rest := icon[8:]
	for _, s := range sizes {
		if len(rest) < 8 || string(rest[:4]) != s.name {
			t.Fatalf("%s is missing", s.name)
		}
		n := int(binary.BigEndian.Uint32(rest[4:]))
		p, err := png.Decode(bytes.NewReader(rest[8:n]))
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if b := p.Bounds(); b.Dx() != s.side || b.Dy() != s.side {
			t.Errorf("%s has the bounds %v, not a side of %d", s.name, b, s.side)
		}
		rest = rest[n:]
	}
	if len(rest) != 0 {
		t.Errorf("%d bytes too many", len(rest))
	}
}

func TestScalingKeepsTheColour(t *testing.T) {
	icon, err := encode(picture(t, 600, 600))
	if err != nil {
		t.Fatal(err)
	}
	n := binary.BigEndian.Uint32(icon[12:])
	p, err := png.Decode(bytes.NewReader(icon[16 : 8+n]))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, a := p.At(64, 64).RGBA(); r>>8 != 200 || g>>8 != 100 || b>>8 != 50 || a>>8 != 255 {
		t.Errorf("the colour became %d %d %d %d", r>>8, g>>8, b>>8, a>>8)
	}
}

func TestPicturesThatMakeNoIcon(t *testing.T) {
	for name, data := range map[string][]byte{
		"not a PNG":    []byte("picture"),
		"cut off":      assets.Icon[:len(assets.Icon)/2],
		"not a square": picture(t, 512, 600),
		"too small":    picture(t, 256, 256),
	} {
		if _, err := encode(data); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
