// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// face is one weight of the typeface.
type face struct {
	style  fyne.TextStyle
	source fyne.Resource // for words of our own; it has no fallback fonts
}

var (
	regular  = face{}
	semibold = face{style: fyne.TextStyle{Bold: true}}
	bold     = face{source: fontBold}
)

func (f face) measure(size float32) func(string) float32 {
	driver := fyne.CurrentApp().Driver()
	return func(s string) float32 {
		if s == "" {
			return 0
		}
		m, _ := driver.RenderedTextSize(s, size, f.style, f.source)
		return m.Width
	}
}

func (f face) set(t *canvas.Text, s string, size float32, colour fyne.ThemeColorName) {
	t.Text, t.TextSize, t.TextStyle, t.FontSource, t.Color = s, size, f.style, f.source, theme.Color(colour)
}

// sink is how far down, as a part of its size, a text is moved to look centred:
// the typeface has all of its line gap at the bottom.
const sink float32 = 0.1

// Line heights, as multiples of the type size.
const (
	leadingTight float32 = 1.25
	leadingProse float32 = 1.45
)

// prose is a text of our own words, wrapped to the width it is given. Unlike
// Fyne's label it has no margins, any weight, and a line height.
type prose struct {
	widget.BaseWidget
	text    string
	size    float32
	face    face
	colour  fyne.ThemeColorName
	align   fyne.TextAlign
	leading float32
	single  bool // one line, as wide as it needs to be

	width float32
	spans []span
}

func newProse(text string, size float32, f face, colour fyne.ThemeColorName) *prose {
	p := &prose{text: text, size: size, face: f, colour: colour, leading: leadingProse}
	if size >= sizeHeading {
		p.leading = leadingTight
	}
	p.ExtendBaseWidget(p)
	return p
}

func newTitle(text string) *prose { return newProse(text, sizeTitle, bold, colorText) }
func newBody(text string) *prose  { return newProse(text, sizeBody, regular, colorText) }
func newNote() *prose             { return newProse("", sizeNote, regular, colorQuiet) }
func newSmall(text string) *prose { return newProse(text, sizeSmall, regular, colorQuiet) }

// newWord returns a text of one line.
func newWord(text string, size float32, f face, colour fyne.ThemeColorName) *prose {
	p := newProse(text, size, f, colour)
	p.single = true
	return p
}

func (p *prose) centred() *prose {
	p.align = fyne.TextAlignCenter
	return p
}

// set changes the text and tells whether it did.
func (p *prose) set(text string) bool {
	if p.text == text {
		return false
	}
	p.text, p.width = text, 0
	p.Refresh()
	return true
}

func (p *prose) paint(colour fyne.ThemeColorName) {
	if p.colour != colour {
		p.colour = colour
		p.Refresh()
	}
}

func (p *prose) lineHeight() float32 { return p.size * p.leading }

func (p *prose) heightFor(width float32) float32 {
	if p.single {
		return p.lineHeight()
	}
	if p.spans == nil || p.width != width {
		p.width, p.spans = width, wrap(p.text, width, p.face.measure(p.size))
	}
	return float32(len(p.spans)) * p.lineHeight()
}

func (p *prose) CreateRenderer() fyne.WidgetRenderer {
	return laidOut(&proseRenderer{p: p}, p.Size())
}

// AccessibilityLabel is the text.
func (p *prose) AccessibilityLabel() string { return p.text }

// AccessibilityRole is that of a text.
func (p *prose) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

type proseRenderer struct {
	p     *prose
	lines []fyne.CanvasObject
}

func (r *proseRenderer) Layout(size fyne.Size) {
	p := r.p
	texts := []string{p.text}
	if !p.single {
		p.heightFor(size.Width)
		texts = texts[:0]
		for _, s := range p.spans {
			texts = append(texts, p.text[s.from:s.to])
		}
	}
	for len(r.lines) < len(texts) {
		r.lines = append(r.lines, &canvas.Text{})
	}
	r.lines = r.lines[:len(texts)]
	for i, s := range texts {
		t := r.lines[i].(*canvas.Text)
		p.face.set(t, s, p.size, p.colour)
		t.Alignment = p.align
		t.Move(fyne.NewPos(0, float32(i)*p.lineHeight()+p.size*sink))
		t.Resize(fyne.NewSize(size.Width, p.lineHeight()))
	}
}

func (r *proseRenderer) MinSize() fyne.Size {
	if r.p.single {
		return fyne.NewSize(r.p.face.measure(r.p.size)(r.p.text), r.p.lineHeight())
	}
	return fyne.NewSize(0, r.p.lineHeight())
}

func (r *proseRenderer) Refresh() {
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}

func (r *proseRenderer) Objects() []fyne.CanvasObject { return r.lines }
func (r *proseRenderer) Destroy()                     {}
