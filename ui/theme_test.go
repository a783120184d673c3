// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// variants are the two looks.
var variants = map[string]fyne.ThemeVariant{"dark": theme.VariantDark, "light": theme.VariantLight}

// luminance and contrast are as WCAG 2.2 defines them.
func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n.R) + 0.7152*linear(n.G) + 0.0722*linear(n.B)
}

func contrast(a, b color.Color) float64 {
	high, low := luminance(a), luminance(b)
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

// over returns c painted on an opaque ground.
func over(c, ground color.Color) color.Color {
	top, under := color.NRGBAModel.Convert(c).(color.NRGBA), color.NRGBAModel.Convert(ground).(color.NRGBA)
	mix := func(a, b uint8) uint8 {
		return uint8((int(a)*int(top.A) + int(b)*(255-int(top.A))) / 255)
	}
	return color.NRGBA{mix(top.R, under.R), mix(top.G, under.G), mix(top.B, under.B), 255}
}

func TestContrast(t *testing.T) {
	const text, control = 4.5, 3.0
	ground := theme.ColorNameBackground
	pairs := []struct {
		front, back fyne.ThemeColorName
		least       float64
	}{
		{colorText, ground, text},
		{colorText, colorSurface, text},
		{colorText, colorRaised, text},
		{colorText, colorMine, text},
		{colorText, colorTheirs, text},
		{colorText, colorGlow, text},
		{colorQuiet, ground, text},
		{colorQuiet, colorSurface, text},
		{colorQuiet, colorRaised, text}, // the label of a button that waits
		{colorQuiet, colorGlow, control},
		{colorOnDawn, colorDawn, text},
		{colorOnDawn, colorHeld, text},
		{colorRose, ground, text},
		{colorRose, colorSurface, text},
		{colorDawn, ground, control},
		{colorDawn, colorSurface, control},
		{colorDawn, colorRaised, control}, // the edge of a notice
		{colorSea, colorRaised, control},  // the edge of the pill
		{colorSea, ground, control},
		{colorSea, colorSurface, control},
		{colorEdge, ground, control},
		{colorEdge, colorSurface, control},
	}
	for name, variant := range variants {
		for _, p := range pairs {
			t.Run(fmt.Sprintf("%s/%s on %s", name, p.front, p.back), func(t *testing.T) {
				front, back := dusk{}.Color(p.front, variant), dusk{}.Color(p.back, variant)
				if got := contrast(front, back); got < p.least {
					t.Errorf("contrast is %.2f, want at least %.1f", got, p.least)
				}
			})
		}
		for _, back := range []fyne.ThemeColorName{colorMine, colorTheirs} {
			t.Run(fmt.Sprintf("%s/selected text on %s", name, back), func(t *testing.T) {
				ground := over(dusk{}.Color(theme.ColorNameSelection, variant), dusk{}.Color(back, variant))
				if got := contrast(dusk{}.Color(colorText, variant), ground); got < text {
					t.Errorf("contrast is %.2f", got)
				}
			})
		}
	}
}

// The measure itself is held to figures that WCAG's own documents give.
func TestContrastMeasure(t *testing.T) {
	if got := contrast(color.White, color.Black); math.Abs(got-21) > 0.01 {
		t.Errorf("white on black is %.2f, want 21", got)
	}
	if got := contrast(rgb(0x767676), color.White); math.Abs(got-4.54) > 0.01 {
		t.Errorf("#767676 on white is %.2f, want 4.54", got)
	}
}

func TestPaletteIsThatOfTheDesign(t *testing.T) {
	for name, want := range map[fyne.ThemeColorName]shade{
		theme.ColorNameBackground: {rgb(0x12141C), rgb(0xFAF8F4)},
		colorSurface:              {rgb(0x1B1E2A), rgb(0xFFFFFF)},
		colorText:                 {rgb(0xECEAE4), rgb(0x1E2130)},
		colorQuiet:                {rgb(0x9DA1B4), rgb(0x6A6E80)},
		colorDawn:                 {rgb(0xF2B263), rgb(0xB86E12)},
		colorSea:                  {rgb(0x6FC3B2), rgb(0x1F7F6E)},
		colorRose:                 {rgb(0xE5707A), rgb(0xB83A47)},
	} {
		if got := (shade{
			dusk{}.Color(name, theme.VariantDark).(color.NRGBA),
			dusk{}.Color(name, theme.VariantLight).(color.NRGBA),
		}); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestThemeAnswersEveryNameOfFynes(t *testing.T) {
	test.NewTempApp(t)
	for ours, theirs := range fynes {
		if _, ok := palette[theirs]; !ok {
			t.Errorf("%s maps to %s, which has no colour", ours, theirs)
		}
	}
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Italic: true}, {Monospace: true}, {Symbol: true}} {
		if r := (dusk{}).Font(style); r == nil || len(r.Content()) == 0 {
			t.Errorf("no font for %+v", style)
		}
	}
	for _, name := range []fyne.ThemeSizeName{
		theme.SizeNameText, theme.SizeNamePadding, theme.SizeNameInnerPadding, theme.SizeNameInlineIcon,
		theme.SizeNameScrollBar, theme.SizeNameSeparatorThickness, theme.SizeNameLineSpacing,
	} {
		if (dusk{}).Size(name) <= 0 {
			t.Errorf("no size for %s", name)
		}
	}
	if (dusk{}).Icon(theme.IconNameCancel) == nil {
		t.Error("no icon")
	}
}
