// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"golang.org/x/image/draw"

	"passerby/assets"
)

// The words of the menu near the clock. Nothing else is ever shown there.
const (
	trayOpen = "Open Passerby"
	trayQuit = "Stop and quit"
)

// traySide is the side of the picture near the clock, in dots. Some desktops
// ask for all of it again and again.
const traySide = 64

// buildTray puts the mark near the clock, with a menu. Fyne begins it when the
// app is run, and never later, and has no way to take it back: so it is built
// before that, and only where somebody stays on.
func buildTray(a fyne.App, open, quit func()) error {
	desk, ok := a.(desktop.App)
	if !ok {
		return fmt.Errorf("this app has no place near the clock")
	}
	icon, err := smaller(assets.Icon, traySide)
	if err != nil {
		return err
	}
	desk.SetSystemTrayIcon(fyne.NewStaticResource("tray.png", icon))
	end := fyne.NewMenuItem(trayQuit, quit)
	end.IsQuit = true // or Fyne adds one of its own
	desk.SetSystemTrayMenu(fyne.NewMenu(appName, fyne.NewMenuItem(trayOpen, open), fyne.NewMenuItemSeparator(), end))
	return nil
}

// smaller returns a square PNG with this side.
func smaller(picture []byte, side int) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("the icon: %w", err)
	}
	to := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.CatmullRom.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	err = png.Encode(&b, to)
	return b.Bytes(), err
}
