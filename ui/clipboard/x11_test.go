// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux && cgo

package clipboard_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"go.uber.org/goleak"

	"passerby/ui/clipboard"
	"passerby/ui/internal/desktoptest"
)

// asked has the test's own program be the one that copies and ends.
const asked = "PASSERBY_CLIPBOARD_TEST"

var desktop *desktoptest.Desktop

func TestMain(m *testing.M) {
	if how := os.Getenv(asked); how != "" {
		copyAndEnd(how)
		return
	}
	code, err := onDesktop(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func onDesktop(m *testing.M) (code int, err error) {
	if desktop, err = desktoptest.Start(320, 240); err != nil {
		return 1, err
	}
	if err := os.Setenv("DISPLAY", desktop.Display()); err != nil {
		return 1, errors.Join(err, desktop.Close())
	}
	code = m.Run()
	err = desktop.Close()
	return code, errors.Join(err, goleak.Find())
}

// given returns a Board whose text lives this long.
func given(t *testing.T, life time.Duration) *clipboard.Board {
	t.Helper()
	b := clipboard.Open(clipboard.Options{X11: true, Life: life})
	t.Cleanup(b.Close)
	if m := b.Manners(); !m.Marked {
		t.Fatalf("this is not X11's clipboard: %+v", m)
	}
	return b
}

func write(t *testing.T, b *clipboard.Board, text string) {
	t.Helper()
	if err := b.Write(text); err != nil {
		t.Fatal(err)
	}
}

// form returns one form of what is on the clipboard, as xclip reads it, or ""
// where there is none.
func form(t *testing.T, target string) string {
	t.Helper()
	out, err := exec.Command("xclip", "-out", "-selection", "clipboard", "-target", target).Output()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out)
}

func pasted(t *testing.T) string { t.Helper(); return form(t, "UTF8_STRING") }

func forms(t *testing.T) []string { t.Helper(); return strings.Fields(form(t, "TARGETS")) }

// becomes waits until the clipboard holds a text.
func becomes(t *testing.T, want string, long time.Duration) {
	t.Helper()
	got := ""
	for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = pasted(t); got == want {
			return
		}
	}
	t.Fatalf("after %v the clipboard holds %q and not %q", long, got, want)
}

const foreign = "Grüße, Δημήτρη! שלום 你好 👩‍👩‍👧‍👦\nsecond line"

func TestCopiesCarryTheMark(t *testing.T) {
	b := given(t, time.Minute)
	write(t, b, foreign)
	have := forms(t)
	for _, want := range []string{
		"TARGETS", "TIMESTAMP", "UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING", "x-kde-passwordManagerHint",
	} {
		if !slices.Contains(have, want) {
			t.Errorf("%s is not among %q", want, have)
		}
	}
	for _, never := range []string{"MULTIPLE", "SAVE_TARGETS", "DELETE"} {
		if slices.Contains(have, never) {
			t.Errorf("%s is among %q", never, have)
		}
	}
	if got := form(t, "x-kde-passwordManagerHint"); got != "secret" {
		t.Errorf("the mark says %q", got)
	}
	for _, target := range []string{"UTF8_STRING", "text/plain;charset=utf-8", "text/plain"} {
		if got := form(t, target); got != foreign {
			t.Errorf("%s reads %q", target, got)
		}
	}
	if got := form(t, "STRING"); !strings.HasPrefix(got, "Gr\xfc\xdfe, ???????! ") {
		t.Errorf("STRING reads %q", got)
	}
	if out, err := exec.Command("xsel", "--output", "--clipboard").Output(); err != nil || string(out) != foreign {
		t.Errorf("xsel reads %q: %v", out, err)
	}
	if got := form(t, "TIMESTAMP"); got == "" || got == "0" {
		t.Errorf("TIMESTAMP reads %q", got)
	}
}

func TestLongTextIsCopiedWhole(t *testing.T) {
	b := given(t, time.Minute)
	for _, size := range []int{1, 16 << 10, 300 << 10, clipboard.MaxText} {
		text := strings.Repeat("0123456789abcde\n", size/16+1)[:size]
		write(t, b, text)
		if got := pasted(t); got != text {
			t.Errorf("of %d bytes %d are pasted", len(text), len(got))
		}
	}
}

func TestTextIsTakenBackAfterItsTime(t *testing.T) {
	b := given(t, 500*time.Millisecond)
	write(t, b, "ours")
	if got := pasted(t); got != "ours" {
		t.Fatalf("the clipboard holds %q", got)
	}
	becomes(t, "", 5*time.Second)
	if have := forms(t); slices.Contains(have, "UTF8_STRING") || slices.Contains(have, "STRING") {
		t.Errorf("there is still %q", have)
	}
	// and can be copied to again
	write(t, b, "again")
	if got := pasted(t); got != "again" {
		t.Errorf("the clipboard holds %q", got)
	}
}

func TestTheTimeBeginsWithTheLastCopy(t *testing.T) {
	const life = 2 * time.Second
	b := given(t, life)
	write(t, b, "one")
	time.Sleep(life / 2)
	write(t, b, "two")
	time.Sleep(life * 3 / 4)
	if got := pasted(t); got != "two" {
		t.Errorf("the clipboard holds %q", got)
	}
	becomes(t, "", 5*time.Second)
}

func TestWhatAnotherProgramCopiedStays(t *testing.T) {
	const life = 500 * time.Millisecond
	b := given(t, life)
	write(t, b, "ours")
	if err := desktop.SetClipboard("theirs"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * life)
	b.Forget()
	clipboard.Forget()
	b.Close()
	if got := pasted(t); got != "theirs" {
		t.Errorf("the clipboard holds %q", got)
	}
}

// A program may take the clipboard at any moment, also when ours is just about
// to be taken back.
func TestTakingBackNeverHitsAnotherProgram(t *testing.T) {
	b := given(t, time.Minute)
	x := another(t)
	sel, err1 := x.atom("CLIPBOARD")
	win, err2 := x.window()
	fine(t, err1, err2)
	for i := range 300 {
		write(t, b, "ours")
		time.Sleep(2 * time.Millisecond) // the X server's clock ticks in milliseconds
		forgotten := make(chan struct{})
		go func() {
			defer close(forgotten)
			time.Sleep(time.Duration(i%20) * 20 * time.Microsecond)
			b.Forget()
		}()
		fine(t, x.request(opSetOwner, 0, win, sel, 0))
		<-forgotten
		time.Sleep(2 * time.Millisecond) // until the X server has read all of it
		owner, err := x.owner(sel)
		fine(t, err)
		if owner != win {
			t.Fatalf("in round %d the other program's clipboard was taken from it", i)
		}
	}
}

func TestForgetIsQuick(t *testing.T) {
	b := given(t, time.Minute)
	var worst time.Duration
	for range 50 {
		write(t, b, foreign)
		begun := time.Now()
		clipboard.Forget()
		worst = max(worst, time.Since(begun))
	}
	if got := pasted(t); got != "" {
		t.Errorf("the clipboard holds %q", got)
	}
	t.Logf("forgetting takes %v at most", worst)
	if worst > 20*time.Millisecond {
		t.Errorf("forgetting took %v", worst)
	}
	clipboard.Forget()
	b.Close()
	clipboard.Forget()
	if err := b.Write("late"); err == nil {
		t.Error("copied after the end")
	}
}

// copyAndEnd copies and ends in the way that the test asks for.
func copyAndEnd(how string) {
	b := clipboard.Open(clipboard.Options{X11: true})
	if err := b.Write("from a program that ends"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("copied")
	var wait [1]byte
	os.Stdin.Read(wait[:])
	if how == "close" {
		b.Close()
	}
}

func TestTheEndOfTheProgramTakesItsTextBack(t *testing.T) {
	for _, how := range []string{"close", "exit", "kill"} {
		t.Run(how, func(t *testing.T) {
			// given a program that has copied
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), asked+"="+how)
			in, err1 := cmd.StdinPipe()
			out, err2 := cmd.StdoutPipe()
			fine(t, err1, err2, cmd.Start())
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			said := make([]byte, 64)
			n, err := out.Read(said)
			fine(t, err)
			if string(said[:n]) != "copied\n" {
				t.Fatalf("it says %q", said[:n])
			}
			if got := pasted(t); got != "from a program that ends" {
				t.Fatalf("the clipboard holds %q", got)
			}
			// when it ends
			if how == "kill" {
				fine(t, cmd.Process.Kill())
			}
			fine(t, in.Close())
			if err := cmd.Wait(); err != nil && how != "kill" {
				t.Error(err)
			}
			// then its text is gone
			becomes(t, "", 5*time.Second)
		})
	}
}

func another(t *testing.T) *xclient {
	t.Helper()
	x, err := dialX()
	fine(t, err)
	t.Cleanup(func() { fine(t, x.close()) })
	return x
}

func fine(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// A clipboard manager owns CLIPBOARD_MANAGER and waits to be asked, with
// SAVE_TARGETS, to keep what a program leaves behind. GLFW asks; we do not.
func TestNoClipboardManagerIsAskedToKeepAnything(t *testing.T) {
	x := another(t)
	manager, err1 := x.atom("CLIPBOARD_MANAGER")
	win, err2 := x.window()
	fine(t, err1, err2, x.request(opSetOwner, 0, win, manager, 0))

	b := given(t, 100*time.Millisecond)
	write(t, b, "ours")
	time.Sleep(300 * time.Millisecond)
	write(t, b, "ours")
	b.Forget()
	write(t, b, "ours")
	b.Close()

	if e, err := x.event(evSelectionRequest, 500*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the clipboard manager is asked: %v %v", e, err)
	}
}

// GNOME's Mutter keeps no history, but a copy of the last text, and puts that
// back when the text's owner goes away. It drops it when there is a new owner,
// who has no text (mutter, src/core/meta-clipboard-manager.c).
func TestWhatMutterKeepsIsDropped(t *testing.T) {
	x := another(t)
	sel, err1 := x.atom("CLIPBOARD")
	utf8, err2 := x.atom("UTF8_STRING")
	win, err3 := x.window()
	fine(t, err1, err2, err3)
	told, err := x.watch(sel, win)
	fine(t, err)
	b := given(t, time.Minute)

	// when what happens to the clipboard is what Mutter would see
	kept := make(chan string, 10) // its copy after each change; "gone" once there is no owner
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			e, err := x.event(told, patience)
			if err != nil {
				t.Error(err)
				return
			}
			if owner := order.Uint32(e[8:]); e[1] != 0 || owner == 0 {
				kept <- "gone"
				return
			}
			time.Sleep(20 * time.Millisecond) // it has other things to do
			targets, ok, err := x.convert("CLIPBOARD", "TARGETS", win)
			if err != nil || !ok {
				kept <- fmt.Sprintf("as before: %v", err)
				continue
			}
			if !bytes.Contains(targets, order.AppendUint32(nil, utf8)) {
				kept <- ""
				continue
			}
			text, _, err := x.convert("CLIPBOARD", "UTF8_STRING", win)
			if err != nil {
				t.Error(err)
			}
			kept <- string(text)
		}
	}()
	next := func(when, want string) {
		t.Helper()
		select {
		case got := <-kept:
			if got != want {
				t.Errorf("%s it keeps %q", when, got)
			}
		case <-time.After(patience):
			t.Fatalf("%s it sees nothing", when)
		}
	}
	write(t, b, "one")
	next("after a copy", "one")
	b.Forget()
	next("after that is forgotten", "")
	write(t, b, "two")
	next("after another copy", "two")
	begun := time.Now()
	b.Close()
	if took := time.Since(begun); took > 200*time.Millisecond {
		t.Errorf("closing takes %v", took)
	}
	next("when the program ends", "")
	next("when the program has ended", "gone")
	<-done
}

func TestWhatIsRefused(t *testing.T) {
	b := given(t, time.Minute)
	write(t, b, "ours")
	x := another(t)
	win, err := x.window()
	fine(t, err)
	for _, target := range []string{"MULTIPLE", "SAVE_TARGETS", "DELETE", "INCR", "text/html", "NEVER_HEARD_OF"} {
		if got, ok, err := x.convert("CLIPBOARD", target, win); err != nil || ok {
			t.Errorf("asked for %s it gives %q: %v", target, got, err)
		}
	}
	if got, ok, err := x.convert("CLIPBOARD", "UTF8_STRING", win); err != nil || !ok || string(got) != "ours" {
		t.Errorf("asked for its text it gives %q: %v", got, err)
	}
	b.Forget()
	for _, target := range []string{"UTF8_STRING", "STRING", "text/plain", "text/plain;charset=utf-8"} {
		if got, ok, err := x.convert("CLIPBOARD", target, win); err != nil || ok {
			t.Errorf("asked for %s when nothing is left it gives %q: %v", target, got, err)
		}
	}
	if _, ok, err := x.convert("CLIPBOARD", "TARGETS", win); err != nil || !ok {
		t.Errorf("asked what there is when nothing is left it says nothing: %v", err)
	}
}

// Programs that ask and vanish, ask and never look, or ask for ever neither
// end us, nor hold us up, nor have us grow.
func TestHostileRequestors(t *testing.T) {
	text := strings.Repeat("a long text ", 10_000)
	ask := func(t *testing.T, x *xclient, times int, then func(win uint32) []byte) {
		t.Helper()
		sel, err1 := x.atom("CLIPBOARD")
		utf8, err2 := x.atom("UTF8_STRING")
		into, err3 := x.atom("INTO")
		win, err4 := x.window()
		fine(t, err1, err2, err3, err4)
		request := encode(opConvert, 0, win, sel, utf8, into, 0)
		_, err := x.conn.Write(append(bytes.Repeat(request, times), then(win)...))
		fine(t, err)
	}
	nothing := func(uint32) []byte { return nil }

	t.Run("that vanish", func(t *testing.T) {
		b := given(t, time.Minute)
		write(t, b, text)
		for range 50 {
			x, err := dialX()
			fine(t, err)
			ask(t, x, 3, func(win uint32) []byte { return encode(opDestroyWindow, 0, win) })
			fine(t, x.close())
		}
		if got := pasted(t); got != text {
			t.Errorf("afterwards %d bytes are pasted", len(got))
		}
	})
	t.Run("that never look", func(t *testing.T) {
		b := given(t, time.Minute)
		write(t, b, text)
		for range 50 {
			ask(t, another(t), 2, nothing)
		}
		if got := pasted(t); got != text {
			t.Errorf("afterwards %d bytes are pasted", len(got))
		}
	})
	t.Run("that ask for ever", func(t *testing.T) {
		b := given(t, time.Minute)
		write(t, b, text)
		peak(t)
		before := peak(t)
		x := another(t)
		sel, err1 := x.atom("CLIPBOARD")
		utf8, err2 := x.atom("UTF8_STRING")
		win, err3 := x.window()
		fine(t, err1, err2, err3)
		go io.Copy(io.Discard, x.in) // until the connection is closed
		questions := bytes.Repeat(encode(opConvert, 0, win, sel, utf8, utf8, 0), 1000)
		for range 2000 {
			_, err := x.conn.Write(questions)
			fine(t, err)
		}
		becomes(t, "", patience) // given up
		grown := peak(t) - before
		t.Logf("it grew by %d KiB", grown>>10)
		if grown > 32<<20 {
			t.Errorf("it grew by %d MiB", grown>>20)
		}
		begun := time.Now()
		write(t, b, "more") // which is not held up
		if got := pasted(t); got != "more" {
			t.Errorf("afterwards %q is pasted", got)
		}
		t.Logf("copying and pasting afterwards takes %v", time.Since(begun))
	})
}

// peak returns the most bytes of memory that this program has had since the
// last call (proc(5), clear_refs).
func peak(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	fine(t, err, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0))
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kib int
	if _, err := fmt.Sscan(after, &kib); err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

// Made-up events are what any program can send us.
func TestMadeUpEventsAreIgnored(t *testing.T) {
	b := given(t, time.Minute)
	write(t, b, "ours")
	x := another(t)
	sel, err := x.atom("CLIPBOARD")
	fine(t, err)
	win, err := x.owner(sel)
	fine(t, err)
	mine, err := x.window()
	fine(t, err)
	for _, e := range [][8]uint32{
		{evSelectionClear, 0xffffff, win, sel},
		{evSelectionRequest, 0, win, mine, sel, 31, 31},
	} {
		fine(t, x.request(opSendEvent, 0, append([]uint32{win, 0}, e[:]...)...))
	}
	if e, err := x.event(evConvert, 500*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a made-up question is answered: %v %v", e, err)
	}
	if got := pasted(t); got != "ours" {
		t.Errorf("the clipboard holds %q", got)
	}
}

func TestTheXServersEndIsNotOurs(t *testing.T) {
	// given a display of its own
	own, err := desktoptest.Start(320, 240)
	fine(t, err)
	t.Setenv("DISPLAY", own.Display())
	b := given(t, time.Minute)
	write(t, b, "ours")
	// when it ends
	fine(t, own.Close())
	// then we do not, and say so
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err := b.Write("more"); err != nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("copied without an X server")
		}
	}
	b.Forget()
}

func TestWithoutX11FynesClipboardIsUsed(t *testing.T) {
	for name, o := range map[string]clipboard.Options{
		"no X11 window": {Do: func(f func()) { f() }},
		"no X server":   {X11: true, Do: func(f func()) { f() }},
	} {
		t.Run(name, func(t *testing.T) {
			if o.X11 {
				t.Setenv("DISPLAY", ":987654")
			}
			d := &held{}
			o.Plain = d
			b := clipboard.Open(o)
			if m := clipboard.Here(); m != (clipboard.Manners{}) {
				t.Errorf("it promises %+v", m)
			}
			write(t, b, "ours")
			if d.text != "ours" {
				t.Errorf("it holds %q", d.text)
			}
			b.Close()
			if d.text != "" {
				t.Errorf("it still holds %q", d.text)
			}
		})
	}
}

type held struct{ text string }

func (h *held) Content() string        { return h.text }
func (h *held) SetContent(text string) { h.text = text }

// What was copied is nowhere in this process when it is taken back: neither in
// our buffer nor in libxcb's.
func TestNothingOfTheTextIsLeftInMemory(t *testing.T) {
	b := given(t, time.Minute)
	// given a text that is in one place only
	const length = 32
	hidden := make([]byte, length)
	rand.Read(hidden)
	text := make([]byte, length)
	reveal := func() {
		for i := range text {
			text[i] = 'a' + hidden[i]%26
		}
	}
	reveal()
	write(t, b, unsafe.String(&text[0], length))
	clear(text)
	if found := inMemory(t, hidden); found == 0 {
		t.Error("the text is not found while it is on the clipboard")
	}
	// when it was pasted elsewhere, and is forgotten
	for _, target := range []string{"UTF8_STRING", "STRING"} {
		fine(t, exec.Command("xclip", "-out", "-selection", "clipboard", "-target", target).Run())
	}
	b.Forget()
	// then it is not found
	if found := inMemory(t, hidden); found != 0 {
		t.Errorf("the text is still found %d times", found)
	}
}

// inMemory counts the places of this process's memory that hold the text that
// hidden stands for.
func inMemory(t *testing.T, hidden []byte) (found int) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	fine(t, err)
	mem, err := os.Open("/proc/self/mem")
	fine(t, err)
	defer mem.Close()
	buffer := make([]byte, 1<<20)
	defer clear(buffer)
	for line := range strings.Lines(string(maps)) {
		var from, to uint64
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(mode, "rw") {
			continue
		}
		for at := from; at < to; at += uint64(len(buffer) - len(hidden)) {
			self := uint64(uintptr(unsafe.Pointer(&buffer[0])))
			n, err := mem.ReadAt(buffer[:min(uint64(len(buffer)), to-at)], int64(at))
			if err != nil && n == 0 {
				break // memory that cannot be read, as [vvar]
			}
			for i := 0; i+len(hidden) <= n; i++ {
				next := bytes.IndexByte(buffer[i:n], 'a'+hidden[0]%26)
				if next < 0 {
					break
				}
				i += next
				if place := at + uint64(i); spells(buffer[i:n], hidden) && (place < self || place >= self+uint64(len(buffer))) {
					found++
				}
			}
			clear(buffer)
		}
	}
	return found
}

// spells tells whether content begins with the text that hidden stands for.
func spells(content, hidden []byte) bool {
	for i, h := range hidden {
		if i >= len(content) || content[i] != 'a'+h%26 {
			return false
		}
	}
	return true
}
