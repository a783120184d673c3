// SPDX-License-Identifier: GPL-3.0-or-later

package clipboard

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Life is how long a copied text stays on the clipboard.
	Life = 30 * time.Second
	// MaxText is the longest text that can be copied, in bytes: some hundred
	// of the longest messages at once.
	MaxText = 4 << 20
)

// ErrTooLong means that a text has more than MaxText bytes, or more than the
// system takes at once.
var ErrTooLong = errors.New("this is too long to be copied at once: copy it in parts")

// errNone means that there is no window, or none any more.
var errNone = errors.New("nothing can be copied while there is no window")

// Plain is a clipboard that knows no marks, such as Fyne's.
type Plain interface {
	Content() string
	SetContent(string)
}

// Options are what a Board needs to know about the window that it serves.
type Options struct {
	// X11 says that the window is an X11 window, so that the clipboard of the
	// display named by $DISPLAY is the one that the person uses.
	X11 bool
	// Window is the window's HWND on Windows, and not used elsewhere.
	Window uintptr
	// Plain is used where the system's own clipboard cannot be reached.
	Plain Plain
	// Do runs a function on the goroutine of the window, without waiting for
	// it, or not at all once the window is gone. Plain is cleared there.
	Do func(func())
	// Life is used in place of the constant Life if it is not zero.
	Life time.Duration
}

// system is one kind of clipboard.
type system interface {
	// put takes over text, puts it on the clipboard, and overwrites it when it
	// does not need it any more, also where it fails.
	put(text []byte) error
	// clear empties the clipboard if what it holds is still what put put there.
	clear()
	// close ends what the system needed. Only the end of the process follows.
	close()
	manners() Manners
}

// Board is what this program has on the clipboard. Write belongs on the
// goroutine of the window; the other methods may be called on any.
type Board struct {
	life time.Duration

	mu     sync.Mutex
	system system
	timer  *time.Timer
	copies uint64 // so that a timer that is late clears no newer text
	closed bool
}

// current is the program's one Board.
var current atomic.Pointer[Board]

// Open returns a Board on the clipboard of this system, and makes it the one
// that Write, Forget and Here reach.
func Open(o Options) *Board {
	s, err := native(o)
	if err != nil {
		s = newPlain(o.Plain, o.Do)
	}
	b := open(s, o.Life)
	current.Store(b)
	return b
}

func open(s system, life time.Duration) *Board {
	if life == 0 {
		life = Life
	}
	return &Board{system: s, life: life}
}

// Write copies through the Board that was opened last.
func Write(text string) error {
	if b := current.Load(); b != nil {
		return b.Write(text)
	}
	return errNone
}

// Forget takes back what the Board that was opened last has on the clipboard,
// if it is still there, in less than 20 ms. It may be called at any time on
// any goroutine, and does nothing without a Board.
func Forget() {
	if b := current.Load(); b != nil {
		b.Forget()
	}
}

// Here tells what copying can do on this system, as far as it is known before
// a Board is opened.
func Here() Manners {
	if b := current.Load(); b != nil {
		return b.Manners()
	}
	return Manners{}
}

// Write puts a text on the clipboard, with the marks that ask for it not to be
// kept, and takes it back after Life. An empty text is not put there. Where it
// fails the clipboard holds nothing of ours.
func (b *Board) Write(text string) error {
	if text == "" {
		return nil
	}
	if len(text) > MaxText {
		return ErrTooLong
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errNone
	}
	b.stop()
	if err := b.system.put([]byte(text)); err != nil {
		b.system.clear()
		return fmt.Errorf("this could not be copied: %w", err)
	}
	b.copies++
	this := b.copies
	b.timer = time.AfterFunc(b.life, func() { b.expire(this) })
	return nil
}

func (b *Board) expire(copy uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.copies == copy && !b.closed {
		b.system.clear()
	}
}

// Forget takes the text back now, if it is still there, in less than 20 ms.
func (b *Board) Forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.stop()
		b.system.clear()
	}
}

// stop ends the time of the last copy.
func (b *Board) stop() {
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	b.copies++
}

// Close takes the text back and lets go of the clipboard. It is called at the
// end of the program. Where a clipboard manager watched, it is given a tenth
// of a second to see that there is nothing more to keep.
func (b *Board) Close() {
	b.Forget()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.closed = true
		b.system.close()
		current.CompareAndSwap(b, nil)
	}
}

// Manners tells what copying can do on this system.
func (b *Board) Manners() Manners {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.system.manners()
}
