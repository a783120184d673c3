// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/app"
	"passerby/app/settings"
)

// arriving are the cards of the first run: what one should know before one
// talks, a thought and a picture each. They lie over Home while Tor connects
// beneath, can be put away at any moment, and can be looked at again.
type arriving struct {
	w     *window
	page  *page
	root  *fyne.Container
	news  *prose
	skip  *button
	deck  []*fyne.Container
	views []*picture
	more  *button // on the last card
	dots  *dots
	back  *button
	next  *button
	at    int
	begin bool // this is the first run
}

// newArriving shows the first card. On the first run the words of the buttons
// are those of a beginning.
func newArriving(w *window, first bool) *arriving {
	a := &arriving{w: w, begin: first, news: newSmall(""), dots: newDots(len(cardsWords))}
	a.skip = newButton(w.keys, cardsClose, quiet, a.end)
	if first {
		a.skip.set(cardsSkip, false)
	}
	a.more = newButton(w.keys, cardsCareful, quiet, func() { w.helpOn(carefulHeading) })
	stack := &fyne.Container{Layout: deck{}}
	for i, words := range cardsWords {
		p := newPicture(i)
		text := newColumn(unit, newTitle(words.title).centred(), newBody(words.text).centred())
		if i == len(cardsWords)-1 {
			text.Add(newCentred(a.more))
		}
		card := newColumn(2*unit, p, text)
		card.Hidden = i > 0
		a.views, a.deck = append(a.views, p), append(a.deck, card)
		stack.Add(card)
	}
	a.back = newButton(w.keys, cardsBack, calm, a.previous)
	a.next = newButton(w.keys, cardsNext, primary, a.forward)
	a.page = newPage(newColumn(2*unit,
		newLine(unit, a.news, a.skip),
		stack,
		newCentred(a.dots),
		&fyne.Container{Layout: line{gap: unit, flex: 1}, Objects: []fyne.CanvasObject{a.back, a.next}},
	))
	a.root = &fyne.Container{Layout: framed{a}, Objects: []fyne.CanvasObject{a.page}}
	a.put(0)
	return a
}

// put shows a card, as far as there is one.
func (a *arriving) put(at int) {
	if at < 0 || at >= len(a.deck) {
		return
	}
	a.deck[a.at].Hide()
	a.views[a.at].stand()
	a.at = at
	a.deck[at].Show()
	a.move()
	a.back.Hidden = at == 0
	label := cardsNext
	switch {
	case at < len(a.deck)-1:
	case a.begin:
		label = cardsBegin
	default:
		label = cardsDone
	}
	a.next.set(label, false)
	a.dots.set(at)
	a.page.reflow()
	a.page.scrollTo(0)
}

// forward shows the next card; behind the last one lies the program.
func (a *arriving) forward() {
	if a.at == len(a.deck)-1 {
		a.end()
		return
	}
	a.put(a.at + 1)
}

// previous shows the card before. The keyboard does not stay with a button that
// is not there on the first.
func (a *arriving) previous() {
	a.put(a.at - 1)
	if a.back.Hidden && a.back.focused {
		a.w.keys.focus(a.next)
	}
}

// end puts the cards away, for good.
func (a *arriving) end() {
	a.w.kept.Change(func(c *settings.Choices) { c.CardsSeen = true })
	a.w.lift(a)
}

// move lets the picture move where that can be seen.
func (a *arriving) move() {
	if a.w.away {
		a.views[a.at].stand()
	} else {
		a.views[a.at].walk()
	}
}

func (a *arriving) object() fyne.CanvasObject { return a.root }

func (a *arriving) sheet() *page { return a.page }

func (a *arriving) first() fyne.Focusable { return a.next }

func (a *arriving) show(s app.State, _ time.Time) {
	if a.news.set(meanwhile(s)) {
		a.page.reflow()
	}
}

// pressed takes the keys that turn cards.
func (a *arriving) pressed(key fyne.KeyName) bool {
	switch key {
	case fyne.KeyLeft:
		a.previous()
	case fyne.KeyRight:
		a.put(a.at + 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace: // where nothing has the keyboard
		a.forward()
	default:
		return false
	}
	return true
}

// do takes the key for leaving as the wish to go on. The others are for what
// lies beneath, which is not looked at.
func (a *arriving) do(c command) {
	if c == cmdLeave {
		a.end()
	}
}

func (a *arriving) escape()               { a.end() }
func (a *arriving) complain(*app.Problem) {}
func (a *arriving) leave()                { a.views[a.at].stand() }
func (a *arriving) typed(rune)            {}

// framed gives the pictures the height that suits the window's, and the page
// all of it.
type framed struct{ a *arriving }

// The pictures are a little more than a quarter of the window.
const (
	pictureShare = 0.27
	pictureLeast = 15 * unit
	pictureMost  = 29 * unit
)

func (f framed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, p := range f.a.views {
		p.height = min(max(size.Height*pictureShare, pictureLeast), pictureMost)
	}
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
}

func (framed) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// deck lays cards over each other and is as tall as the tallest, shown or not,
// so that nothing below moves when one is turned.
type deck struct{ stacked }

func (deck) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	var tallest float32
	for _, o := range objects {
		tallest = max(tallest, heightFor(o, width))
	}
	return tallest
}

// dots show which card of how many is shown.
type dots struct {
	widget.BaseWidget
	n, at int
}

func newDots(n int) *dots {
	d := &dots{n: n}
	d.ExtendBaseWidget(d)
	return d
}

func (d *dots) set(at int) {
	if d.at != at {
		d.at = at
		d.Refresh()
	}
}

// AccessibilityLabel says it in words.
func (d *dots) AccessibilityLabel() string { return cardPlace(d.at) }

// AccessibilityRole is that of a text.
func (d *dots) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (d *dots) CreateRenderer() fyne.WidgetRenderer {
	r := &dotsRenderer{d: d}
	for range d.n {
		r.marks = append(r.marks, &canvas.Rectangle{CornerRadius: dotSide / 2})
	}
	r.apply()
	return laidOut(r, d.Size())
}

// The measures of the dots. That of the card shown is longer, so that it is not
// told by its colour alone.
const (
	dotSide = unit
	dotLong = 3 * unit
	dotGap  = unit
)

type dotsRenderer struct {
	d     *dots
	marks []fyne.CanvasObject
}

func (r *dotsRenderer) apply() {
	x := float32(0)
	for i, o := range r.marks {
		colour, width := colorEdge, float32(dotSide)
		if i == r.d.at {
			colour, width = colorDawn, dotLong
		}
		o.(*canvas.Rectangle).FillColor = theme.Color(colour)
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(width, dotSide))
		x += width + dotGap
	}
}

func (r *dotsRenderer) Layout(fyne.Size) { r.apply() }

func (r *dotsRenderer) MinSize() fyne.Size {
	return fyne.NewSize(float32(r.d.n-1)*(dotSide+dotGap)+dotLong, dotSide)
}

func (r *dotsRenderer) Refresh() {
	r.apply()
	canvas.Refresh(r.d)
}

func (r *dotsRenderer) Objects() []fyne.CanvasObject { return r.marks }
func (r *dotsRenderer) Destroy()                     {}
