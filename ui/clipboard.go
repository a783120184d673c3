// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"passerby/app"
)

// shortClipboard gives at most limit characters of a clipboard, made plain.
// Fyne would otherwise wrap and draw whatever another program put there, be it
// a hundred megabytes.
type shortClipboard struct {
	fyne.Clipboard
	limit int
}

func (c shortClipboard) Content() string {
	const longest = 16 // bytes in one character, marks and all, and then some
	text := c.Clipboard.Content()
	if most := max(c.limit, 0) * longest; len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	text = app.Plain(text)
	if r := []rune(text); len(r) > c.limit {
		text = string(r[:max(c.limit, 0)])
	}
	return text
}
