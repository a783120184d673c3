// SPDX-License-Identifier: GPL-3.0-or-later

// Package assets holds what the program shows but does not compute: the mark,
// the icon, the typeface and the help page. Everything is embedded, so that the program looks
// the same wherever it starts and reads no file to do so. Only screenshot.png is
// not: it is the README's picture, of the scene "picture" in ui/internal/gallery.
//
// # The mark
//
// Two curved strokes that pass each other: two people on a quiet street. It is
// drawn once, in mark.svg; icon.svg sets the same two paths on a dusk sky, and
// icon.png is rendered from it with
//
//	rsvg-convert -w 512 assets/icon.svg -o assets/icon.png
//
// # The typeface
//
// Lato 2.007 by Łukasz Dziedzic, under the SIL Open Font License 1.1
// (fonts/OFL.txt), unmodified, in the three weights that the window uses. It
// covers Latin, Cyrillic and Greek; other scripts fall back to the system.
package assets

import (
	_ "embed"
	"encoding/xml"
	"fmt"
)

// The typeface, as TrueType.
var (
	//go:embed fonts/Lato-Regular.ttf
	Regular []byte
	//go:embed fonts/Lato-Semibold.ttf
	Semibold []byte
	//go:embed fonts/Lato-Bold.ttf
	Bold []byte
)

// Icon is the program's icon as a PNG of 512 pixels square.
//
//go:embed icon.png
var Icon []byte

// Mark is the mark as an SVG of 96 units square.
//
//go:embed mark.svg
var Mark []byte

// Help is the help page. A line that begins with “= ” is the heading of a
// section; “@ ” stands for something that the program puts there; a line with
// a tab is a key and what it does; any other line is a paragraph. Nothing in it
// is markup.
//
//go:embed help.txt
var Help string

// MarkSize and StrokeWidth are the mark's side and the width of its strokes,
// in the units of mark.svg.
const (
	MarkSize    = 96
	StrokeWidth = 10
)

// Curve is a cubic Bézier curve: its start, two control points, and its end,
// each as x and y.
type Curve [4][2]float64

// Strokes returns the mark's two strokes, so that a front end can colour and
// move them one by one.
func Strokes() (one, other Curve, err error) {
	var mark struct {
		Paths []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal(Mark, &mark); err != nil {
		return one, other, fmt.Errorf("mark.svg: %w", err)
	}
	if len(mark.Paths) != 2 {
		return one, other, fmt.Errorf("mark.svg: %d strokes, not 2", len(mark.Paths))
	}
	for i, c := range []*Curve{&one, &other} {
		_, err := fmt.Sscanf(mark.Paths[i].D, "M%g %gC%g %g %g %g %g %g",
			&c[0][0], &c[0][1], &c[1][0], &c[1][1], &c[2][0], &c[2][1], &c[3][0], &c[3][1])
		if err != nil {
			return one, other, fmt.Errorf("mark.svg: stroke %q: %w", mark.Paths[i].D, err)
		}
	}
	return one, other, nil
}
