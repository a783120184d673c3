// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Plot is a small picture of some curves, written by hand as SVG: no library
// is needed for a dozen lines, and the same curves give the same bytes.
type Plot struct {
	Title, X, Y string
	Lines       []Line
	Top         float64 // of the Y axis; as high as the highest point where it is 0
	LogX        bool
	Aim         float64 // a dashed line, where it is not 0
}

// Line is one curve.
type Line struct {
	Name string
	X, Y []float64 // points whose Y is no number, or infinite, are left out
}

// The picture has these measures, in pixels.
const (
	plotWidth, plotHeight   = 560, 320
	plotLeft, plotTop       = 62, 34
	plotRight, plotBottom   = 190, 46
	innerWidth, innerHeight = plotWidth - plotLeft - plotRight, plotHeight - plotTop - plotBottom
	ticks                   = 5
)

// colours can be told apart by those who see few: they are Okabe and Ito's.
var colours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"}

// SVG returns the picture.
func (p Plot) SVG() []byte {
	low, high, top := math.Inf(1), math.Inf(-1), p.Top
	for _, l := range p.Lines {
		for i := range l.X {
			low, high = min(low, l.X[i]), max(high, l.X[i])
			if p.Top == 0 && !math.IsInf(l.Y[i], 0) && !math.IsNaN(l.Y[i]) {
				top = max(top, l.Y[i])
			}
		}
	}
	if p.Top == 0 {
		top = ceiling(max(top, p.Aim))
	}
	scale := func(x float64) float64 { return x }
	if p.LogX {
		scale = math.Log10
	}
	atX := func(x float64) float64 {
		return plotLeft + innerWidth*(scale(x)-scale(low))/(scale(high)-scale(low))
	}
	atY := func(y float64) float64 { return plotTop + innerHeight*(1-min(y, top)/top) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="11">`+"\n", plotWidth, plotHeight, plotWidth, plotHeight)
	fmt.Fprintf(&b, `<title>%s</title><rect width="100%%" height="100%%" fill="#fff"/>`+"\n", html.EscapeString(p.Title))
	text := func(x, y float64, anchor, s string) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(s))
	}
	fmt.Fprintf(&b, `<text x="%d" y="18" font-size="13" font-weight="bold">%s</text>`+"\n", plotLeft, html.EscapeString(p.Title))
	for i := range ticks + 1 {
		y := top * float64(i) / ticks
		fmt.Fprintf(&b, `<path d="M%d %.1fh%d" stroke="#ddd"/>`+"\n", plotLeft, atY(y), innerWidth)
		text(plotLeft-6, atY(y)+4, "end", short(y))
	}
	for _, x := range p.Lines[0].X {
		fmt.Fprintf(&b, `<path d="M%.1f %dv4" stroke="#000"/>`+"\n", atX(x), plotTop+innerHeight)
		text(atX(x), plotTop+innerHeight+16, "middle", short(x))
	}
	text(plotLeft+innerWidth/2, plotHeight-10, "middle", p.X)
	fmt.Fprintf(&b, `<text transform="translate(14 %d) rotate(-90)" text-anchor="middle">%s</text>`+"\n", plotTop+innerHeight/2, html.EscapeString(p.Y))
	if p.Aim != 0 {
		fmt.Fprintf(&b, `<path d="M%d %.1fh%d" stroke="#000" stroke-dasharray="5 4"/>`+"\n", plotLeft, atY(p.Aim), innerWidth)
		text(plotLeft+innerWidth+6, atY(p.Aim)+4, "start", "aim")
	}
	for i, l := range p.Lines {
		colour := colours[i%len(colours)]
		var points []string
		for j := range l.X {
			if math.IsNaN(l.Y[j]) || math.IsInf(l.Y[j], 0) {
				continue
			}
			points = append(points, fmt.Sprintf("%.1f,%.1f", atX(l.X[j]), atY(l.Y[j])))
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"/>`+"\n", atX(l.X[j]), atY(l.Y[j]), colour)
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", strings.Join(points, " "), colour)
		y := float64(plotTop + 12 + 17*i)
		fmt.Fprintf(&b, `<path d="M%d %.1fh16" stroke="%s" stroke-width="2"/>`+"\n", plotLeft+innerWidth+12, y-4, colour)
		text(plotLeft+innerWidth+32, y, "start", l.Name)
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// ceiling returns the next round number.
func ceiling(y float64) float64 {
	if y <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(y)))
	for _, n := range []float64{1, 1.5, 2, 3, 4, 5, 6, 8} {
		if y <= n*unit {
			return n * unit
		}
	}
	return 10 * unit
}

func short(x float64) string {
	if x >= 10_000 {
		return fmt.Sprintf("%.0fk", x/1000)
	}
	return fmt.Sprintf("%.3g", x)
}
