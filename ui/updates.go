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
	on      *settingsScreen
	ask     *button // nil where this copy cannot ask
	copied  *button
	more    *button
	said    *prose
	files   *fyne.Container
	problem *notice
	refused *app.Problem // why nothing was asked the last time
	shown   []app.UpdateFile
}

func newUpdatesCard(on *settingsScreen) *updatesCard {
	c := &updatesCard{on: on}
	v := updatesOf(on.w.state)
	body := newColumn(1.5*unit, newColumn(0, newProse(updatesName, sizeBody, semibold, colorText), newSmall(v.version)))
	c.Container = newCard(body)
	if v.ask == "" {
		body.Add(newProse(updatesCannot, sizeNote, regular, colorQuiet))
		return c
	}
	more, unfold := on.fold(updatesParts)
	c.more = unfold
	c.problem = newNotice()
	c.said = newProse("", sizeNote, semibold, colorText)
	c.said.Hide()
	c.files = newColumn(unit)
	c.files.Hide()
	c.ask = newButton(on.w.keys, v.ask, quiet, c.press)
	c.copied = newButton(on.w.keys, updatesCopy, chip, func() {
		fyne.CurrentApp().Clipboard().SetContent(on.w.state.Update.Sums())
		c.copied.set(updatesCopied, false)
	})
	c.copied.Hide()
	for _, o := range []fyne.CanvasObject{
		newProse(updatesLead, sizeNote, regular, colorQuiet), c.problem.Container, c.said, c.files,
		&fyne.Container{Layout: wrapped{unit}, Objects: []fyne.CanvasObject{c.ask, c.copied, newSpace()}},
		more, newLine(0, newSpace(), unfold),
	} {
		body.Add(o)
	}
	return c
}

// press asks, and says why where nothing was asked.
func (c *updatesCard) press() {
	c.refused = nil
	if err := c.on.w.program.AskForUpdates(); err != nil {
		p := app.ProblemOf(err)
		c.refused = &p
	}
	if c.draw() {
		c.on.page.reflow()
	}
}

// draw shows what is known, and tells whether that is a change.
func (c *updatesCard) draw() bool {
	if c.ask == nil {
		return false
	}
	v := updatesOf(c.on.w.state)
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
