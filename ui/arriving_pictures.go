// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/assets"
)

// picture is the picture of a card: a scene on the quiet street of the mark, in
// the colours of the theme and without a word.
type picture struct {
	widget.BaseWidget
	card   int
	height float32 // as it is shown
	image  *canvas.Image
	mark   *mark // before the scene of the first card, else nil
}

// The side lengths of a scene, in its own units.
const (
	sceneWidth  = 480
	sceneHeight = 240
)

func newPicture(card int) *picture {
	p := &picture{card: card, height: pictureLeast, image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	if card == 0 {
		p.mark = newMark(0)
	}
	p.ExtendBaseWidget(p)
	return p
}

func (p *picture) heightFor(float32) float32 { return p.height }

func (p *picture) walk() {
	if p.mark != nil {
		p.mark.walk()
	}
}

func (p *picture) stand() {
	if p.mark != nil {
		p.mark.stand()
	}
}

func (p *picture) CreateRenderer() fyne.WidgetRenderer {
	r := &pictureRenderer{p}
	r.apply()
	return laidOut(r, p.Size())
}

type pictureRenderer struct{ p *picture }

func (r *pictureRenderer) apply() { r.p.image.Resource = scene(r.p.card) }

func (r *pictureRenderer) Layout(size fyne.Size) {
	r.p.image.Resize(size)
	if m := r.p.mark; m != nil {
		scale := min(size.Width/sceneWidth, size.Height/sceneHeight)
		m.side = 168 * scale
		m.Resize(fyne.NewSquareSize(m.side))
		m.Move(fyne.NewPos((size.Width-m.side)/2, (size.Height-m.side)/2+22*scale))
	}
}

func (r *pictureRenderer) MinSize() fyne.Size { return fyne.NewSize(0, r.p.height) }

func (r *pictureRenderer) Refresh() {
	r.apply()
	r.p.image.Refresh()
	if r.p.mark != nil {
		r.p.mark.Refresh()
	}
}

func (r *pictureRenderer) Objects() []fyne.CanvasObject {
	if r.p.mark == nil {
		return []fyne.CanvasObject{r.p.image}
	}
	return []fyne.CanvasObject{r.p.image, r.p.mark}
}

func (r *pictureRenderer) Destroy() { r.p.stand() }

// cardScenes draw the pictures, in the order of the cards.
var cardScenes = [len(cardsWords)]func(*drawing){street, wire, strangers, photograph, pocket}

// scene returns the picture of a card in the colours of the theme. Fyne caches
// pictures by name, so the name holds what it looks like.
func scene(card int) fyne.Resource {
	d := &drawing{}
	d.sky()
	cardScenes[card](d)
	return fyne.NewStaticResource(fmt.Sprintf("card-%d-%s.svg", card, d.hex(colorSurface)+d.hex(colorDawn)), fmt.Appendf(nil,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">%s</svg>`, sceneWidth, sceneHeight, d.b.String()))
}

// drawing collects the shapes of a scene. Fyne's SVG painter does not scale the
// width of lines, so every shape is filled, and lines are outlines of their ink.
type drawing struct{ b strings.Builder }

// ink is a colour of the theme, and how much of it.
type ink struct {
	colour fyne.ThemeColorName
	alpha  float64
}

func full(colour fyne.ThemeColorName) ink { return ink{colour, 1} }

func (*drawing) hex(name fyne.ThemeColorName) string {
	n := color.NRGBAModel.Convert(theme.Color(name)).(color.NRGBA)
	return fmt.Sprintf("%02x%02x%02x", n.R, n.G, n.B)
}

func (d *drawing) path(path string, i ink) {
	fmt.Fprintf(&d.b, `<path fill="#%s" fill-opacity="%.2f" d="%s"/>`, d.hex(i.colour), i.alpha, path)
}

func (d *drawing) disc(x, y, radius float64, i ink) {
	fmt.Fprintf(&d.b, `<circle cx="%g" cy="%g" r="%g" fill="#%s" fill-opacity="%.2f"/>`, x, y, radius, d.hex(i.colour), i.alpha)
}

// box draws a rectangle with round corners.
func (d *drawing) box(x, y, width, height, radius float64, i ink) {
	fmt.Fprintf(&d.b, `<rect x="%g" y="%g" width="%g" height="%g" rx="%g" ry="%g" fill="#%s" fill-opacity="%.2f"/>`,
		x, y, width, height, radius, radius, d.hex(i.colour), i.alpha)
}

// stroke draws along a curve with a round pen.
func (d *drawing) stroke(c assets.Curve, width float64, i ink) { d.path(outline(c, width), i) }

// dashWidth is the width of a fine pen.
const dashWidth = 2.5

// dash draws a fine straight stroke.
func (d *drawing) dash(x1, y1, x2, y2 float64, i ink) {
	d.stroke(assets.Curve{{x1, y1}, {x1 + (x2-x1)/3, y1 + (y2-y1)/3}, {x1 + (x2-x1)*2/3, y1 + (y2-y1)*2/3}, {x2, y2}}, dashWidth, i)
}

// person draws one of the mark's strokes, which stand for people, so high, on
// the ground at x.
func (d *drawing) person(c assets.Curve, x, ground, height float64, i ink) {
	low, high := c[0][1], c[3][1]
	if low > high {
		low, high = high, low
	}
	scale := height / (high - low + assets.StrokeWidth)
	middle := (c[0][0] + c[3][0]) / 2
	for p := range c {
		c[p] = [2]float64{x + (c[p][0]-middle)*scale, ground - (high+assets.StrokeWidth/2-c[p][1])*scale}
	}
	d.stroke(c, assets.StrokeWidth*scale, i)
}

// sky is what every scene stands before: dusk, and the ground.
func (d *drawing) sky() {
	d.box(0, 0, sceneWidth, sceneHeight, 24, full(colorLine))
	d.box(1, 1, sceneWidth-2, sceneHeight-2, 23, full(colorSurface))
	d.path("M1 204H479V216C479 229 469 239 456 239H24C11 239 1 229 1 216Z", full(colorGlow))
}

// house draws a house on the ground, with a roof of its own colour.
func (d *drawing) house(x, top, width float64, walls ink) {
	d.path(fmt.Sprintf("M%g 204V%gL%g %gL%g %gV204Z", x, top+width*0.28, x+width/2, top, x+width, top+width*0.28), walls)
}

// pane draws a window.
func (d *drawing) pane(x, y float64, i ink) { d.box(x, y, 14, 18, 3, i) }
