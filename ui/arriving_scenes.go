// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"

	"fyne.io/fyne/v2"

	"passerby/assets"
)

// ground is where things stand in a scene.
const ground = 204

// street is the scene of the first card: houses in which no window is lit.
// Before them the mark's two strokes pass each other (see picture).
func street(d *drawing) {
	far, near := ink{colorTheirs, 0.5}, full(colorTheirs)
	for _, h := range []struct {
		x, top, width float64
		walls         ink
	}{
		{64, 92, 74, far}, {196, 78, 88, far}, {346, 96, 70, far},
		{22, 112, 68, near}, {124, 62, 86, near}, {280, 70, 84, near}, {394, 108, 66, near},
	} {
		d.house(h.x, h.top, h.width, h.walls)
	}
	dark := ink{colorEdge, 0.3}
	for _, at := range [][2]float64{
		{36, 146}, {62, 146}, {36, 174}, {62, 174},
		{142, 104}, {176, 104}, {142, 136}, {142, 168}, {296, 112}, {332, 112}, {332, 142}, {332, 172},
		{408, 146}, {434, 146}, {408, 174}, {434, 174},
	} {
		d.pane(at[0], at[1], dark)
	}
}

// wire is the scene of the second card: out of a lit house goes a line of equal
// pieces, at which an eye looks, into an onion, behind which it is lost.
func wire(d *drawing) {
	d.house(28, 98, 92, full(colorTheirs))
	d.pane(50, 142, full(colorDawn))
	for _, at := range [][2]float64{{84, 142}, {50, 172}, {84, 172}} {
		d.pane(at[0], at[1], ink{colorEdge, 0.3})
	}

	d.path("M216 84L166 150H266Z", ink{colorTheirs, 0.7})
	for i := range 9 {
		d.box(128+22*float64(i), 152, 12, 12, 4, full(colorEdge))
	}
	d.path("M178 66C196 40 236 40 254 66C236 92 196 92 178 66Z", full(colorQuiet))
	d.path("M186 66C200 47 232 47 246 66C232 85 200 85 186 66Z", full(colorSurface))
	d.disc(216, 68, 11, full(colorQuiet))
	d.disc(216, 68, 4.5, full(colorSurface))

	for i, skin := range []ink{full(colorSea), full(colorSurface), {colorSea, 0.75}, full(colorSurface), {colorSea, 0.5}} {
		r := 52 - 11*float64(i)
		x, y := 370.0, 152.0
		d.path(fmt.Sprintf("M%g %gC%g %g %g %g %g %gC%g %g %g %g %g %gC%g %g %g %g %g %gC%g %g %g %g %g %gZ",
			x, y-r*1.5,
			x+r*0.1, y-r, x+r, y-r*0.9, x+r, y,
			x+r, y+r*0.6, x+r*0.5, y+r*0.95, x, y+r*0.95,
			x-r*0.5, y+r*0.95, x-r, y+r*0.6, x-r, y,
			x-r, y-r*0.9, x-r*0.1, y-r, x, y-r*1.5), skin)
	}
	for i, at := range [][2]float64{{432, 128}, {448, 116}, {464, 106}, {434, 152}, {452, 153}, {432, 176}, {447, 188}} {
		d.disc(at[0], at[1], 2.5, ink{colorEdge, 0.9 - 0.09*float64(i)})
	}
}

// strangers is the scene of the third card: one stroke of the mark meets
// another, and behind that stand all who it may be.
func strangers(d *drawing) {
	one, other, err := assets.Strokes()
	if err != nil {
		fyne.LogError("The mark cannot be drawn", err)
		return
	}
	shade := full(colorTheirs)
	dark := ink{colorEdge, 0.55}
	// Long hair.
	d.path("M173 204C168 158 175 126 197 126C219 126 226 158 221 204Z", shade)
	d.bust(197, 0.85, dark)
	// A hood.
	d.path("M418 204C413 150 423 112 441 106C459 112 469 150 464 204Z", shade)
	d.bust(441, 0.85, dark)
	// A peaked cap.
	d.bust(262, 1, dark)
	d.path("M239 128C239 116 250 110 262 110C274 110 285 116 285 128L281 134H243Z", full(colorQuiet))
	d.path("M241 134H283C283 139 274 142 262 142C250 142 241 139 241 134Z", full(colorEdge))
	d.disc(262, 122, 4, full(colorSurface))
	// A tie.
	d.bust(382, 0.95, dark)
	d.path("M375 165H389L386 174L390 198L382 204L374 198L378 174Z", full(colorQuiet))

	d.person(other, 326, ground+14, 128, full(colorSea))
	d.person(one, 78, ground+14, 128, full(colorDawn))
	for i := range 4 {
		d.disc(118+14*float64(i), 172, 2.5, full(colorEdge))
	}
}

// bust draws somebody's head and shoulders.
func (d *drawing) bust(x, scale float64, i ink) {
	const y = ground
	d.disc(x, y-66*scale, 18*scale, i)
	d.path(fmt.Sprintf("M%g %dC%g %g %g %g %g %gC%g %g %g %g %g %dZ",
		x-34*scale, y, x-34*scale, y-32*scale, x-20*scale, y-42*scale, x, y-42*scale,
		x+20*scale, y-42*scale, x+34*scale, y-32*scale, x+34*scale, y), i)
}

// photograph is the scene of the fourth card: a conversation on a screen, and
// before it a telephone that has it too.
func photograph(d *drawing) {
	d.box(72, 34, 250, 154, 14, full(colorEdge))
	d.box(76, 38, 242, 146, 11, full(colorRaised))
	d.path("M168 188H226L234 204H160Z", full(colorEdge))
	bubbles := func(x, y, scale float64) {
		for _, b := range []struct {
			x, y, width float64
			i           ink
		}{
			{0, 0, 104, ink{colorSea, 0.85}}, {74, 32, 128, ink{colorDawn, 0.9}}, {0, 64, 76, ink{colorSea, 0.85}}, {110, 96, 92, ink{colorDawn, 0.9}},
		} {
			d.box(x+b.x*scale, y+b.y*scale, b.width*scale, 22*scale, 9*scale, b.i)
		}
	}
	bubbles(96, 52, 1)

	d.box(300, 78, 96, 148, 16, full(colorText))
	d.box(306, 92, 84, 114, 6, full(colorRaised))
	d.disc(348, 216, 4, full(colorRaised))
	d.box(336, 84, 24, 3, 1.5, full(colorQuiet))
	bubbles(312, 120, 0.355)
	// The corners that a camera sets around what it takes.
	for _, c := range [][4]float64{{312, 100, 1, 1}, {384, 100, -1, 1}, {312, 198, 1, -1}, {384, 198, -1, -1}} {
		d.dash(c[0], c[1], c[0]+10*c[2], c[1], full(colorText))
		d.dash(c[0], c[1], c[0], c[1]+10*c[3], full(colorText))
	}
}

// pocket is the scene of the fifth card: a house, a place, a face and a card,
// which stay where they are.
func pocket(d *drawing) {
	// A card with a stripe.
	d.path("M262 74L338 56L352 118L276 136Z", full(colorQuiet))
	d.path("M266 90L342 72L345 84L269 102Z", ink{colorSurface, 0.75})
	// A picture of a face.
	d.box(212, 40, 58, 84, 6, full(colorText))
	d.box(217, 45, 48, 58, 3, full(colorRaised))
	d.disc(241, 68, 11, full(colorEdge))
	d.path("M222 103C222 90 230 84 241 84C252 84 260 90 260 103Z", full(colorEdge))
	// The sign of a place on a map.
	d.path("M182 122C168 98 160 86 160 72C160 58 170 48 182 48C194 48 204 58 204 72C204 86 196 98 182 122Z", full(colorSea))
	d.disc(182, 71, 8, full(colorSurface))
	// A key.
	d.disc(142, 92, 15, full(colorDawn))
	d.disc(142, 92, 7, full(colorSurface))
	d.box(139, 105, 6, 44, 2, full(colorDawn))

	d.path("M112 116H368V170C368 192 340 210 240 222C140 210 112 192 112 170Z", full(colorTheirs))
	d.box(108, 108, 264, 20, 6, full(colorEdge))
	seam := assets.Curve{{128, 142}, {128, 186}, {140, 198}, {240, 208}}
	for i := range 12 {
		from, to := float64(i)/12, (float64(i)+0.55)/12
		x1, y1, _ := along(seam, from)
		x2, y2, _ := along(seam, to)
		d.dash(x1, y1, x2, y2, full(colorEdge))
		d.dash(sceneWidth-x1, y1, sceneWidth-x2, y2, full(colorEdge))
	}
}
