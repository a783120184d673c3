// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package ui_test

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"passerby/app/console/consoletest"
	"passerby/ui"
	"passerby/ui/internal/desktoptest"
)

// desk is one window of the gallery on a desktop of its own.
type desk struct {
	t    *testing.T
	d    *desktoptest.Desktop
	w    *desktoptest.Window
	keep string // of the pictures

	gallery, dir, look string
	env                []string // besides, for the gallery
}

func newDesk(t *testing.T, scene, look string, size image.Point) *desk {
	t.Helper()
	k := bareDesk(t, look)
	k.w = k.open(image.Rectangle{image.Pt(20, 20), image.Pt(20, 20).Add(size)}, scene)
	return k
}

// bareDesk returns a desk without a window.
func bareDesk(t *testing.T, look string) *desk {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	artefacts := os.Getenv("ARTEFACTS")
	if artefacts == "" {
		artefacts = filepath.Join("..", "artefacts")
	}
	k := &desk{t: t, keep: filepath.Join(artefacts, t.Name())}
	k.ok(os.RemoveAll(k.keep))
	k.ok(os.MkdirAll(k.keep, 0o755))

	dir := t.TempDir()
	gallery := filepath.Join(dir, "gallery")
	args := []string{"build", "-trimpath", "-tags", "migrated_fynedo", "-buildvcs=false"}
	if consoletest.Race {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "-o", gallery, "passerby/ui/internal/gallery")...).CombinedOutput(); err != nil {
		t.Fatalf("build the gallery: %v\n%s", err, out)
	}
	d, err := desktoptest.Start(1300, 900)
	k.ok(err)
	k.d = d
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	k.gallery, k.dir, k.look = gallery, dir, look
	return k
}

// open opens a window of the gallery.
func (k *desk) open(at image.Rectangle, args ...string) *desktoptest.Window {
	k.t.Helper()
	k.ok(k.d.ParkMouse()) // before the window opens below it
	cmd := exec.Command(k.gallery, args...)
	var err error
	cmd.Env, err = consoletest.Environ(k.dir)
	k.ok(err)
	cmd.Env = append(cmd.Env, "LIBGL_ALWAYS_SOFTWARE=1", "FYNE_SCALE=1", "FYNE_THEME="+k.look)
	cmd.Env = append(cmd.Env, k.env...)
	w, err := k.d.Open(cmd, "Passerby")
	k.ok(err)
	k.t.Cleanup(w.Kill)
	k.ok(w.Place(at.Min.X, at.Min.Y, at.Dx(), at.Dy()))
	time.Sleep(5 * pause)
	return w
}

func (k *desk) ok(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *desk) key(keys ...string) {
	k.t.Helper()
	k.ok(k.w.Key(keys...))
	time.Sleep(pause)
}

// picture keeps what the window shows once that stands still.
func (k *desk) picture(name string) *image.NRGBA {
	k.t.Helper()
	var last *image.NRGBA
	for end := time.Now().Add(soon); ; time.Sleep(pause) {
		picture, err := k.w.Picture()
		k.ok(err)
		if last != nil && slices.Equal(last.Pix, picture.Pix) {
			break
		}
		if last = picture; time.Now().After(end) {
			k.t.Fatalf("%s does not stand still", name)
		}
	}
	f, err := os.Create(filepath.Join(k.keep, name+".png"))
	k.ok(err)
	k.ok(png.Encode(f, last))
	k.ok(f.Close())
	return last
}

// differ returns where two pictures differ.
func differ(a, b *image.NRGBA) (where image.Rectangle) {
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			if a.NRGBAAt(x, y) != b.NRGBAAt(x, y) {
				where = where.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return where
}

// A window of the gallery shows a conversation. By keyboard alone the editor
// is opened, and shows dot by dot what took place; a message of the stranger
// is rewritten, and shown, and the rest of the picture is as it was; and with
// the editor closed the conversation is what it has been.
func TestE2EMakingItUp(t *testing.T) {
	for _, c := range []struct {
		look string
		size image.Point
	}{{"dark", image.Pt(480, 700)}, {"light", image.Pt(1200, 800)}} {
		t.Run(fmt.Sprintf("%s-%d", c.look, c.size.X), func(t *testing.T) {
			k := newDesk(t, "picture", c.look, c.size)
			real := k.picture("1-real")

			// when the editor is opened from the menu: past Send, Next and
			// Leave to More, and its first entry
			k.key("Tab", "Tab", "Tab", "Tab", "Return")
			k.picture("2-menu")
			k.key("Down", "Return")
			editing := k.picture("3-editor")
			if differ(real, editing).Empty() {
				t.Fatal("the editor does not open")
			}

			// then it shows the same as the conversation
			k.key("ctrl+Return")
			if where := differ(real, k.picture("4-shown")); !where.Empty() {
				t.Errorf("the picture differs from the conversation in %v", where)
			}

			// when a message of the stranger is rewritten
			const text = "I have never been on a train."
			k.key("Escape")
			if where := differ(editing, k.picture("5-editor")); !where.Empty() {
				t.Errorf("the controls come back otherwise, in %v", where)
			}
			k.key("alt+Up", "alt+Up", "ctrl+a")
			k.ok(k.w.Type(text))
			k.picture("6-rewritten")

			// then that is what it says
			k.ok(k.d.SetClipboard("nothing was copied"))
			k.key("ctrl+a", "ctrl+c")
			if got := k.copied(); got != text {
				t.Errorf("the message says %q", got)
			}

			// and it is shown with no controls: Send is the one button of its
			// colour, at the foot of the window
			k.key("End", "ctrl+Return")
			dawn := map[string]image.Rectangle{}
			for name, picture := range map[string]*image.NRGBA{"real": real, "made up": k.picture("7-made-up")} {
				colour := ui.Dawn.Dark
				if c.look == "light" {
					colour = ui.Dawn.Light
				}
				dawn[name], _ = desktoptest.Block(picture, colour, image.Pt(50, 30))
				if where := differ(real, picture); name != "real" && (where.Empty() || where.Max.Y > dawn[name].Min.Y) {
					t.Errorf("the picture differs in %v", where)
				}
			}
			if dawn["real"].Empty() || dawn["real"] != dawn["made up"] {
				t.Errorf("Send is at %v, and at %v in what is made up", dawn["real"], dawn["made up"])
			}

			// when it is closed, which is asked once, then the conversation is
			// as it was
			k.key("x")
			k.key("Escape")
			k.picture("8-asked")
			k.key("Tab", "Return")
			k.key("alt+Up")
			k.key("Escape")
			if where := differ(real, k.picture("9-real")); !where.Empty() {
				t.Errorf("the conversation differs from itself in %v", where)
			}
		})
	}
}

// copied waits for what was copied.
func (k *desk) copied() (text string) {
	k.t.Helper()
	for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(pause) {
		if text, err := k.d.Clipboard(); err == nil && text != "nothing was copied" {
			return text
		}
	}
	return ""
}

// The help page is opened and read by keyboard, and leads back.
func TestE2EHelp(t *testing.T) {
	for _, c := range []struct {
		look string
		size image.Point
	}{{"dark", image.Pt(480, 700)}, {"light", image.Pt(1200, 800)}} {
		t.Run(fmt.Sprintf("%s-%d", c.look, c.size.X), func(t *testing.T) {
			k := newDesk(t, "home", c.look, c.size)
			home := k.picture("1-home")
			k.key("F1")
			top := k.picture("2-help")
			k.key("Tab", "Tab", "Return")
			k.picture("3-section")
			k.key("End")
			k.picture("4-end")
			k.key("Home", "shift+Tab", "shift+Tab")
			if where := differ(top, k.picture("5-top")); !where.Empty() {
				t.Errorf("the page does not go back to its top: %v", where)
			}
			k.key("Escape")
			if where := differ(home, k.picture("6-home")); !where.Empty() {
				t.Errorf("the page does not lead back: %v", where)
			}
		})
	}
}
