// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/app/guard"
)

// gauge draws how many people fit what was told, as steps that narrow from
// everyone to one, and where a draft would lead.
type gauge struct {
	widget.BaseWidget
	now, next guard.Crowd
	tall      float32 // the first step
}

const gaugeSteps = int(guard.JustYou) + 1

func newGauge(tall float32) *gauge {
	g := &gauge{tall: tall}
	g.ExtendBaseWidget(g)
	return g
}

// set shows where one is, and where a draft would lead.
func (g *gauge) set(now, next guard.Crowd) {
	if g.now != now || g.next != next {
		g.now, g.next = now, next
		g.Refresh()
	}
}

// step is the size of a step, which are half as far apart as they are wide.
func (g *gauge) step(i int) fyne.Size {
	return fyne.NewSize(g.tall*0.2, g.tall*(1-0.14*float32(i)))
}

// colour is that of a step: those that one has passed, the one where one is,
// those to where a draft would lead, and the rest.
func (g *gauge) colour(i int) fyne.ThemeColorName {
	switch step := guard.Crowd(i); {
	case step == g.now && g.next <= g.now && step >= guard.Hundreds, step == g.next && g.next > g.now:
		return colorDawn
	case step == g.now:
		return colorText
	case step < max(g.now, g.next):
		return colorEdge
	}
	return colorLine
}

func (g *gauge) MinSize() fyne.Size {
	return fyne.NewSize(g.tall*(0.2*float32(gaugeSteps)+0.1*float32(gaugeSteps-1)), g.tall)
}

func (g *gauge) CreateRenderer() fyne.WidgetRenderer {
	r := &gaugeRenderer{g: g}
	for range gaugeSteps {
		r.steps = append(r.steps, &canvas.Rectangle{})
	}
	r.apply()
	return laidOut(r, g.Size())
}

type gaugeRenderer struct {
	g     *gauge
	steps []fyne.CanvasObject
}

func (r *gaugeRenderer) apply() {
	for i, o := range r.steps {
		o.(*canvas.Rectangle).FillColor = theme.Color(r.g.colour(i))
	}
}

func (r *gaugeRenderer) Layout(size fyne.Size) {
	for i, o := range r.steps {
		step := r.g.step(i)
		o.(*canvas.Rectangle).CornerRadius = step.Width / 2
		o.Resize(step)
		o.Move(fyne.NewPos(float32(i)*1.5*step.Width, (size.Height-step.Height)/2))
	}
}

func (r *gaugeRenderer) MinSize() fyne.Size { return r.g.MinSize() }

func (r *gaugeRenderer) Refresh() {
	r.apply()
	canvas.Refresh(r.g)
}

func (r *gaugeRenderer) Objects() []fyne.CanvasObject { return r.steps }
func (r *gaugeRenderer) Destroy()                     {}

// meterLine is the meter in the header: a gauge and words, which can be asked
// about.
type meterLine struct {
	button
	gauge *gauge
}

const (
	gaugeSmall = 1.75 * unit
	gaugeGap   = 0.75 * unit
)

func newMeterLine(k *keys, pressed func()) *meterLine {
	m := &meterLine{button: button{rank: fact, pressed: pressed}, gauge: newGauge(gaugeSmall)}
	m.be(m, k, m.press)
	m.say(guard.Everyone, guard.Everyone)
	return m
}

// say shows how many people fit, and how many would once a draft is sent. It
// tells whether the words are other ones now.
func (m *meterLine) say(now, next guard.Crowd) bool {
	m.gauge.set(now, max(now, next))
	label := fits(now)
	if next > now {
		label = fitsNext(next)
	}
	label += " ›"
	changed := m.label != label
	m.set(label, false)
	return changed
}

func (m *meterLine) CreateRenderer() fyne.WidgetRenderer {
	r := &meterRenderer{m.button.CreateRenderer().(*buttonRenderer), m}
	r.text.Alignment = fyne.TextAlignLeading
	return laidOut(r, m.Size())
}

type meterRenderer struct {
	*buttonRenderer
	m *meterLine
}

func (r *meterRenderer) indent() float32 { return r.m.gauge.MinSize().Width + gaugeGap }

func (r *meterRenderer) Layout(size fyne.Size) {
	r.buttonRenderer.Layout(size)
	g := r.m.gauge.MinSize()
	r.m.gauge.Resize(g)
	r.m.gauge.Move(fyne.NewPos(0, (size.Height-g.Height)/2))
	r.text.Move(r.text.Position().AddXY(r.indent(), 0))
	r.text.Resize(size.SubtractWidthHeight(r.indent(), 0))
}

func (r *meterRenderer) MinSize() fyne.Size {
	return r.buttonRenderer.MinSize().AddWidthHeight(r.indent(), 0)
}

func (r *meterRenderer) Refresh() {
	r.apply()
	r.Layout(r.m.Size())
	r.m.gauge.Refresh()
	canvas.Refresh(r.m)
}

func (r *meterRenderer) Objects() []fyne.CanvasObject {
	return append(r.buttonRenderer.Objects(), r.m.gauge)
}
