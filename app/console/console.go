// SPDX-License-Identifier: GPL-3.0-or-later

// Package console is the program on lines of text: for people at a terminal
// ([Text]), and for other programs as one JSON object a line ([JSON]).
//
// Both read commands, watch the [app.State], and print what is new between one
// State and the next. The JSON form is a contract that other programs rely on:
//
//	out  {"event":"tor","progress":0-100,"summary":"…"}
//	     {"event":"mesh","peers":N,"sources":{"slots":n,"invites":n,"remembered":n},
//	      "slots_alone":false}      true: all it knows of the others could be one person's
//	     {"event":"ready"}          can find and be found; again after an interruption
//	     {"event":"seeking"}
//	     {"event":"matched","interests":["…"]}
//	     {"event":"received","text":"…"}
//	     {"event":"sent","id":N}
//	     {"event":"delivered","id":N}
//	     {"event":"reconnecting"}   the way to the stranger broke and is built anew
//	     {"event":"resumed"}        it is there again, and the conversation goes on
//	     {"event":"ended","reason":"you left|they left|blocked"}
//	     {"event":"ended","reason":"lost","undelivered":[N,…]}
//	     {"event":"invite","id":N,"kind":"once|many|again","mine":true|false,
//	      "link":"passerby:…","status":"kept|preparing|waiting|met|over|gone","problem":"…"}
//	     {"event":"update","status":"asking|newest"}
//	     {"event":"update","status":"newer","version":"1.2.3",
//	      "files":[{"name":"…","sha256":"…"},…]}
//	     {"event":"update","status":"failed","problem":"…"}
//	     {"event":"error","message":"…"}
//	in   {"do":"find","interests":["…"]}
//	     {"do":"send","text":"…"}
//	     {"do":"leave"} {"do":"next"} {"do":"block"} {"do":"status"} {"do":"quit"}
//	     {"do":"invite","kind":"once|many"}  make a link for somebody else
//	     {"do":"follow","link":"passerby:…"} look for whoever made it
//	     {"do":"again"}                      keep what it takes to meet this stranger again
//	     {"do":"meet","id":N}                look for somebody who was kept
//	     {"do":"cancel","id":N}              end an invite
//	     {"do":"keep","what":"remember|stay","on":true|false}
//	                                         agree that members who stay on are remembered,
//	                                         or to stay on for others from the next start on
//	     {"do":"update"}                     ask, through Tor and this once, for a newer version
//
// An invite is told of when it is new and each time that it changes. "link" is
// not there while its status is kept or gone, and "problem" only where there is
// one: why it is over, or what went wrong last. A link of kind again is a note
// to oneself: whoever else has it can come in the other's place. A conversation
// that came of an invite begins with a "matched" that has its number as
// "invite".
//
// Between "reconnecting" and "resumed" one may go on sending: what is sent
// waits, and its "sent" comes when it has gone out. After three minutes without
// the stranger the conversation ends as lost. "undelivered" then holds the ids
// of those messages that, as far as is known, never arrived, oldest first; it
// is there with this reason alone, and if all arrived it is an empty list.
//
// Nothing is asked about updates until "update" does. "newest" means that
// nothing newer was shown, and that cannot be told from newer lists being
// withheld; see package update. The files are named by whoever publishes
// Passerby, under a signature that was checked.
//
// What is agreed to with "keep" holds for later starts too, of the window as
// well. Where it is not possible, as where no key store can be reached, an
// error says so.
//
// A line that is not exactly one of these changes nothing and is answered
// with an error. "status" says again what is true now. The end of the input
// means "quit".
package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"passerby/app"
)

// MaxLine is the longest line that is read, in bytes: room for a message of
// app.MaxMessage characters, each as a JSON surrogate pair.
const MaxLine = 64 << 10

// Program is what a console needs of the program behind it. *app.App fulfils
// it.
type Program interface {
	State() app.State
	Watch(ctx context.Context) <-chan app.State
	Find(interests []string) error
	Send(text string) (id uint64, err error)
	Leave() error
	Next() error
	Block() error
	Invite(kind app.InviteKind) (id uint64, err error)
	Follow(link string) (id uint64, err error)
	Again() (id uint64, err error)
	Meet(id uint64) error
	CancelInvite(id uint64) error
	// SetRemember and SetStay agree, or no longer agree, that something is kept:
	// see app.Keeping.
	SetRemember(on bool)
	SetStay(on bool)
	// AskForUpdates asks once whether there is a newer version.
	AskForUpdates() error
}

// What a dialect's command returns for what run does itself.
var (
	errQuit   = errors.New("console: quit")
	errStatus = errors.New("console: status")
	errHelp   = errors.New("console: help")
)

// done is what a dialect's command returns to say what it did, where no event
// does.
type done string

func (d done) Error() string { return string(d) }

// dialect is one way of reading commands and writing what happens.
type dialect interface {
	// command carries out one line. Its errors are shown and change nothing.
	command(p Program, line string) error
	// event writes one thing that happened.
	event(e event) error
}

// JSON runs the program on lines of JSON until the input ends, it is told to
// quit, or ctx ends. It returns an error when the program could not start or
// the output is closed.
func JSON(ctx context.Context, p Program, in io.Reader, out io.Writer) error {
	return run(ctx, p, in, &jsonDialect{out: out})
}

// Text runs the program on lines for people; see JSON.
func Text(ctx context.Context, p Program, in io.Reader, out io.Writer) error {
	return run(ctx, p, in, &textDialect{out: out})
}

func run(ctx context.Context, p Program, in io.Reader, d dialect) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex // of d, which two goroutines write to
	write := func(e event) {
		mu.Lock()
		defer mu.Unlock()
		if err := d.event(e); err != nil {
			cancel(fmt.Errorf("console: %w", err))
		}
	}
	var watching sync.WaitGroup
	watching.Go(func() {
		var last app.State
		for s := range p.Watch(ctx) {
			for _, e := range between(last, s) {
				write(e)
			}
			if last = s; s.Problem != nil && s.Problem.Fatal {
				cancel(errors.New(s.Problem.String()))
			}
		}
	})
	defer watching.Wait()
	defer cancel(nil)

	lines := make(chan line)
	// This goroutine may outlive run where in cannot be closed: a read of
	// standard input cannot be interrupted. It ends with the program.
	go readLines(ctx, in, lines)
	for {
		select {
		case <-ctx.Done():
			if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		case l, ok := <-lines:
			if !ok {
				return nil
			}
			err := l.err
			if err == nil {
				err = d.command(p, l.text)
			}
			var said done
			switch {
			case errors.As(err, &said):
				write(event{Event: "done", Message: string(said)})
			case errors.Is(err, errQuit):
				return nil
			case errors.Is(err, errHelp):
				write(event{Event: "help"})
			case errors.Is(err, errStatus):
				for _, e := range between(app.State{}, summary(p.State())) {
					write(e)
				}
			case err != nil:
				write(event{Event: "error", Message: err.Error()})
			}
		}
	}
}

// summary leaves out of a State what was told before and is no status.
func summary(s app.State) app.State {
	if s.Phase != app.Talking {
		s.Conversation = nil
	}
	if s.Conversation != nil {
		c := *s.Conversation
		c.Messages = nil
		s.Conversation = &c
	}
	return s
}

// line is one line of input, without its line break.
type line struct {
	text string
	err  error
}

var errLineTooLong = fmt.Errorf("this line is longer than %d bytes; nothing was done", MaxLine)

// readLines sends the lines of in, a too long one as an error, until in or ctx
// ends. It holds one line at most.
func readLines(ctx context.Context, in io.Reader, lines chan<- line) {
	defer close(lines)
	r := bufio.NewReaderSize(in, MaxLine+2) // a line and its \r\n
	for {
		b, err := r.ReadSlice('\n')
		l := line{text: trimEnd(b)}
		if errors.Is(err, bufio.ErrBufferFull) || len(l.text) > MaxLine {
			l = line{err: errLineTooLong}
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
		}
		if len(b) > 0 {
			select {
			case lines <- l:
			case <-ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func trimEnd(b []byte) string {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return string(b)
}
