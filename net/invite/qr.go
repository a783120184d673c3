// SPDX-License-Identifier: GPL-3.0-or-later

package invite

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"rsc.io/qr"
)

// Margin is the white border of a QR picture, in modules. ISO/IEC 18004 asks
// for four, and some scanners need them.
const Margin = 4

// QR returns the link as a QR picture with one pixel a module, its margin
// included: enlarge it by a whole factor and without smoothing. It survives the
// loss of 15 % of it (level M). The link stands there in upper case, for which
// QR has a denser code.
func (l Link) QR() (*image.Paletted, error) {
	code, err := qr.Encode(strings.ToUpper(l.String()), qr.M)
	if err != nil {
		return nil, fmt.Errorf("invite: make a QR picture: %w", err)
	}
	side := code.Size + 2*Margin
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				picture.SetColorIndex(x+Margin, y+Margin, 1)
			}
		}
	}
	return picture, nil
}
