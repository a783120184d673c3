// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"net/url"
	"time"

	"fyne.io/fyne/v2"
)

// calmApp is Fyne's app without what Passerby does not do: it opens no
// browser, sends no notification, and blinks nowhere. A notification would
// hand text to the system, which keeps it, and on Windows runs it through a
// shell; a browser would go past Tor.
type calmApp struct{ fyne.App }

// OpenURL refuses.
func (calmApp) OpenURL(*url.URL) error { return errOffline }

// SendNotification does nothing.
func (calmApp) SendNotification(*fyne.Notification) {}

// ScheduleNotification refuses.
func (calmApp) ScheduleNotification(*fyne.Notification, time.Time) (*fyne.ScheduledNotification, error) {
	return nil, errOffline
}

// Clipboard is the system's, and what is copied to it asks not to be kept.
func (a calmApp) Clipboard() fyne.Clipboard { return markedClipboard{a.App.Clipboard()} }

// Settings are Fyne's, but for the animations of its widgets.
func (a calmApp) Settings() fyne.Settings { return calmSettings{a.App.Settings()} }

// calmSettings keep Fyne's widgets from moving. Its text cursor alone, fading
// in and out, would have the window drawn some twenty times a second.
type calmSettings struct{ fyne.Settings }

// ShowAnimations is what Fyne's widgets ask.
func (calmSettings) ShowAnimations() bool { return false }

// mayMove tells whether the person lets programs move things.
func mayMove() bool {
	settings := fyne.CurrentApp().Settings()
	if calm, ok := settings.(calmSettings); ok {
		settings = calm.Settings
	}
	return settings.ShowAnimations()
}
