// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"passerby/app"
	"passerby/app/guard/tables"
	"passerby/assets"
	"passerby/ui/clipboard"
)

// keyColumn is how wide the names of keys are.
const keyColumn = 17 * unit

// helpScreen is the help page. It lies over whatever goes on.
type helpScreen struct {
	overlay
	root  *fyne.Container
	news  *prose
	links []*button           // to the sections
	cards []fyne.CanvasObject // of the sections
	try   *button
	again *button // to the cards
	began bool    // once the first state was seen
	phase app.Phase
	talk  uint64
	heard int
}

func newHelp(w *window) *helpScreen {
	h := &helpScreen{news: newProse("", sizeNote, semibold, colorText)}
	h.be(h, w)
	h.news.Hide()
	h.try = newButton(w.keys, "Try it", calm, w.makeItUp)
	h.again = newButton(w.keys, cardsAgain, calm, w.cards)

	list := &fyne.Container{Layout: wrapped{unit}}
	body := newColumn(2*unit, list)
	for _, s := range sections(assets.Help) {
		card := newCard(h.section(s))
		link := newButton(w.keys, s.heading, chip, func() { h.goTo(card) })
		h.links, h.cards = append(h.links, link), append(h.cards, card)
		list.Add(link)
		body.Add(card)
	}
	list.Add(newSpace())
	h.page = newPage(body)
	h.root = &fyne.Container{Layout: topped{}, Objects: []fyne.CanvasObject{
		newPanel(colorSurface, 0),
		newBand(measureRead, newInset(0, 1.5*unit, newLine(unit,
			newColumn(0, newProse("Help", sizeHeading, bold, colorText), h.news), h.close,
		))),
		newRule(),
		h.page,
	}}
	return h
}

// section draws a part of the page.
func (h *helpScreen) section(s section) *fyne.Container {
	c := newColumn(1.25*unit, newProse(s.heading, sizeHeading, bold, colorText))
	for _, p := range s.parts {
		switch {
		case p.key != "":
			c.Add(&fyne.Container{Layout: keyed{}, Objects: []fyne.CanvasObject{
				newProse(p.key, sizeBody, semibold, colorText), newBody(p.text),
			}})
		case p.put == "try":
			c.Add(newLine(0, newSpace(), h.try))
		case p.put == "cards":
			c.Add(newLine(0, newSpace(), h.again))
		case p.put == "kept":
			if file := h.w.kept.Kept(); file != "" {
				c.Add(newBody(keptIn(file)))
			}
		case p.put == "tables":
			c.Add(newSmall(tables.Attribution))
		case p.put == "clipboard":
			c.Add(newBody(clipboard.Here().String()))
		default:
			c.Add(newBody(p.text))
		}
	}
	return c
}

func (h *helpScreen) object() fyne.CanvasObject { return h.root }

func (h *helpScreen) first() fyne.Focusable { return h.links[0] }

// show tells what happens beneath, since it cannot be seen.
func (h *helpScreen) show(s app.State, _ time.Time) {
	var talk uint64
	heard := 0
	if c := s.Conversation; c != nil && s.Phase == app.Talking {
		talk, heard = c.ID, c.Heard
	}
	if !h.began {
		h.began, h.phase, h.talk, h.heard = true, s.Phase, talk, heard
	}
	text := ""
	switch {
	case talk != h.talk && talk != 0:
		text = "A stranger is here. Close this to talk."
	case h.phase == app.Talking && s.Phase != app.Talking:
		text = "The conversation has ended."
	case heard > h.heard && talk == h.talk:
		text = count(heard-h.heard, "new message waits", "new messages wait") + " in the conversation."
	}
	if h.news.set(text) {
		setVisible(h.news, text != "")
		h.root.Layout.Layout(h.root.Objects, h.root.Size())
		relayout(h.root.Objects[1])
	}
}

// goToSection brings the section with a heading to the top.
func (h *helpScreen) goToSection(heading string) {
	for i, link := range h.links {
		if link.label == heading {
			h.w.keys.focus(link)
			h.goTo(h.cards[i])
		}
	}
}

// goTo brings a section to the top.
func (h *helpScreen) goTo(o fyne.CanvasObject) { h.page.scrollTo(h.page.place(o) - 2*unit) }

// do also turns the page.
func (h *helpScreen) do(c command) {
	switch c {
	case cmdOlder:
		h.page.turn(fyne.KeyPageUp)
	case cmdNewer:
		h.page.turn(fyne.KeyPageDown)
	default:
		h.overlay.do(c)
	}
}

// topped lays out a head on its ground, a rule, and a page under them.
type topped struct{}

func (topped) Layout(o []fyne.CanvasObject, size fyne.Size) {
	height := heightFor(o[1], size.Width)
	for _, head := range o[:2] {
		head.Move(fyne.Position{})
		head.Resize(fyne.NewSize(size.Width, height))
	}
	o[2].Move(fyne.NewPos(0, height))
	o[2].Resize(fyne.NewSize(size.Width, 1))
	o[3].Move(fyne.NewPos(0, height+1))
	o[3].Resize(fyne.NewSize(size.Width, max(0, size.Height-height-1)))
}

func (topped) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(320, 320) }

// keyed sets the name of a key beside what it does.
type keyed struct{}

func (keyed) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(fyne.NewSize(keyColumn, size.Height))
	o[1].Move(fyne.NewPos(keyColumn, 0))
	o[1].Resize(fyne.NewSize(size.Width-keyColumn, size.Height))
}

func (keyed) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return max(heightFor(o[0], keyColumn), heightFor(o[1], width-keyColumn))
}

func (keyed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
