// SPDX-License-Identifier: GPL-3.0-or-later

package clipboard

import (
	"errors"
	"hash/maphash"
	"sync/atomic"
)

// plain is a clipboard without marks. It remembers a hash of its text, under a
// key of this run, and not the text. But for clear it is used on the goroutine
// of the window alone.
type plain struct {
	board Plain
	do    func(func())
	seed  maphash.Seed
	ours  bool
	sum   uint64
	puts  atomic.Uint64 // so that a clear that waited takes no newer text back
}

func newPlain(board Plain, do func(func())) *plain {
	return &plain{board: board, do: do, seed: maphash.MakeSeed()}
}

func (p *plain) put(text []byte) error {
	defer clear(text)
	if p.board == nil {
		return errors.New("this system has no clipboard that can be used")
	}
	p.puts.Add(1)
	p.board.SetContent(string(text))
	p.sum, p.ours = maphash.Bytes(p.seed, text), true
	return nil
}

func (p *plain) clear() {
	if p.board == nil {
		return
	}
	put := p.puts.Load()
	p.do(func() {
		if p.puts.Load() != put {
			return
		}
		if p.ours && maphash.String(p.seed, p.board.Content()) == p.sum {
			p.board.SetContent("")
		}
		p.ours = false
	})
}

func (p *plain) close() {}

func (p *plain) manners() Manners { return Manners{} }
