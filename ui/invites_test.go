// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"passerby/app"
)

func shownInvites(w *window) *invitesScreen {
	s, _ := w.top().(*invitesScreen)
	return s
}

// buttonCalled finds a button on the screen of invites.
func buttonCalled(t *testing.T, s *invitesScreen, label string) *button {
	t.Helper()
	var found *button
	var look func(o fyne.CanvasObject)
	look = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				look(child)
			}
		case *button:
			if o.label == label {
				found = o
			}
		}
	}
	look(s.list)
	if found == nil {
		t.Fatalf("no button is called %q", label)
	}
	return found
}

func TestInvitesAreMadeAndFollowed(t *testing.T) {
	// given the screen of invites
	w, f := open(t, ready(), narrow)
	w.invites()
	s := shownInvites(w)
	if s == nil || w.win.Canvas().Focused() != s.field {
		t.Fatalf("on top is %T", w.top())
	}
	// when invites are made, and a link is typed and followed
	test.Tap(s.once)
	test.Tap(s.many)
	for _, r := range "passerby:abc" {
		s.field.TypedRune(r)
	}
	s.field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	// then the program is asked, and the field is empty again
	if want := []string{"invite once", "invite many", "follow passerby:abc"}; !slices.Equal(f.asked, want) {
		t.Errorf("asked %q", f.asked)
	}
	if s.field.Text != "" || !s.problem.Hidden {
		t.Errorf("the field holds %q, a problem is hidden: %t", s.field.Text, s.problem.Hidden)
	}
}

func TestALinkThatIsNoneIsSaidAndKept(t *testing.T) {
	w, f := open(t, ready(), narrow)
	w.invites()
	s := shownInvites(w)
	f.err = errors.New("this is not a link; ask for it again")
	s.field.SetText("what")
	test.Tap(s.follow)
	if s.problem.Hidden || s.problem.what.text != "This is not a link." || s.problem.advice.text != "Ask for it again." {
		t.Errorf("said %q, %q", s.problem.what.text, s.problem.advice.text)
	}
	if s.field.Text != "what" {
		t.Errorf("the field holds %q", s.field.Text)
	}
	// and more than a link with words around it is not taken
	s.field.SetText("")
	for range 2 * maxLinkTyped {
		s.field.TypedRune('a')
	}
	if len(s.field.Text) != maxLinkTyped {
		t.Errorf("the field holds %d characters", len(s.field.Text))
	}
}

func TestInvitesAreListed(t *testing.T) {
	w, f := open(t, ready(), narrow)
	w.invites()
	s := shownInvites(w)
	state := ready()
	state.Invites = []app.Invite{
		{ID: 1, Kind: app.Once, Mine: true, Phase: app.InviteWaiting, Link: "passerby:mine", Until: at.Add(5*time.Hour + time.Minute)},
		{ID: 2, Kind: app.Again, Phase: app.InviteKept},
		{ID: 3, Kind: app.Many, Mine: true, Phase: app.InviteOver, Link: "passerby:over", Problem: "It was used."},
	}
	w.render(state, at)
	if len(s.list.Objects) != 3 || s.shown[0].state != "Waiting for the other side, for 5 hours more." {
		t.Fatalf("shown %+v", s.shown)
	}
	// A link that is over is not handed on any more.
	if s.shown[2].link != "" || s.shown[2].problem != "It was used." || s.shown[2].end != inviteRemove {
		t.Errorf("over: %+v", s.shown[2])
	}
	copied := buttonCalled(t, s, inviteCopy)
	test.Tap(copied)
	if got := fyne.CurrentApp().Clipboard().Content(); got != "passerby:mine" || copied.label != inviteCopied {
		t.Errorf("copied %q, the button says %q", got, copied.label)
	}
	test.Tap(buttonCalled(t, s, inviteMeet))
	test.Tap(buttonCalled(t, s, inviteRemove))
	if want := []string{"meet 2", "cancel 3"}; !slices.Equal(f.asked, want) {
		t.Errorf("asked %q", f.asked)
	}
	// and with the screen all of it is forgotten
	s.field.SetText("passerby:secret")
	s.escape()
	if s.field.Text != "" || len(s.list.Objects) != 0 {
		t.Error("something is left")
	}
}

func TestAStrangerIsKeptToMeetAgain(t *testing.T) {
	w, f := open(t, talkingState(), narrow)
	talk := w.screen.(*talkingScreen)
	item := talk.againItem()
	if item.Label != inviteAgain {
		t.Fatalf("the menu says %q", item.Label)
	}
	// when it is chosen, then it is explained before anything is kept
	item.Action()
	if slices.Contains(f.asked, "again") || !strings.Contains(againMeans, "Nothing is sent") {
		t.Errorf("asked %q", f.asked)
	}
	item.Action() // the same again is the answer
	if !slices.Contains(f.asked, "again") {
		t.Errorf("asked %q", f.asked)
	}
	// and it can be taken back
	state := talkingState()
	c := *state.Conversation
	c.Again, state.Conversation = true, &c
	w.render(state, at)
	item = talk.againItem()
	f.asked = nil
	item.Action()
	if want := []string{"again", "cancel 3"}; item.Label != inviteNotAgain || !slices.Equal(f.asked, want) {
		t.Errorf("%q asked %q", item.Label, f.asked)
	}
}

func TestInvitesGiveWayToWhoeverComes(t *testing.T) {
	// given invites that are looked at on the first page
	w, _ := open(t, ready(), narrow)
	w.invites()
	w.render(ready(), at)
	if shownInvites(w) == nil {
		t.Fatal("they went by themselves")
	}
	// when a conversation begins, then it is what is seen
	w.render(talkingState(), at)
	if shownInvites(w) != nil {
		t.Error("they cover the conversation")
	}
	// and opened over a conversation they stay
	w.invites()
	w.render(talkingState(theirs("hello")), at)
	if shownInvites(w) == nil {
		t.Error("they went by themselves")
	}
}
