// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"passerby/app"
)

const (
	bubblePadX  = 2 * unit
	bubblePadY  = unit
	gapSame     = unit / 2   // between messages of one speaker
	gapOther    = 2 * unit   // between speakers
	proseColumn = 68         // characters in a line, at most
	pageLength  = 200        // messages laid out at once; older ones follow on scrolling up
	nearEnd     = 5 * unit   // scrolled up by less than this still counts as at the end
	scrollRoom  = 1.5 * unit // for the scroll bar, beside the messages
	ringRoom    = unit / 2   // for the focus ring, beside the messages
	overscan    = 20 * unit  // drawn beyond what is seen
	sameGroup   = 5 * time.Minute
)

// thread draws the messages of a conversation. It is one object however long
// the conversation is: it lays out at most a few hundred messages, draws those
// that are seen with a pool of shapes, and holds the selection itself, so that
// text can be selected over several messages and lives through scrolling.
//
// Text is drawn as it is, shape by shape. Nothing in it is read as markup, as
// a link, or as the address of a picture.
type thread struct {
	widget.BaseWidget
	keys   *keys
	scroll *container.Scroll
	unread func(int) // how many messages came while scrolled up
	pen    *pen      // writes in what is made up; what was said has none

	opening  string // the quiet line at the top
	beside   beside // what else is said
	messages []app.Message
	from     int // messages[from:] are laid out, as items
	items    []item
	width    float32
	most     float32 // that a message is wide
	height   float32 // of all items
	head     float32 // of the opening
	wide     []span  // the opening's lines

	card      *probeCard // of the question at index asked, where there is one
	asked     int        // or -1
	hidden    int        // of the questions in messages[:hidden] nothing is said
	stuck     bool       // the view keeps to the end
	held      bool       // the view is being resized, and not scrolled
	seen      int        // messages that were at the end of the view
	current   int        // index of the message chosen by keyboard, or -1
	hover     int        // index of the message below the mouse, or -1
	focused   bool
	pressed   bool // the mouse gives it the keyboard
	selection selection
	anchor    place

	shapes pool
}

// item is one message, laid out.
type item struct {
	source      string // the message's text
	text        string // the same, made plain
	spans       []span
	x, y, w, h  float32
	first, last bool // of its group
	time, mark  string
	mine        bool

	// Beneath the message, and tail high in all:
	tail   float32
	card   float32 // the height of the card of a question, or 0
	aside  string  // a quiet line, or ""
	broken []span  // its lines
}

// beside is what stands in a conversation beside what was said: what questions
// are for, and how long one has known the stranger.
type beside struct {
	shown     bool
	since     time.Time
	reminders []app.Reminder
}

func (b beside) equal(c beside) bool {
	return b.shown == c.shown && b.since.Equal(c.since) && slices.Equal(b.reminders, c.reminders)
}

// after is the quiet line that stands behind so many messages, or "".
func (b beside) after(n int) string {
	if !b.shown {
		return ""
	}
	for _, r := range b.reminders {
		if r.After == n {
			return reminder(r.At.Sub(b.since))
		}
	}
	return ""
}

// newThread returns a thread with nothing said in it. Of an answer that one
// chooses it tells answer, and unread how many messages one has not seen.
func newThread(k *keys, opening string, answer func(string), unread func(int)) *thread {
	t := &thread{keys: k, opening: opening, unread: unread, stuck: true, current: -1, hover: -1, asked: -1}
	t.ExtendBaseWidget(t)
	within := *k
	within.show = func(fyne.CanvasObject) { t.revealCard() }
	t.card = newProbeCard(&within, answer, func() {
		t.hideQuestions(len(t.messages))
		answer("")
	})
	t.scroll = container.NewVScroll(t)
	t.scroll.OnScrolled = func(fyne.Position) { t.scrolled() }
	return t
}

// update shows messages, which only ever grow, but for their deliveries.
func (t *thread) update(messages []app.Message) {
	grown := len(messages) - len(t.messages)
	if grown < 0 {
		t.items, t.from, t.current, t.hover, t.selection, t.hidden = nil, 0, -1, -1, selection{}, 0
	}
	mine := grown > 0 && messages[len(messages)-1].Mine
	changed := grown != 0
	for i := range min(len(t.messages), len(messages)) {
		changed = changed || t.messages[i].Delivery != messages[i].Delivery
	}
	if !changed {
		return
	}
	t.messages = messages
	if len(messages)-t.from > 2*pageLength && t.stuck {
		t.from, t.items = len(messages)-pageLength, nil
	}
	t.layOut()
	if t.stuck || mine {
		t.toEnd()
	} else {
		t.tellUnread()
		t.draw()
	}
}

// open changes the quiet line at the top.
func (t *thread) open(line string) {
	if t.opening != line {
		t.opening = line
		t.again()
	}
}

// heed changes what stands beside what was said.
func (t *thread) heed(b beside) {
	if !t.beside.equal(b) {
		t.beside = b
		t.again()
	}
}

// hideQuestions says no more of the questions in messages[:n].
func (t *thread) hideQuestions(n int) {
	t.hidden = n
	t.again()
}

// again lays out anew what has changed but for the messages, and keeps the end
// in view where it was.
func (t *thread) again() {
	t.layOut()
	if t.stuck && t.width > 0 {
		t.toEnd()
	} else {
		t.draw()
	}
}

// rewrite shows messages of which any may have changed, with the one at index
// current chosen and in view, or none for -1.
func (t *thread) rewrite(messages []app.Message, current int) {
	t.messages, t.seen = messages, len(messages)
	t.current, t.hover, t.selection = current, -1, selection{}
	t.from = min(t.from, max(0, len(messages)-1), max(0, current))
	t.layOut()
	t.scroll.Refresh()
	switch {
	case current >= 0:
		t.reveal()
		t.stuck = t.atEnd()
	case t.stuck:
		t.toEnd()
	}
	t.tellUnread()
	t.draw()
}

// atEnd tells whether the newest message is in view.
func (t *thread) atEnd() bool {
	return t.scroll.Offset.Y+t.scroll.Size().Height >= t.Size().Height-nearEnd
}

func (t *thread) toEnd() {
	t.stuck = true
	t.scroll.Refresh()
	t.scroll.ScrollToOffset(fyne.NewPos(0, max(0, t.height-t.scroll.Size().Height)))
	t.seen = len(t.messages)
	t.tellUnread()
	t.draw()
}

func (t *thread) tellUnread() { t.unread(len(t.messages) - t.seen) }

func (t *thread) scrolled() {
	if t.held {
		return
	}
	t.stuck = t.atEnd()
	t.older()
	if t.stuck && t.seen != len(t.messages) {
		t.seen = len(t.messages)
		t.tellUnread()
	}
	t.draw()
}

// resize runs a change of the view's size and keeps in view what is in view:
// the end, or else the message at the top.
func (t *thread) resize(change func()) {
	top, from := t.scroll.Offset.Y-t.top(), t.from
	i, _ := slices.BinarySearchFunc(t.items, top, byBottom)
	var off float32
	if i < len(t.items) {
		off = top - t.items[i].y
	}
	t.held = true
	change()
	switch {
	case t.stuck:
		t.scroll.ScrollToOffset(fyne.NewPos(0, max(0, t.height-t.scroll.Size().Height)))
	case i < len(t.items) && t.from == from:
		t.scroll.ScrollToOffset(fyne.NewPos(0, max(0, t.top()+t.items[i].y+off)))
	}
	t.held = false
	t.draw()
}

// byBottom finds the first item that ends below a height.
func byBottom(it item, y float32) int {
	if it.y+it.h+it.tail < y {
		return -1
	}
	return 1
}

// older lays out a page more, where the view has come near the top, and keeps
// what is seen where it is.
func (t *thread) older() {
	if t.from == 0 || t.scroll.Offset.Y > t.scroll.Size().Height {
		return
	}
	t.held = true
	defer func() { t.held = false }()
	before := t.height
	t.from, t.items = max(0, t.from-pageLength), nil
	t.layOut()
	t.scroll.Refresh()
	t.scroll.ScrollToOffset(t.scroll.Offset.AddXY(0, t.height-before))
	t.draw()
}

// layOut wraps and places every item for the present width.
func (t *thread) layOut() {
	if t.width <= 0 {
		return
	}
	measure := regular.measure(sizeBody)
	const alphabet = "the quick brown fox jumps over a lazy dog "
	t.most = min(t.width*0.8, measure(alphabet)/float32(len(alphabet))*proseColumn+2*bubblePadX)

	t.wide = wrap(t.opening, t.width, regular.measure(sizeNote))
	t.head = float32(len(t.wide))*sizeNote*leadingProse + 2*unit
	y := t.head
	shown := t.messages[t.from:]
	old := t.items // what is wrapped stays, where the text does
	items := make([]item, len(shown))
	latest := map[app.Delivery]int{} // the last own message of each delivery
	for i, m := range shown {
		if m.Mine {
			latest[m.Delivery] = i
		}
	}
	t.ask()
	for i, m := range shown {
		it := &items[i]
		it.mine, it.time = m.Mine, m.At.Local().Format("15:04")
		t.layBeneath(it, t.from+i)
		it.first = i == 0 || !together(shown[i-1], m) || items[i-1].tail > 0
		it.last = i == len(shown)-1 || !together(m, shown[i+1]) || it.tail > 0
		// What is sent or delivered says so of all before it; what waits says
		// it each for itself, for as long as that may be.
		if m.Mine && (m.Delivery == app.Waiting || latest[m.Delivery] == i) {
			it.mark = deliveryWords(m.Delivery)
		}
		it.source = m.Text
		if i < len(old) && old[i].source == m.Text {
			it.text, it.spans, it.w = old[i].text, old[i].spans, old[i].w
		} else {
			it.text = app.Plain(m.Text)
			it.spans = wrap(it.text, t.most-2*bubblePadX, measure)
			for _, s := range it.spans {
				it.w = max(it.w, measure(it.text[s.from:s.to]))
			}
			it.w += 2 * bubblePadX
		}
		it.h = float32(len(it.spans))*sizeBody*leadingProse + 2*bubblePadY
		it.x = ringRoom
		if it.mine {
			it.x += t.width - it.w
		}
		if it.first {
			y += gapOther
		} else {
			y += gapSame
		}
		it.y = y
		y += it.h + it.tail
	}
	t.items = items
	t.height = y + unit
}

// ask takes note of the question that something is to be said of.
func (t *thread) ask() {
	t.asked = -1
	if !t.beside.shown {
		return
	}
	if i, f := openProbe(t.messages, t.hidden); f != nil {
		t.asked = i
		t.card.set(*f)
	}
}

// cardWidth is how wide the card of a question is.
func (t *thread) cardWidth() float32 { return min(t.width, 80*unit) }

// layBeneath lays out what stands beneath the message at an index.
func (t *thread) layBeneath(it *item, index int) {
	if index == t.asked {
		it.card = heightFor(t.card.Container, t.cardWidth())
		it.tail += unit + it.card
	}
	if it.aside = t.beside.after(index + 1); it.aside != "" {
		it.broken = wrap(it.aside, t.width, regular.measure(sizeNote))
		it.tail += gapOther + float32(len(it.broken))*sizeNote*leadingProse
	}
}

// together tells whether b goes on where a stopped.
func together(a, b app.Message) bool {
	return a.Mine == b.Mine && b.At.Sub(a.At) < sameGroup
}

// top is where the first item begins: short conversations sit at the bottom,
// near the composer.
func (t *thread) top() float32 { return max(0, t.Size().Height-t.height) }

// choose moves the keyboard's choice by one message. What was selected no
// longer is: what is chosen is what is copied.
func (t *thread) choose(by int) {
	if len(t.items) == 0 {
		return
	}
	t.selection = selection{}
	switch {
	case t.current < t.from:
		t.current = len(t.messages) - 1
	default:
		t.current = min(max(t.current+by, t.from), len(t.messages)-1)
	}
	t.keys.focus(t)
	t.reveal()
	t.older()
	if t.pen != nil {
		t.pen.take(len(t.items[t.current-t.from].text))
	}
	t.draw()
}

// reveal scrolls as little as brings the chosen message into view.
func (t *thread) reveal() {
	if i := t.current - t.from; i < 0 || i >= len(t.items) {
		return
	}
	it := t.items[t.current-t.from]
	top, view := t.top()+it.y, t.scroll.Size().Height
	switch offset := t.scroll.Offset.Y; {
	case top-unit < offset:
		t.scroll.ScrollToOffset(fyne.NewPos(0, max(0, top-unit)))
	case top+it.h+unit > offset+view:
		t.scroll.ScrollToOffset(fyne.NewPos(0, top+it.h+unit-view))
	}
}

// revealCard scrolls as little as brings the card of a question into view.
func (t *thread) revealCard() {
	i := t.asked - t.from
	if i < 0 || i >= len(t.items) {
		return
	}
	it := &t.items[i]
	low := t.top() + it.y + it.h + unit
	switch offset, view := t.scroll.Offset.Y, t.scroll.Size().Height; {
	case low-unit < offset:
		t.scroll.ScrollToOffset(fyne.NewPos(0, max(0, low-unit)))
	case low+it.card+unit > offset+view:
		t.scroll.ScrollToOffset(fyne.NewPos(0, low+it.card+unit-view))
	}
}

// lastInView is the index of the last message of which the beginning is seen,
// or -1.
func (t *thread) lastInView() int {
	low := t.scroll.Offset.Y + t.scroll.Size().Height - t.top()
	for i, it := range slices.Backward(t.items) {
		if it.y < low {
			return t.from + i
		}
	}
	return -1
}

// letGo ends the choice and the selection: the next choice begins at the
// newest message again.
func (t *thread) letGo() {
	t.current, t.selection = -1, selection{}
	t.draw()
}

func (t *thread) CreateRenderer() fyne.WidgetRenderer { return &threadRenderer{t} }

type threadRenderer struct{ t *thread }

func (r *threadRenderer) Layout(size fyne.Size) {
	t := r.t
	if width := size.Width - ringRoom - scrollRoom; t.width != width {
		t.width, t.items = width, nil
		t.layOut()
	}
	t.draw()
}

func (r *threadRenderer) MinSize() fyne.Size { return fyne.NewSize(0, r.t.height) }

func (r *threadRenderer) Refresh() { r.t.draw() }

func (r *threadRenderer) Objects() []fyne.CanvasObject { return r.t.shapes.used() }

func (r *threadRenderer) Destroy() {}

// draw sets shapes for all that is seen.
func (t *thread) draw() {
	t.shapes.reset()
	top := t.top()
	low := t.scroll.Offset.Y - overscan
	high := t.scroll.Offset.Y + t.scroll.Size().Height + overscan

	if top+t.head > low {
		t.drawLine(t.opening, t.wide, top)
	}
	start, _ := slices.BinarySearchFunc(t.items, low-top, byBottom)
	from, to := t.selection.ordered()
	for i := start; i < len(t.items) && top+t.items[i].y < high; i++ {
		t.drawItem(i, top, from, to)
	}
	t.shapes.trim()
	canvas.Refresh(t)
}

// drawLine writes a quiet line that nobody said, in the middle.
func (t *thread) drawLine(text string, broken []span, y float32) {
	const height = sizeNote * leadingProse
	for i, s := range broken {
		line := t.shapes.text(regular, text[s.from:s.to], sizeNote, colorQuiet)
		line.Alignment = fyne.TextAlignCenter
		line.Move(fyne.NewPos(ringRoom, y+float32(i)*height+sizeNote*sink))
		line.Resize(fyne.NewSize(t.width, height))
	}
}

// drawBeneath draws what stands beneath a message that ends at y.
func (t *thread) drawBeneath(it *item, index int, y float32) {
	if index == t.asked {
		c := t.card.Container
		t.shapes.objects = append(t.shapes.objects, c)
		c.Move(fyne.NewPos(ringRoom, y+unit))
		if size := fyne.NewSize(t.cardWidth(), it.card); c.Size() != size {
			c.Resize(size)
		}
		relayout(c)
		y += unit + it.card
	}
	t.drawLine(it.aside, it.broken, y+gapOther)
}

func (t *thread) drawItem(i int, top float32, from, to place) {
	it, index := &t.items[i], t.from+i
	x, y := it.x, top+it.y

	chosen := index == t.current && (t.focused || t.pen != nil)
	if chosen {
		ring := t.shapes.rect("", colorText, 2, radiusCard+3)
		ring.Move(fyne.NewPos(x-3, y-3))
		ring.Resize(fyne.NewSize(it.w+6, it.h+6))
	}
	fill := colorTheirs
	if it.mine {
		fill = colorMine
	}
	back := t.shapes.rect(fill, "", 0, radiusCard)
	// The corner next to the speaker's own side is sharper where the group
	// goes on, so that a group reads as one.
	if it.mine {
		back.TopRightCornerRadius, back.BottomRightCornerRadius = corner(it.first), corner(it.last)
		back.TopLeftCornerRadius, back.BottomLeftCornerRadius = radiusCard, radiusCard
	} else {
		back.TopLeftCornerRadius, back.BottomLeftCornerRadius = corner(it.first), corner(it.last)
		back.TopRightCornerRadius, back.BottomRightCornerRadius = radiusCard, radiusCard
	}
	back.Move(fyne.NewPos(x, y))
	back.Resize(fyne.NewSize(it.w, it.h))

	const height = sizeBody * leadingProse
	measure := regular.measure(sizeBody)
	for n, s := range it.spans {
		at := fyne.NewPos(x+bubblePadX, y+bubblePadY+float32(n)*height)
		if a, b, ok := selected(index, s, len(it.text), from, to); ok {
			left := measure(it.text[s.from:max(a, s.from)])
			right := measure(it.text[s.from:min(b, s.to)])
			if b > s.to || right == left {
				right += unit / 2 // a line break is selected too
			}
			mark := t.shapes.rect(theme.ColorNameSelection, "", 0, 2)
			mark.Move(at.AddXY(left, 0))
			mark.Resize(fyne.NewSize(right-left, height))
		}
		words := t.shapes.text(regular, it.text[s.from:s.to], sizeBody, colorText)
		words.Move(at.AddXY(0, sizeBody*sink))
		words.Resize(fyne.NewSize(it.w-2*bubblePadX, height))
	}
	if t.focused && index == t.current && t.pen != nil {
		t.drawCaret(it, top)
	}
	t.drawAside(it, x, y, index == t.hover || chosen)
	if it.tail > 0 {
		t.drawBeneath(it, index, y+it.h)
	}
}

// drawAside writes the delivery, and the time where it is asked for, beside a
// bubble: there it takes no height, so nothing moves when it changes.
func (t *thread) drawAside(it *item, x, y float32, asked bool) {
	var lines []string
	if asked {
		lines = append(lines, it.time)
	}
	if it.mark != "" {
		lines = append(lines, it.mark)
	}
	const height = sizeSmall * leadingTight
	bottom := y + it.h - bubblePadY/2
	for n, s := range lines {
		words := t.shapes.text(regular, s, sizeSmall, colorQuiet)
		at := fyne.NewPos(x+it.w+unit, bottom-float32(len(lines)-n)*height)
		if it.mine {
			words.Alignment = fyne.TextAlignTrailing
			at.X = 0
			words.Resize(fyne.NewSize(x-unit, height))
		} else {
			words.Resize(fyne.NewSize(t.width-at.X, height))
		}
		words.Move(at.AddXY(0, sizeSmall*sink))
	}
}

func corner(outer bool) float32 {
	if outer {
		return radiusCard
	}
	return unit / 2
}

// pool reuses shapes between drawings.
type pool struct {
	rects   []*canvas.Rectangle
	texts   []*canvas.Text
	objects []fyne.CanvasObject
	r, t    int
}

func (p *pool) reset() { p.r, p.t, p.objects = 0, 0, make([]fyne.CanvasObject, 0, len(p.objects)) }

// trim forgets the words of shapes that are not used now.
func (p *pool) trim() {
	for _, text := range p.texts[p.t:] {
		*text = canvas.Text{}
	}
}

func (p *pool) used() []fyne.CanvasObject { return p.objects }

func (p *pool) rect(fill, stroke fyne.ThemeColorName, width, radius float32) *canvas.Rectangle {
	if p.r == len(p.rects) {
		p.rects = append(p.rects, &canvas.Rectangle{})
	}
	rect := p.rects[p.r]
	p.r++
	*rect = canvas.Rectangle{CornerRadius: radius, StrokeWidth: width}
	if fill != "" {
		rect.FillColor = theme.Color(fill)
	}
	if stroke != "" {
		rect.StrokeColor = theme.Color(stroke)
	}
	p.objects = append(p.objects, rect)
	return rect
}

func (p *pool) text(f face, s string, size float32, colour fyne.ThemeColorName) *canvas.Text {
	if p.t == len(p.texts) {
		p.texts = append(p.texts, &canvas.Text{})
	}
	text := p.texts[p.t]
	p.t++
	*text = canvas.Text{}
	f.set(text, strings.TrimRight(s, " "), size, colour)
	p.objects = append(p.objects, text)
	return text
}
