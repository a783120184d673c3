// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"passerby/app"
)

// many is a long conversation.
func many(n int) []app.Message {
	all := make([]app.Message, n)
	for i := range all {
		all[i] = app.Message{
			Mine: i%3 == 1, Text: fmt.Sprintf("message %d", i), At: at.Add(time.Duration(i) * time.Second),
			Delivery: app.Delivered,
		}
	}
	return all
}

func thread1(t *testing.T, messages ...app.Message) (*thread, *window) {
	t.Helper()
	w, _ := open(t, talkingState(messages...), narrow)
	return w.screen.(*talkingScreen).thread, w
}

func TestThreadShowsTheEnd(t *testing.T) {
	th, w := thread1(t, many(300)...)
	if !slices.Contains(words(th), "message 299") || slices.Contains(words(th), "message 0") {
		t.Fatal("the newest message is not the one in view")
	}

	// when one more arrives, it is followed
	w.render(talkingState(many(301)...), at)
	if !slices.Contains(words(th), "message 300") {
		t.Error("the view does not follow")
	}
}

func TestThreadStaysWhereOneReads(t *testing.T) {
	th, w := thread1(t, many(100)...)
	pill := w.screen.(*talkingScreen).pill

	// given a view scrolled up
	th.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 800)})
	before := words(th)

	// when three more arrive
	w.render(talkingState(many(103)...), at)

	// then nothing moves, and a pill tells
	if got := words(th); !slices.Equal(got, before) {
		t.Errorf("the view moved from %q to %q", before, got)
	}
	if !pill.Visible() || pill.label != "3 new" {
		t.Errorf("the pill says %q, visible %v", pill.label, pill.Visible())
	}

	// and it leads to the end
	pill.press()
	if pill.Visible() || !slices.Contains(words(th), "message 102") {
		t.Error("the pill does not lead to the end")
	}
}

func TestOwnMessageLeadsToTheEnd(t *testing.T) {
	th, w := thread1(t, many(100)...)
	th.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 800)})
	w.render(talkingState(append(many(100), mine("here", app.Waiting))...), at)
	if !slices.Contains(words(th), "here") {
		t.Error("what was just sent is not in view")
	}
}

// However long a conversation, the window holds few objects and lays out few
// messages.
func TestThreadIsBounded(t *testing.T) {
	th, _ := thread1(t, many(20_000)...)
	if n := len(th.items); n > 2*pageLength {
		t.Errorf("%d messages are laid out", n)
	}
	if n := len(th.shapes.used()); n > 200 {
		t.Errorf("%d shapes are drawn", n)
	}
}

func TestOlderMessagesFollowOnScrollingUp(t *testing.T) {
	th, _ := thread1(t, many(1000)...)
	for range 2000 {
		th.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 100)})
	}
	if th.from != 0 || !slices.Contains(words(th), "message 0") {
		t.Errorf("scrolled up to message %d", th.from)
	}
}

func TestDeliveryShowsWhatIsTrue(t *testing.T) {
	messages := []app.Message{
		mine("one", app.Delivered), mine("two", app.Delivered), theirs("three"),
		mine("four", app.Sent), mine("five", app.Waiting),
	}
	th, w := thread1(t, messages...)
	count := func(word string) (n int) {
		for _, s := range words(th) {
			if s == word {
				n++
			}
		}
		return n
	}
	for _, word := range []string{"delivered", "sent", "waiting"} {
		if n := count(word); n != 1 {
			t.Errorf("%q is shown %d times", word, n)
		}
	}

	// Marks take no room, so that nothing moves when they change.
	height := th.height
	next := slices.Clone(messages)
	next[3].Delivery, next[4].Delivery = app.Delivered, app.Delivered
	w.render(talkingState(next...), at)
	if count("delivered") != 1 || count("sent")+count("waiting") != 0 || th.height != height {
		t.Errorf("after delivery: %q, %v tall, before %v", words(th), th.height, height)
	}
}

func TestTimeShowsOnHover(t *testing.T) {
	th, _ := thread1(t, theirs("hello"))
	if slices.Contains(words(th), "21:17") {
		t.Fatal("the time is always there")
	}
	it := th.items[0]
	th.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(it.x+5, th.top()+it.y+5)}})
	if !slices.Contains(words(th), "21:17") {
		t.Errorf("the time is not in %q", words(th))
	}
	th.MouseOut()
	if slices.Contains(words(th), "21:17") {
		t.Error("the time stays")
	}
}

// What a stranger writes is drawn letter by letter, whatever it looks like.
func TestHostileTextIsOnlyText(t *testing.T) {
	hostile := []string{
		"![x](http://192.0.2.1/x.png)", "[a](javascript:alert(1))", "# heading", "<img src=x>",
		"$(rm -rf /)", "a\u202egnp.exe", "\x1b[31mred", strings.Repeat("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 30),
		strings.Repeat("\n", 4000), strings.Repeat("W", 4000), strings.Repeat("ᄀ", 4000), "\xff\xfe",
		strings.Repeat("👨‍👩‍👧‍👦", 500), strings.Repeat("a\u200d", 2000),
	}
	var messages []app.Message
	for _, s := range hostile {
		messages = append(messages, theirs(s))
	}
	th, w := thread1(t, messages...)
	for i := range messages {
		th.scroll.ScrollToOffset(fyne.NewPos(0, th.items[i].y))
		th.draw()
		for _, o := range th.shapes.used() {
			switch o := o.(type) {
			case *canvas.Rectangle:
			case *canvas.Text:
				if strings.ContainsAny(o.Text, "\u202e\x1b\n") {
					t.Errorf("drawn: %+q", o.Text)
				}
			default:
				t.Errorf("message %d is drawn as a %T", i, o)
			}
			if right := o.Position().X + o.Size().Width; right > w.win.Canvas().Size().Width {
				t.Errorf("message %d reaches to %v", i, right)
			}
		}
	}
	if text := th.items[0].text; text != hostile[0] {
		t.Errorf("markup is drawn as %q", text)
	}
	if most := float32(105) * sizeBody * leadingProse; th.items[8].h > most {
		t.Errorf("empty lines are %v tall", th.items[8].h)
	}
}

func TestSelectingAndCopying(t *testing.T) {
	th, _ := thread1(t, theirs("first message"), mine("second", app.Delivered), theirs("third one"))
	point := func(i int, dx float32) fyne.Position {
		return fyne.NewPos(th.items[i].x+bubblePadX+dx, th.top()+th.items[i].y+bubblePadY+5)
	}
	clipboard := fyne.CurrentApp().Clipboard()
	copied := func() string {
		th.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
		return clipboard.Content()
	}

	// by dragging over several messages
	from := regular.measure(sizeBody)("first ")
	th.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: point(0, from)}})
	th.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: point(2, regular.measure(sizeBody)("third"))}})
	th.DragEnd()
	if got := copied(); got != "message\nsecond\nthird" {
		t.Errorf("copied %q", got)
	}
	// backwards
	th.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: point(0, 1000)}})
	th.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: point(0, from)}})
	if got := copied(); got != "message" {
		t.Errorf("copied %q", got)
	}
	// a word
	th.DoubleTapped(&fyne.PointEvent{Position: point(0, 5)})
	if got := copied(); got != "first" {
		t.Errorf("copied %q", got)
	}
	// all
	th.TypedShortcut(&fyne.ShortcutSelectAll{})
	if got := copied(); got != "first message\nsecond\nthird one" {
		t.Errorf("copied %q", got)
	}
	// and one message by keyboard, whatever was selected before
	th.choose(-1)
	th.choose(-1)
	if got := copied(); got != "second" {
		t.Errorf("copied %q", got)
	}
}

func TestResizingKeepsTheEndInView(t *testing.T) {
	th, w := thread1(t, many(100)...)
	w.win.Resize(wide)
	w.win.Resize(fyne.NewSize(460, 620))
	if !slices.Contains(words(th), "message 99") {
		t.Errorf("in view is %q", words(th))
	}
}

// Tab leads to the messages, and where it leads can be seen.
func TestTabShowsWhichMessageHasTheKeyboard(t *testing.T) {
	th, w := thread1(t, many(60)...)
	c := w.win.Canvas()
	for range 10 {
		if c.FocusNext(); c.Focused() == fyne.Focusable(th) {
			break
		}
	}
	if c.Focused() != fyne.Focusable(th) || th.current != 59 {
		t.Fatalf("the keyboard is with %T, at message %d", c.Focused(), th.current)
	}
	// but whoever reads above, or has selected something, stays there
	press(w.screen.(*talkingScreen).composer.draft, fyne.KeyEscape)
	th.letGo()
	w.keys.focus(nil)
	th.scroll.ScrollToOffset(fyne.NewPos(0, 100))
	w.keys.focus(th)
	if y := th.top() + th.items[th.current-th.from].y; th.current == 59 || y < 100 || y > 100+th.scroll.Size().Height {
		t.Errorf("message %d is chosen, at %v", th.current, y)
	}
	th.letGo()
	th.selectAll()
	w.keys.focus(nil)
	w.keys.focus(th)
	if th.current != -1 {
		t.Errorf("with all selected, message %d is chosen", th.current)
	}
}

// What is not drawn any more is not kept by what drew it.
func TestNoWordStaysInTheShapes(t *testing.T) {
	th, w := thread1(t, many(60)...)
	w.render(afterState(), at)
	for _, text := range th.shapes.texts {
		if !strings.Contains(th.opening, text.Text) {
			t.Errorf("%q stays", text.Text)
		}
	}
}
