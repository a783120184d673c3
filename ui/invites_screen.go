// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"passerby/app"
)

// invitesScreen makes invites, follows them, and shows how they stand. What is
// typed in it is forgotten with it.
type invitesScreen struct {
	overlay
	field    *field
	follow   *button
	once     *button
	many     *button
	problem  *notice
	list     *fyne.Container
	shown    []inviteView
	ids      []uint64
	pictures map[uint64]bool // invites whose link is shown as a picture
	talk     uint64          // the conversation beneath, 0 for none
	began    bool            // once the first state was seen
}

// The measures of a link as a picture: a module is so many pixels wide, enough
// for a camera at arm's length.
const qrModule = 5

// maxLinkTyped is how many characters of a link are taken, which has 81: also
// one with words around it.
const maxLinkTyped = 400

func newInvites(w *window) *invitesScreen {
	s := &invitesScreen{problem: newNotice(), list: newColumn(2 * unit), pictures: make(map[uint64]bool)}
	s.be(s, w)
	s.field = newField(w.keys, maxLinkTyped)
	s.field.SetPlaceHolder(inviteField)
	s.field.enter = s.followTyped
	s.follow = newButton(w.keys, inviteGo, quiet, s.followTyped)
	s.once = newButton(w.keys, inviteOnce, calm, func() { s.make(app.Once) })
	s.many = newButton(w.keys, inviteMany, calm, func() { s.make(app.Many) })
	s.page = newPage(newColumn(2*unit,
		newLine(unit, newTitle(invitesName), s.close),
		newProse(invitesLead, sizeBody, regular, colorQuiet),
		s.problem.Container,
		s.list,
		newCard(newColumn(1.5*unit,
			newProse(inviteFollow, sizeBody, semibold, colorText),
			newLine(unit, s.field, s.follow),
		)),
		newCard(newColumn(1.5*unit,
			newProse(inviteMake, sizeBody, semibold, colorText),
			newProse(inviteHow, sizeNote, regular, colorQuiet),
			&fyne.Container{Layout: wrapped{unit}, Objects: []fyne.CanvasObject{s.once, s.many, newSpace()}},
		)),
	))
	return s
}

func (s *invitesScreen) first() fyne.Focusable { return s.field }

// followTyped follows the link that was typed.
func (s *invitesScreen) followTyped() {
	link := s.field.Text
	if s.try(func() error { _, err := s.w.program.Follow(link); return err }) {
		s.field.SetText("")
	}
}

func (s *invitesScreen) make(kind app.InviteKind) {
	s.try(func() error { _, err := s.w.program.Invite(kind); return err })
}

// try does what was asked for, and says why where it did not happen.
func (s *invitesScreen) try(act func() error) bool {
	err := act()
	var p *app.Problem
	if err != nil {
		problem := app.ProblemOf(err)
		p = &problem
	}
	if s.problem.set(p) {
		s.page.reflow()
	}
	return err == nil
}

// show keeps the list true, and goes when somebody is there to talk with.
func (s *invitesScreen) show(state app.State, at time.Time) {
	var talk uint64
	if c := state.Conversation; c != nil && state.Phase == app.Talking {
		talk = c.ID
	}
	if s.began && talk != 0 && talk != s.talk {
		s.lift()
		return
	}
	s.began, s.talk = true, talk
	var views []inviteView
	var ids []uint64
	for _, i := range state.Invites {
		views, ids = append(views, inviteOf(i, at)), append(ids, i.ID)
	}
	if slices.Equal(views, s.shown) && slices.Equal(ids, s.ids) {
		return
	}
	s.shown, s.ids = views, ids
	s.write(state.Invites)
}

// write draws the list anew.
func (s *invitesScreen) write(all []app.Invite) {
	s.list.Objects = nil
	for n, i := range all {
		s.list.Add(newCard(s.card(i, s.shown[n])))
	}
	s.page.reflow()
}

func (s *invitesScreen) card(i app.Invite, v inviteView) *fyne.Container {
	c := newColumn(unit,
		newProse(v.title, sizeBody, semibold, colorText), newProse(v.state, sizeNote, regular, colorQuiet),
	)
	if v.problem != "" {
		c.Add(newProse(v.problem, sizeNote, regular, colorText))
	}
	buttons := &fyne.Container{Layout: wrapped{unit}}
	if v.link != "" {
		c.Add(newProse(v.link, sizeNote, regular, colorText))
		var copied *button
		copied = newButton(s.w.keys, inviteCopy, chip, func() {
			fyne.CurrentApp().Clipboard().SetContent(v.link)
			copied.set(inviteCopied, false)
		})
		picture := inviteShow
		if s.pictures[i.ID] {
			picture = inviteHide
			c.Add(newCentred(qrPicture(i)))
		}
		buttons.Add(copied)
		buttons.Add(newButton(s.w.keys, picture, chip, func() {
			s.pictures[i.ID] = !s.pictures[i.ID]
			s.write(s.w.state.Invites)
		}))
	}
	if v.meet {
		buttons.Add(newButton(s.w.keys, inviteMeet, chip, func() {
			s.try(func() error { return s.w.program.Meet(i.ID) })
		}))
	}
	buttons.Add(newButton(s.w.keys, v.end, chip, func() {
		s.try(func() error { return s.w.program.CancelInvite(i.ID) })
	}))
	buttons.Add(newSpace())
	c.Add(buttons)
	return c
}

// qrPicture is the link as a picture that a camera reads: dark on light, on
// whatever ground it stands.
func qrPicture(i app.Invite) fyne.CanvasObject {
	code, err := i.QR()
	if err != nil {
		return newSpace()
	}
	picture := canvas.NewImageFromImage(code)
	picture.ScaleMode = canvas.ImageScalePixels
	picture.FillMode = canvas.ImageFillContain
	side := float32(code.Bounds().Dx() * qrModule)
	picture.SetMinSize(fyne.NewSize(side, side))
	return picture
}

// leave forgets what was typed.
func (s *invitesScreen) leave() {
	s.field.SetText("")
	s.list.Objects, s.shown, s.ids = nil, nil, nil
	clear(s.pictures)
}

// invites shows the invites over whatever goes on.
func (w *window) invites() { w.lay(newInvites(w)) }
