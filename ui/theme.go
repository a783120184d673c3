// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"passerby/assets"
)

// Colours of our own, beside Fyne's.
const (
	colorSurface fyne.ThemeColorName = "passerbySurface" // cards
	colorRaised  fyne.ThemeColorName = "passerbyRaised"  // what lies on a card
	colorTheirs  fyne.ThemeColorName = "passerbyTheirs"  // the stranger's bubbles
	colorMine    fyne.ThemeColorName = "passerbyMine"    // own bubbles
	colorText    fyne.ThemeColorName = theme.ColorNameForeground
	colorQuiet   fyne.ThemeColorName = "passerbyQuiet"  // second in rank, still read
	colorLine    fyne.ThemeColorName = "passerbyLine"   // hairlines, decoration only
	colorEdge    fyne.ThemeColorName = "passerbyEdge"   // outlines of controls
	colorDawn    fyne.ThemeColorName = "passerbyDawn"   // the one primary action
	colorOnDawn  fyne.ThemeColorName = "passerbyOnDawn" // text on it
	colorHeld    fyne.ThemeColorName = "passerbyHeld"   // the same, where it must be held
	colorSea     fyne.ThemeColorName = "passerbySea"    // verified, fine
	colorGlow    fyne.ThemeColorName = "passerbyGlow"   // the light at the foot of the sky
	colorFaint   fyne.ThemeColorName = "passerbyFaint"  // the mark in the sky
	colorRose    fyne.ThemeColorName = "passerbyRose"   // danger only
)

// The scale of type, in Fyne's scalable pixels.
const (
	sizeSmall   float32 = 12
	sizeNote    float32 = 14
	sizeBody    float32 = 16
	sizeHeading float32 = 20
	sizeTitle   float32 = 28
)

// The grid.
const (
	unit          float32 = 8
	radiusCard    float32 = 12
	radiusControl float32 = 8
)

// shade is one colour by day and by night.
type shade struct{ dark, light color.NRGBA }

var palette = map[fyne.ThemeColorName]shade{
	theme.ColorNameBackground: {rgb(0x12141C), rgb(0xFAF8F4)},
	colorSurface:              {rgb(0x1B1E2A), rgb(0xFFFFFF)},
	colorRaised:               {rgb(0x252938), rgb(0xF5F2EB)},
	colorTheirs:               {rgb(0x252938), rgb(0xE9EAF1)},
	colorGlow:                 {rgb(0x231E29), rgb(0xF7E9D6)},
	colorMine:                 {rgb(0x46393A), rgb(0xF5E4CE)},
	colorText:                 {rgb(0xECEAE4), rgb(0x1E2130)},
	colorQuiet:                {rgb(0x9DA1B4), rgb(0x6A6E80)},
	colorLine:                 {rgb(0x2E3345), rgb(0xE6E2D9)},
	colorEdge:                 {rgb(0x6C7189), rgb(0x8A8D9C)},
	colorDawn:                 {rgb(0xF2B263), rgb(0xB86E12)},
	colorOnDawn:               {rgb(0x12141C), rgb(0x12141C)},
	colorHeld:                 {rgb(0x9F7A4E), rgb(0xDDB887)},
	colorSea:                  {rgb(0x6FC3B2), rgb(0x1F7F6E)},
	colorRose:                 {rgb(0xE5707A), rgb(0xB83A47)},
}

// fynes maps the names that Fyne's own widgets ask for to ours.
var fynes = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNamePrimary:             colorDawn,
	theme.ColorNameHyperlink:           colorSea,
	theme.ColorNameForegroundOnPrimary: colorOnDawn,
	theme.ColorNameButton:              colorRaised,
	theme.ColorNameDisabledButton:      colorRaised,
	theme.ColorNameDisabled:            colorQuiet,
	theme.ColorNamePlaceHolder:         colorQuiet,
	theme.ColorNameInputBorder:         colorEdge,
	theme.ColorNameInputBackground:     colorSurface,
	theme.ColorNameMenuBackground:      colorRaised,
	theme.ColorNameOverlayBackground:   colorSurface,
	theme.ColorNameHeaderBackground:    colorSurface,
	theme.ColorNameSeparator:           colorLine,
	theme.ColorNameScrollBar:           colorEdge,
	theme.ColorNameSuccess:             colorSea,
	theme.ColorNameWarning:             colorDawn,
	theme.ColorNameError:               colorRose,
	theme.ColorNameForegroundOnError:   colorOnDawn,
	theme.ColorNameForegroundOnWarning: colorOnDawn,
	theme.ColorNameForegroundOnSuccess: colorOnDawn,
}

// tints are colours that lie over others.
var tints = map[fyne.ThemeColorName]shade{
	theme.ColorNameHover:     {rgba(0xFFFFFF, 0x12), rgba(0x1E2130, 0x0E)},
	theme.ColorNamePressed:   {rgba(0xFFFFFF, 0x1C), rgba(0x1E2130, 0x18)},
	theme.ColorNameFocus:     {rgba(0xF2B263, 0x38), rgba(0xB86E12, 0x30)},
	theme.ColorNameSelection: {rgba(0x6FC3B2, 0x60), rgba(0x1F7F6E, 0x40)},
	colorFaint:               {rgba(0xECEAE4, 0x06), rgba(0x1E2130, 0x05)},
	theme.ColorNameShadow:    {rgba(0x000000, 0x30), rgba(0x1E2130, 0x14)},
}

var (
	fontRegular  = fyne.NewStaticResource("Lato-Regular.ttf", assets.Regular)
	fontSemibold = fyne.NewStaticResource("Lato-Semibold.ttf", assets.Semibold)
	fontBold     = fyne.NewStaticResource("Lato-Bold.ttf", assets.Bold)
)

// dusk is the program's theme. It follows the system between dark and light,
// or what FYNE_THEME or Fyne's own settings force.
type dusk struct{}

func (dusk) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if ours, ok := fynes[name]; ok {
		name = ours
	}
	s, ok := palette[name]
	if !ok {
		s, ok = tints[name]
	}
	switch {
	case !ok:
		return theme.DefaultTheme().Color(name, variant)
	case variant == theme.VariantLight:
		return s.light
	}
	return s.dark
}

func (dusk) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Monospace, style.Symbol:
		return theme.DefaultTheme().Font(style)
	case style.Bold:
		return fontSemibold
	}
	return fontRegular
}

func (dusk) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

func (dusk) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return sizeBody
	case theme.SizeNameCaptionText:
		return sizeSmall
	case theme.SizeNameSubHeadingText:
		return sizeHeading
	case theme.SizeNameHeadingText:
		return sizeTitle
	case theme.SizeNamePadding:
		return unit / 2
	case theme.SizeNameInnerPadding:
		return 1.25 * unit
	case theme.SizeNameInputBorder:
		return 2
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius:
		return radiusControl
	case theme.SizeNameSelectionRadius:
		return unit / 2
	case theme.SizeNameScrollBar:
		return unit
	case theme.SizeNameScrollBarSmall:
		return unit / 2
	case theme.SizeNameScrollBarRadius:
		return unit / 2
	}
	return theme.DefaultTheme().Size(name)
}

func rgb(hex uint32) color.NRGBA { return rgba(hex, 0xFF) }

func rgba(hex uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: alpha}
}
