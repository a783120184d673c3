// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// updatesCard is the part of the settings in which a person asks for a newer
// version. What is published is shown as text; no link is made of it.
type updatesCard struct {
	*fyne.Container
	w       *window
	reflow  func()
	ask     *button // nil where this copy cannot ask
	copied  *button
	said    *prose
	files   *fyne.Container
	problem *notice
	refused *app.Problem // why nothing was asked the last time
	shown   []app.UpdateFile
	buttons *fyne.Container
}

// newUpdatesCard returns the card, which calls reflow when its height changes.
func newUpdatesCard(w *window, reflow func()) *updatesCard {
	c := &updatesCard{w: w, reflow: reflow}
	v := updatesOf(w.state)
	body := newColumn(1.5*unit, newColumn(0, newProse(updatesName, sizeBody, semibold, colorText), newSmall(v.version)))
	c.Container = newCard(body)
	if v.ask == "" {
		body.Add(newProse(updatesCannot, sizeNote, regular, colorQuiet))
		return c
	}
	body.Add(newProse(updatesLead, sizeNote, regular, colorQuiet))
	for _, p := range []settingPart{{updatesSees, updatesSeen}, {updatesWorth, updatesTrust}} {
		body.Add(newColumn(0, newProse(p.heading, sizeNote, semibold, colorText), newProse(p.text, sizeNote, regular, colorQuiet)))
	}
	c.problem = newNotice()
	c.said = newProse("", sizeNote, semibold, colorText)
	c.said.Hide()
	c.files = newColumn(unit)
	c.files.Hide()
	c.ask = newButton(w.keys, v.ask, quiet, c.press)
	c.copied = newButton(w.keys, updatesCopy, chip, func() {
		fyne.CurrentApp().Clipboard().SetContent(c.w.state.Update.Sums())
		c.copied.set(updatesCopied, false)
	})
	c.copied.Hide()
	c.buttons = &fyne.Container{Layout: wrapped{unit}, Objects: []fyne.CanvasObject{c.ask, c.copied, newSpace()}}
	body.Add(c.problem.Container)
	body.Add(c.said)
	body.Add(c.files)
	body.Add(c.buttons)
	return c
}

// press asks, and says why where nothing was asked.
func (c *updatesCard) press() {
	c.refused = nil
	if err := c.w.program.AskForUpdates(); err != nil {
		p := app.ProblemOf(err)
		c.refused = &p
	}
	if c.draw() {
		c.reflow()
	}
}

// draw shows what is known, and tells whether that is a change.
func (c *updatesCard) draw() bool {
	if c.ask == nil {
		return false
	}
	v := updatesOf(c.w.state)
	c.ask.set(v.ask, v.waiting)
	if c.refused != nil {
		v.problem = c.refused
	}
	changed := c.problem.set(v.problem)
	changed = c.said.set(v.said) || changed
	setVisible(c.said, v.said != "")
	if !slices.Equal(v.files, c.shown) {
		c.shown, changed = v.files, true
		c.files.Objects = nil
		for _, f := range v.files {
			c.files.Add(newColumn(0, newProse(f.Name, sizeNote, regular, colorText), newSmall(f.SHA256)))
		}
		c.copied.set(updatesCopy, false)
	}
	setVisible(c.files, len(v.files) > 0)
	setVisible(c.copied, len(v.files) > 0)
	return changed
}
