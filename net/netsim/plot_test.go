// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"testing"
)

func TestAPictureIsOneForTheSameCurves(t *testing.T) {
	p := Plot{Title: "a < b", X: "x", Y: "y", Lines: []Line{
		{Name: "one & two", X: []float64{1, 10, 100}, Y: []float64{0, 3, math.Inf(1)}},
		{Name: "three", X: []float64{1, 10, 100}, Y: []float64{math.NaN(), 1, 2}},
	}, LogX: true, Aim: 2.5}
	a, b := p.SVG(), p.SVG()
	if !bytes.Equal(a, b) {
		t.Error("two pictures of the same curves differ")
	}
	// and it is well-formed, with each point that is a number
	points := 0
	for d := xml.NewDecoder(bytes.NewReader(a)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
			points++
		}
	}
	if points != 4 {
		t.Errorf("%d points", points)
	}
}

func TestPushedBeaconsHideTheirMaker(t *testing.T) {
	// given spies, one in ten
	plain, pushed := guessed(1, 0.1, false), guessed(1, 0.1, true)
	t.Logf("plain %.1f %%, pushed %.1f %%", 100*plain, 100*pushed)
	// then they find makers who publish themselves, as has been measured on
	// real GossipSub, and not those who push
	if plain < 0.3 || plain > 0.6 {
		t.Errorf("plain GossipSub: %.2f", plain)
	}
	if pushed > 0.1+0.02 {
		t.Errorf("pushed: %.2f", pushed)
	}
}

func TestCapturedSlotsAloneAreNotEnough(t *testing.T) {
	a := eclipse(1)
	alone, invited := a.Plot.Lines[0], a.Plot.Lines[1]
	last := len(alone.Y) - 1
	if alone.Y[last] < 99 {
		t.Errorf("all slots captured, and yet only %.0f %% see nobody else", alone.Y[last])
	}
	for i := range invited.Y {
		if invited.Y[i] > 5 {
			t.Errorf("with an invite, %.0f %% see nobody else where %.0f %% of the slots are captured", invited.Y[i], invited.X[i])
		}
	}
}
