// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/test"

	"passerby/app/settings"
	"passerby/ui/screenguard"
)

// native is a window that the system knows.
type native struct {
	fyne.Window
	context any
}

func (n native) RunNative(f func(any)) { f(n.context) }

// guards pretends to be a system, which says what it is told to.
type guards struct {
	says  screenguard.State
	err   error
	asked []bool    // whether the window is to be kept out, each time
	of    []uintptr // the windows asked for
}

func (g *guards) apply(window uintptr, out bool) (screenguard.State, error) {
	g.asked, g.of = append(g.asked, out), append(g.of, window)
	return g.says, g.err
}

// underGuard opens a window over a state on a pretended system.
func underGuard(t *testing.T, says screenguard.State) (*window, *guards) {
	t.Helper()
	useApp(t)
	g := &guards{says: says}
	s := shield(native{test.NewTempWindow(t, canvas.NewRectangle(nil)), driver.WindowsWindowContext{HWND: 0xBEEF}})
	s.apply, s.now.state = g.apply, screenguard.Unknown
	w := newWindow(s, &fake{})
	s.Resize(wide)
	w.render(talkingState(theirs("hello")), at)
	return w, g
}

// header is the line of the conversation on the screen that tells of pictures.
func header(w *window) string { return w.screen.(*talkingScreen).recorded.label }

// Systems forget, so they are asked each time that the window is shown or comes
// to the foreground, and what is shown is what they said last.
func TestTheWindowShowsWhatTheSystemSays(t *testing.T) {
	w, g := underGuard(t, screenguard.On)
	asked := 0
	for _, step := range []struct {
		name string
		do   func()
		says screenguard.State
		want string
	}{
		{"before it is shown", func() {}, screenguard.On, "not known to be blocked"},
		{"shown", func() { w.win.Show() }, screenguard.On, ": blocked here"},
		{"away", func() { w.front(false) }, screenguard.Off, ": blocked here"},
		{"in front again", func() { w.front(true) }, screenguard.Off, "not blocked here"},
		{"hidden and shown", func() { w.win.Hide(); w.win.Show() }, screenguard.Partial, "partly blocked here"},
		{"where nothing can be read", func() { w.front(true) }, screenguard.Unknown, "not known to be blocked"},
	} {
		g.says, g.err = step.says, nil
		if step.says == screenguard.Unknown {
			g.err = errors.New("it does not tell")
		}
		before := len(g.asked)
		step.do()
		if strings.Contains(step.name, "shown") && !strings.Contains(step.name, "before") || strings.Contains(step.name, "front") {
			if len(g.asked) != before+1 {
				t.Errorf("%s: the system is asked %d times", step.name, len(g.asked)-before)
			}
			asked++
		}
		if !strings.Contains(header(w), step.want) {
			t.Errorf("%s: the header says %q, want %q", step.name, header(w), step.want)
		}
	}
	if asked != 3 || slices.Contains(g.asked, false) || slices.ContainsFunc(g.of, func(of uintptr) bool { return of != 0xBEEF }) {
		t.Errorf("%d times, asked %v of %v", asked, g.asked, g.of)
	}
}

func TestEachSystemIsAskedForItsOwnWindow(t *testing.T) {
	for _, c := range []struct {
		context any
		want    uintptr
	}{
		{driver.WindowsWindowContext{HWND: 1}, 1},
		{driver.MacWindowContext{NSWindow: 2}, 2},
		{driver.X11WindowContext{WindowHandle: 3}, 0},
		{driver.WaylandWindowContext{WaylandSurface: 4}, 0},
		{driver.UnknownContext{}, 0},
	} {
		g := &guards{}
		s := shield(native{nil, c.context})
		s.apply = g.apply
		s.ask()
		if !slices.Equal(g.of, []uintptr{c.want}) {
			t.Errorf("%T: asked for %v", c.context, g.of)
		}
	}
	// A shielded window is not shielded twice.
	s := shield(native{})
	if shield(s) != s {
		t.Error("there are two shields")
	}
}

// What was chosen reaches the system, and what it answers is shown.
func TestTheBlockCanBeTurnedOff(t *testing.T) {
	w, g := underGuard(t, screenguard.On)
	w.win.Show()
	w.do(cmdSettings)
	s := shownSettings(w)
	i := slices.IndexFunc(switches, func(one setting) bool { return one.words.name == blockWords.name })
	block := s.toggles[i]
	if block == nil || !block.on {
		t.Fatal("there is nothing to turn off")
	}
	g.says = screenguard.Off
	test.Tap(block)
	if g.asked[len(g.asked)-1] || w.kept.Choices().CaptureBlock || block.on {
		t.Errorf("asked %v, kept %v, the switch shows %v", g.asked, w.kept.Choices().CaptureBlock, block.on)
	}
	if !strings.Contains(header(w), "not blocked here") || !strings.Contains(captureMeans(w.capture), "You turned") {
		t.Errorf("the header says %q, the panel %q", header(w), captureMeans(w.capture))
	}
	g.says = screenguard.On
	test.Tap(block)
	if !g.asked[len(g.asked)-1] || !w.kept.Choices().CaptureBlock || !block.on || !strings.Contains(header(w), ": blocked here") {
		t.Errorf("then asked %v, the header says %q", g.asked, header(w))
	}
}

// Where the system has no way there is no switch that pretends to be one.
func TestWhereNothingCanBeBlockedASentenceSaysSo(t *testing.T) {
	w, _ := underGuard(t, screenguard.NotPossible)
	w.win.Show()
	w.do(cmdSettings)
	i := slices.IndexFunc(switches, func(one setting) bool { return one.words.name == blockWords.name })
	if shownSettings(w).toggles[i] != nil {
		t.Error("there is a switch")
	}
	if all := strings.Join(words(shownSettings(w).object()), " "); !strings.Contains(all, "cannot be done here") || strings.Contains(all, blockWords.term) {
		t.Errorf("the settings say %q", all)
	}
}

// What was kept from the last time holds before the window is shown.
func TestWhatWasKeptIsHeeded(t *testing.T) {
	w, g := underGuard(t, screenguard.Off)
	w.kept.Change(func(c *settings.Choices) { c.CaptureBlock = false })
	w.chosen()
	w.win.Show()
	if slices.Contains(g.asked, true) {
		t.Errorf("asked %v", g.asked)
	}
}

// There is one place in the program where a window is made, and it is shielded.
// No other folder of it may import Fyne.
func TestNoWindowIsMadeUnshielded(t *testing.T) {
	var found []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			return err
		}
		var in string
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				in = n.Name.Name
			case *ast.SelectorExpr:
				switch n.Sel.Name {
				case "NewWindow", "CreateWindow", "CreateSplashWindow", "NewSplashWindow":
					found = append(found, filepath.ToSlash(name)+" "+in)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, []string{"shield.go openWindow"}) {
		t.Errorf("windows are made in %q", found)
	}
}
