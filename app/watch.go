// SPDX-License-Identifier: GPL-3.0-or-later

package app

import "context"

// watcher queues States for one front end. States share what they hold, so a
// queue costs little; a front end that stops reading for good is a defect.
type watcher struct {
	states []State
	wake   chan struct{}
	closed bool
}

// put and close are called with the App's mu held.
func (w *watcher) put(s State) {
	if !w.closed {
		w.states = append(w.states, s)
		w.signal()
	}
}

func (w *watcher) close() {
	w.closed = true
	w.signal()
}

func (w *watcher) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Watch returns every State in order, starting with the present one. The
// channel is closed when ctx ends, and after Close once all has been read.
func (a *App) Watch(ctx context.Context) <-chan State {
	w := &watcher{wake: make(chan struct{}, 1)}
	a.mu.Lock()
	w.put(a.state)
	w.closed = a.closed
	a.watchers[w] = struct{}{}
	a.mu.Unlock()
	out := make(chan State)
	go func() {
		defer close(out)
		defer func() {
			a.mu.Lock()
			delete(a.watchers, w)
			a.mu.Unlock()
		}()
		for {
			a.mu.Lock()
			states, closed := w.states, w.closed
			w.states = nil
			a.mu.Unlock()
			for _, s := range states {
				select {
				case out <- s:
				case <-ctx.Done():
					return
				}
			}
			if len(states) > 0 {
				continue
			}
			if closed {
				return
			}
			select {
			case <-w.wake:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
