// SPDX-License-Identifier: GPL-3.0-or-later

package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passerby/app"
	"passerby/app/console"
)

// program records commands and shows the States that it is given.
type program struct {
	mu     sync.Mutex
	states chan app.State
	now    app.State
	did    []string
}

func newProgram() *program { return &program{states: make(chan app.State, 16)} }

func (p *program) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.did = append(p.did, fmt.Sprintf(format, args...))
}

func (p *program) commands() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.did
}

func (p *program) State() app.State { return p.now }

func (p *program) Watch(ctx context.Context) <-chan app.State {
	out := make(chan app.State)
	go func() {
		defer close(out)
		for {
			select {
			case s := <-p.states:
				select {
				case out <- s:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func (p *program) Find(interests []string) error { p.note("find %q", interests); return nil }
func (p *program) Send(text string) (uint64, error) {
	p.note("send %q", text)
	if text == "refused" {
		return 0, errors.New("this is refused")
	}
	return 1, nil
}
func (p *program) Leave() error { p.note("leave"); return nil }
func (p *program) Next() error  { p.note("next"); return nil }
func (p *program) Block() error { p.note("block"); return nil }
func (p *program) Invite(kind app.InviteKind) (uint64, error) {
	p.note("invite %s", kind)
	return 1, nil
}
func (p *program) Follow(link string) (uint64, error) { p.note("follow %q", link); return 1, nil }
func (p *program) Again() (uint64, error)             { p.note("again"); return 1, nil }
func (p *program) Meet(id uint64) error               { p.note("meet %d", id); return nil }
func (p *program) CancelInvite(id uint64) error       { p.note("cancel %d", id); return nil }
func (p *program) SetRemember(on bool)                { p.note("remember %v", on) }
func (p *program) SetStay(on bool)                    { p.note("stay %v", on) }
func (p *program) AskForUpdates() error               { p.note("update"); return nil }

// front is a running console.
type front struct {
	*program
	in  *io.PipeWriter
	out lockedBuffer
	end chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// take returns what was written since the last call.
func (b *lockedBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.b.String()
	b.b.Reset()
	return s
}

func start(t *testing.T, run func(context.Context, console.Program, io.Reader, io.Writer) error) *front {
	t.Helper()
	f := &front{program: newProgram(), end: make(chan error, 1)}
	r, w := io.Pipe()
	f.in = w
	go func() {
		f.end <- run(t.Context(), f.program, r, &f.out)
		r.Close()
	}()
	t.Cleanup(func() { w.Close() })
	return f
}

// say writes a line and returns what the console answers.
func (f *front) say(line string) string {
	io.WriteString(f.in, line+"\n")
	synctest.Wait()
	return f.out.take()
}

func (f *front) show(s app.State) string {
	f.states <- s
	synctest.Wait()
	return f.out.take()
}

func TestJSONCommands(t *testing.T) {
	for line, want := range map[string]string{
		`{"do":"find"}`:                             `find []`,
		`{"do":"find","interests":[]}`:              `find []`,
		`{"do":"find","interests":["music","Tee"]}`: `find ["music" "Tee"]`,
		`{"do":"send", "text":"a\nb <c> \u00e9"}  `: `send "a\nb <c> é"`,
		`{"do":"send","text":""}`:                   `send ""`,
		`{"do":"leave"}`:                            `leave`,
		`{"do":"next"}`:                             `next`,
		`{"do":"block"}` + "\r":                     `block`,
		`{"do":"invite","kind":"once"}`:             `invite once`,
		`{"do":"follow","link":"passerby:a"}`:       `follow "passerby:a"`,
		`{"do":"again"}`:                            `again`,
		`{"do":"meet","id":3}`:                      `meet 3`,
		`{"id":18446744073709551615,"do":"cancel"}`: `cancel 18446744073709551615`,
		`{"do":"keep","what":"remember","on":true}`: `remember true`,
		`{"do":"keep","what":"stay","on":false}`:    `stay false`,
		`{"do":"update"}`:                           `update`,
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, console.JSON)
			if got := f.say(line); got != "" {
				t.Errorf("%s: answered %s", line, got)
			}
			if got := strings.Join(f.commands(), ";"); got != want {
				t.Errorf("%s: did %s", line, got)
			}
		})
	}
}

func TestJSONRefusesWhatIsNoCommand(t *testing.T) {
	for _, line := range []string{
		``, `x`, `[]`, `null`, `"find"`, `{}`, `{"do":1}`, `{"do":"dance"}`, `{"do":"find"`,
		`{"do":"leave","do":"quit"}`, `{"do":"send","text":"x","text":"y"}`, `{"DO":"leave"}`, `{"do":"leave","Do":"leave"}`,
		`{"do":"find"} {"do":"leave"}`, `{"do":"find"}x`, `{"do":"find","text":"x"}`,
		`{"do":"find","interests":"x"}`, `{"do":"find","interests":[1]}`, `{"do":"leave","interests":[]}`,
		`{"do":"send"}`, `{"do":"send","text":1}`, `{"do":"send","text":"x","to":"y"}`, `{"do":"quit","text":"x"}`,
		`{"do":"invite"}`, `{"do":"invite","kind":1}`, `{"do":"invite","kind":"once","id":1}`, `{"do":"follow"}`,
		`{"do":"follow","text":"x"}`, `{"do":"again","id":1}`, `{"do":"meet"}`, `{"do":"meet","id":-1}`, `{"do":"meet","id":"1"}`,
		`{"do":"cancel","id":1.5}`, `{"do":"cancel","id":18446744073709551616}`, `{"do":"cancel","ID":1}`, `{"do":"send","text":"x","link":"y"}`,
		`{"do":"keep","what":"stay"}`, `{"do":"keep","on":true}`, `{"do":"keep","what":"all","on":true}`, `{"do":"keep","what":"stay","on":"true"}`,
		`{"do":"leave","on":true}`, `{"do":"update","on":true}`,
		"{\"do\":\"send\",\"text\":\"\xff\"}", `{"do":"send","text":"` + strings.Repeat("x", console.MaxLine) + `"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, console.JSON)
			var e struct{ Event, Message string }
			answer := f.say(line)
			if err := json.Unmarshal([]byte(answer), &e); err != nil || e.Event != "error" || e.Message == "" {
				t.Errorf("%.60q: answered %q", line, answer)
			}
			if did := f.commands(); did != nil {
				t.Errorf("%.60q: did %s", line, did)
			}
			// and it goes on as before
			if f.say(`{"do":"leave"}`); len(f.commands()) != 1 {
				t.Errorf("%.60q: the next command is lost", line)
			}
		})
	}
}

func TestJSONErrorsDoNotRepeatWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, console.JSON)
		for _, line := range []string{`{"do":"secret"}`, `{"secret":1}`, `{"do":"send","text":["secret"]}`, `secret`} {
			if got := f.say(line); strings.Contains(got, "secret") {
				t.Errorf("%s: %s", line, got)
			}
		}
	})
}

func TestJSONEventsAreTheContract(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, console.JSON)
		s := app.State{}
		step := func(want string, change func()) {
			t.Helper()
			change()
			if got := f.show(s); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		talk := func(messages ...app.Message) *app.Conversation {
			return &app.Conversation{ID: 1, Messages: messages}
		}
		step("", func() {})
		step(`{"event":"tor","progress":0,"summary":"Starting"}`+"\n", func() { s.Tor.Summary = "Starting" })
		step(`{"event":"tor","progress":100,"summary":"Done"}`+"\n", func() { s.Tor = app.Tor{Progress: 100, Summary: "Done"} })
		step(`{"event":"mesh","peers":0,"sources":{"slots":2,"invites":0,"remembered":0},"slots_alone":false}`+"\n", func() { s.Mesh.Sources.Slots = 2 })
		step(`{"event":"mesh","peers":0,"sources":{"slots":2,"invites":0,"remembered":0},"slots_alone":true}`+"\n", func() { s.Mesh.SlotsAlone = true })
		step(`{"event":"mesh","peers":0,"sources":{"slots":2,"invites":1,"remembered":0},"slots_alone":false}`+"\n", func() {
			s.Mesh.Sources.Invites, s.Mesh.SlotsAlone = 1, false
		})
		step(`{"event":"mesh","peers":0,"sources":{"slots":2,"invites":0,"remembered":0},"slots_alone":false}`+"\n", func() { s.Mesh.Sources.Invites = 0 })
		step(`{"event":"ready"}`+"\n", func() { s.Ready = true })
		step("", func() { s.Ready = false })
		step(`{"event":"ready"}`+"\n", func() { s.Ready = true })
		step(`{"event":"seeking"}`+"\n", func() { s.Phase, s.Search = app.Seeking, &app.Search{} })
		step("", func() { s.Search = &app.Search{Stamped: true} })
		step(`{"event":"matched","interests":[]}`+"\n", func() { s.Phase, s.Search, s.Conversation = app.Talking, nil, talk() })
		step("", func() { s.Conversation = talk(app.Message{ID: 1, Mine: true}) })
		step(`{"event":"sent","id":1}`+"\n", func() { s.Conversation = talk(app.Message{ID: 1, Mine: true, Delivery: app.Sent}) })
		step(`{"event":"delivered","id":1}`+"\n"+`{"event":"received","text":"<a> & \"b\"\nc"}`+"\n", func() {
			s.Conversation = talk(app.Message{ID: 1, Mine: true, Delivery: app.Delivered},
				app.Message{ID: 1, Text: "<a> & \"b\"\nc", Delivery: app.Delivered})
		})
		step(`{"event":"ended","reason":"they left"}`+"\n", func() {
			s.Phase, s.Conversation = app.After, &app.Conversation{ID: 1, Ended: app.TheyLeft}
		})
		step(`{"event":"seeking"}`+"\n", func() { s.Phase, s.Search, s.Conversation = app.Seeking, &app.Search{}, nil })
		step(`{"event":"matched","interests":["tea"]}`+"\n"+`{"event":"sent","id":1}`+"\n"+`{"event":"delivered","id":1}`+"\n", func() {
			s.Phase, s.Search = app.Talking, nil
			s.Conversation = talk(app.Message{ID: 1, Mine: true, Delivery: app.Delivered})
			s.Conversation.ID, s.Conversation.Interests = 2, []string{"tea"}
		})
		step(`{"event":"error","message":"It is bad. Do this."}`+"\n", func() { s.Problem = &app.Problem{What: "It is bad.", Advice: "Do this."} })
		// when asked, then it says again what is true, and no message twice
		f.now = s
		want := `{"event":"tor","progress":100,"summary":"Done"}
{"event":"error","message":"It is bad. Do this."}
{"event":"mesh","peers":0,"sources":{"slots":2,"invites":0,"remembered":0},"slots_alone":false}
{"event":"ready"}
{"event":"matched","interests":["tea"]}
`
		if got := f.say(`{"do":"status"}`); got != want {
			t.Errorf("status: %s", got)
		}
	})
}

func TestJSONReconnecting(t *testing.T) {
	const matched = `{"event":"matched","interests":[]}` + "\n"
	talk := func(reconnecting bool, messages ...app.Message) *app.Conversation {
		return &app.Conversation{ID: 1, Reconnecting: reconnecting, Messages: messages}
	}
	mine := func(d app.Delivery) app.Message { return app.Message{ID: 1, Mine: true, Delivery: d} }
	theirs := app.Message{ID: 1, Text: "a", Delivery: app.Delivered}
	ended := func(reason app.Reason, undelivered ...uint64) *app.Conversation {
		return &app.Conversation{ID: 1, Ended: reason, Undelivered: undelivered}
	}
	for name, tc := range map[string]struct {
		before, after *app.Conversation
		want          string
	}{
		"breaks":             {talk(false), talk(true), `{"event":"reconnecting"}` + "\n"},
		"stays broken":       {talk(true), talk(true, mine(app.Waiting)), ""},
		"resumes":            {talk(true), talk(false), `{"event":"resumed"}` + "\n"},
		"goes on":            {talk(false), talk(false), ""},
		"broken when it met": {nil, talk(true), matched + `{"event":"reconnecting"}` + "\n"},
		"what came before it broke": {talk(false), talk(true, theirs),
			`{"event":"received","text":"a"}` + "\n" + `{"event":"reconnecting"}` + "\n"},
		"what comes once it is back": {talk(true, mine(app.Waiting)), talk(false, mine(app.Sent), theirs),
			`{"event":"resumed"}` + "\n" + `{"event":"sent","id":1}` + "\n" + `{"event":"received","text":"a"}` + "\n"},
		"lost, all delivered":          {talk(true), ended(app.Lost), `{"event":"ended","reason":"lost","undelivered":[]}` + "\n"},
		"lost, two not delivered":      {talk(true), ended(app.Lost, 3, 4), `{"event":"ended","reason":"lost","undelivered":[3,4]}` + "\n"},
		"lost at once":                 {talk(false), ended(app.Lost, 1), `{"event":"ended","reason":"lost","undelivered":[1]}` + "\n"},
		"left while broken":            {talk(true), ended(app.YouLeft, 3), `{"event":"ended","reason":"you left"}` + "\n"},
		"they left":                    {talk(false), ended(app.TheyLeft, 3), `{"event":"ended","reason":"they left"}` + "\n"},
		"blocked":                      {talk(false), ended(app.Blocked, 3), `{"event":"ended","reason":"blocked"}` + "\n"},
		"a new one after a broken one": {talk(true), &app.Conversation{ID: 2}, matched},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, console.JSON)
			f.show(app.State{Phase: app.Talking, Conversation: tc.before})
			if got := f.show(app.State{Phase: app.Talking, Conversation: tc.after}); got != tc.want {
				t.Errorf("%s:\ngot  %s\nwant %s", name, got, tc.want)
			}
		})
	}
}

func TestJSONStatusWhileReconnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, console.JSON)
		f.now = app.State{Phase: app.Talking, Conversation: &app.Conversation{ID: 1, Reconnecting: true}}
		got := f.say(`{"do":"status"}`)
		if !strings.HasSuffix(got, `{"event":"matched","interests":[]}`+"\n"+`{"event":"reconnecting"}`+"\n") {
			t.Errorf("got %s", got)
		}
	})
}

func TestConsoleEnds(t *testing.T) {
	for name, end := range map[string]func(f *front){
		"told to":          func(f *front) { f.say(`{"do":"quit"}`) },
		"end of the input": func(f *front) { f.in.Close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, console.JSON)
			end(f)
			if err := <-f.end; err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestConsoleEndsWithAFatalProblem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, console.JSON)
		got := f.show(app.State{Problem: &app.Problem{What: "No tor.", Fatal: true}})
		if got != `{"event":"error","message":"No tor."}`+"\n" {
			t.Errorf("got %s", got)
		}
		if err := <-f.end; err == nil {
			t.Error("no error")
		}
	})
}

func TestConsoleEndsWhenTheOutputIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProgram()
		r, w := io.Pipe()
		defer w.Close()
		end := make(chan error, 1)
		go func() {
			end <- console.JSON(t.Context(), p, r, brokenWriter{})
			r.Close()
		}()
		p.states <- app.State{Ready: true}
		if err := <-end; err == nil {
			t.Error("no error")
		}
	})
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestTextCommands(t *testing.T) {
	for line, want := range map[string]string{
		"hello there":          `send "hello there"`,
		"//find":               `send "/find"`,
		"/find":                `find []`,
		"/find  music, , tea":  `find ["music" "tea"]`,
		"/leave":               `leave`,
		"/next":                `next`,
		"/block":               `block`,
		"/invite":              `invite once`,
		"/invite  many":        `invite many`,
		"/follow passerby:a b": `follow "passerby:a b"`,
		"/again":               `again`,
		"/meet 3":              `meet 3`,
		"/cancel  4 ":          `cancel 4`,
		"/update":              `update`,
		"":                     ``,
		"   ":                  ``,
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, console.Text)
			if got := f.say(line); got != "" {
				t.Errorf("%q: answered %s", line, got)
			}
			if got := strings.Join(f.commands(), ";"); got != want {
				t.Errorf("%q: did %s", line, got)
			}
		})
	}
}

func TestTextAnswers(t *testing.T) {
	for line, want := range map[string]string{
		"/dance":    "! this command is unknown",
		"/leave me": "! this command takes nothing behind it",
		"/help":     "Type a message",
		"/meet":     "! /meet takes the number",
		"/cancel x": "! /cancel takes the number",
		"/keep":     "! /keep takes",
		"/keep all": "! /keep takes",
		"refused":   "! this is refused",
	} {
		synctest.Test(t, func(t *testing.T) {
			if got := start(t, console.Text).say(line); !strings.HasPrefix(got, want) {
				t.Errorf("%q: answered %s", line, got)
			}
		})
	}
}

// What is agreed to is done, and what that means is said.
func TestTextOfWhatIsKept(t *testing.T) {
	for line, want := range map[string]struct{ did, says string }{
		"/keep remember on":    {"remember true", "remembered for later starts"},
		"/keep remember  off ": {"remember false", "forgotten"},
		"/keep stay on":        {"stay true", "from the next start on"},
		"/keep stay off":       {"stay false", "gives up its address"},
		"/keep stay":           {"", "/keep takes"},
		"/keep stay on on":     {"", "/keep takes"},
		"/keep stay perhaps":   {"", "/keep takes"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, console.Text)
			if got := f.say(line); !strings.Contains(strings.ToLower(got), want.says) {
				t.Errorf("%q: answered %s", line, got)
			}
			if got := strings.Join(f.commands(), ";"); got != want.did {
				t.Errorf("%q: did %s", line, got)
			}
		})
	}
}

// Why something is not kept is said once.
func TestWhatIsWrongWithWhatIsKeptIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, console.JSON)
		s := app.State{Keeping: app.Keeping{Remember: true, Problem: "It cannot be kept."}}
		for _, want := range []string{`{"event":"error","message":"It cannot be kept."}` + "\n", ""} {
			f.states <- s
			synctest.Wait()
			if got := f.out.take(); got != want {
				t.Errorf("it says %q", got)
			}
			s.Keeping.Remembered++
		}
	})
}

func TestTextOfAConversation(t *testing.T) {
	talking := app.Conversation{ID: 1}
	broken := app.Conversation{ID: 1, Reconnecting: true}
	lost := func(ids ...uint64) app.Conversation {
		return app.Conversation{ID: 1, Ended: app.Lost, Undelivered: ids}
	}
	for _, tc := range []struct {
		before, after app.Conversation
		want          []string
	}{
		{talking, broken, []string{"· The connection to the stranger broke. Reconnecting …\n· ", "waits until they are there again"}},
		{broken, talking, []string{"· Connected to the stranger again"}},
		{broken, lost(), []string{"did not come back. What was said is forgotten here"}},
		{broken, lost(7), []string{" Your message 7 may not have reached them."}},
		{broken, lost(7, 8, 9, 11, 13, 14), []string{" Your messages 7 to 9, 11, 13 to 14 may not have reached them."}},
		{talking, app.Conversation{ID: 1, Ended: app.Blocked}, []string{"present key cannot meet you again while this copy runs", "a new key can"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := start(t, console.Text)
			f.show(app.State{Conversation: &tc.before})
			got := f.show(app.State{Conversation: &tc.after})
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in %q", want, got)
				}
			}
		})
	}
}

func TestTextMarksEveryLineOfTheStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, console.Text)
		got := f.show(app.State{Conversation: &app.Conversation{ID: 1, Messages: []app.Message{
			{ID: 1, Text: "a\n· Ready.", At: time.Now()},
		}}})
		if !strings.HasSuffix(got, "< a\n< · Ready.\n") {
			t.Errorf("got %q", got)
		}
	})
}

func TestTextSaysWhenAllRestsOnSlotsAlone(t *testing.T) {
	for _, tc := range []struct {
		mesh      app.Mesh
		want, not string
	}{
		{app.Mesh{Peers: 2, Sources: app.Sources{Slots: 3}, SlotsAlone: true}, "one person could be all that you see", "invites."},
		{app.Mesh{Peers: 2, Sources: app.Sources{Slots: 3, Invites: 1}}, "people you met through invites", "could be all"},
		{app.Mesh{Peers: 2, Sources: app.Sources{Slots: 3, Remembered: 1}}, "remembered from before", "could be all"},
	} {
		synctest.Test(t, func(t *testing.T) {
			got := start(t, console.Text).show(app.State{Mesh: tc.mesh})
			if !strings.Contains(got, tc.want) || strings.Contains(got, tc.not) {
				t.Errorf("%+v: %q", tc.mesh, got)
			}
		})
	}
}

func TestUpdatesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asJSON, asText := start(t, console.JSON), start(t, console.Text)
		for _, step := range []struct {
			update app.Update
			want   string
			words  []string
		}{
			{app.Update{Can: true}, "", nil},
			{app.Update{Can: true, Phase: app.UpdateAsking}, `{"event":"update","status":"asking"}` + "\n", []string{"through Tor"}},
			{app.Update{Can: true, Phase: app.UpdateNewest}, `{"event":"update","status":"newest"}` + "\n", []string{"Nothing newer", app.Version}},
			{app.Update{Can: true, Phase: app.UpdateAsking}, `{"event":"update","status":"asking"}` + "\n", nil},
			{
				app.Update{Can: true, Phase: app.UpdateNewer, Version: "1.2.3", Files: []app.UpdateFile{{Name: "a.deb", SHA256: "0a"}, {Name: "b.rpm", SHA256: "0b"}}},
				`{"event":"update","status":"newer","version":"1.2.3","files":[{"name":"a.deb","sha256":"0a"},{"name":"b.rpm","sha256":"0b"}]}` + "\n",
				[]string{"version 1.2.3", app.Version, "\n  0a  a.deb\n  0b  b.rpm\n", "Install none that has another"},
			},
			{
				app.Update{Can: true, Phase: app.UpdateFailed, Problem: &app.Problem{What: "Nobody answers.", Advice: "Try again later."}},
				`{"event":"update","status":"failed","problem":"Nobody answers. Try again later."}` + "\n", []string{"! Nobody answers. Try again later."},
			},
		} {
			s := app.State{Update: step.update}
			if got := asJSON.show(s); got != step.want {
				t.Errorf("got  %s\nwant %s", got, step.want)
			}
			got := asText.show(s)
			for _, word := range step.words {
				if !strings.Contains(got, word) {
					t.Errorf("%q is not in %q", word, got)
				}
			}
		}
	})
}

func TestInvitesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mine := app.Invite{ID: 1, Kind: app.Once, Mine: true, Link: "passerby:abc", Phase: app.InviteWaiting}
		note := app.Invite{ID: 2, Kind: app.Again, Phase: app.InviteKept}
		with := func(list ...app.Invite) app.State { return app.State{Invites: list} }
		asJSON, asText := start(t, console.JSON), start(t, console.Text)
		step := func(s app.State, want string, words ...string) {
			t.Helper()
			if got := asJSON.show(s); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			got := asText.show(s)
			for _, word := range words {
				if !strings.Contains(got, word) {
					t.Errorf("%q is not in %q", word, got)
				}
			}
		}
		// when there is one, then its link is told, and what to do with it
		step(with(mine), `{"event":"invite","id":1,"kind":"once","mine":true,"link":"passerby:abc","status":"waiting"}`+"\n",
			"passerby:abc", "Hand over this link")
		step(with(mine), "")
		// when there is another, then it alone is told
		step(with(mine, note), `{"event":"invite","id":2,"kind":"again","mine":false,"status":"kept"}`+"\n", "/meet 2")
		// when one has changed
		note.Phase, note.Link = app.InviteWaiting, "passerby:secret"
		mine.Phase, mine.Problem = app.InviteOver, "It is used."
		step(with(mine, note), `{"event":"invite","id":1,"kind":"once","mine":true,"link":"passerby:abc","status":"over","problem":"It is used."}`+"\n"+
			`{"event":"invite","id":2,"kind":"again","mine":false,"link":"passerby:secret","status":"waiting"}`+"\n",
			"Invite 1 is over. It is used.", "keep this note", "passerby:secret")
		// when one is gone
		step(with(note), `{"event":"invite","id":1,"kind":"once","mine":true,"status":"gone"}`+"\n", "Invite 1 is gone.")
		// when it brought somebody
		s := with(note)
		s.Phase, s.Conversation = app.Talking, &app.Conversation{ID: 1, Invite: 2}
		step(s, `{"event":"matched","interests":[],"invite":2}`+"\n", "whom invite 2 brought")
		// and asked, it says them again
		asJSON.now = with(note)
		if got := asJSON.say(`{"do":"status"}`); !strings.Contains(got, `"link":"passerby:secret"`) {
			t.Errorf("status: %s", got)
		}
	})
}
