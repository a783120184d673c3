// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Fyne throws away what draws an object that has not been seen for a minute.
// What is made anew for it must draw the same: a question, a notice, the
// controls of the editor, and all else that comes back.
func TestWhatWasHiddenForLongIsDrawnAsBefore(t *testing.T) {
	shown := map[string]func(*window){
		"the screen": func(*window) {},
		"settings":   (*window).settings,
		"help":       (*window).help,
		"editor": func(w *window) {
			w.makeItUp()
			w.top().(*makeItUp).do(cmdInterests)
		},
	}
	for scene, s := range scenes() {
		for name, show := range shown {
			w, _ := open(t, s, narrow)
			show(w)
			root := w.win.Content()
			if top := w.win.Canvas().Overlays().Top(); top != nil {
				root = top
			}
			kinds := 0
			walk(root, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
				switch o.(type) {
				case *prose, *button, *panel, *toggle, *backdrop, *dot, *bar, *mark, *thread, *page:
				default:
					return // Fyne's own
				}
				kinds++
				before := test.WidgetRenderer(o.(fyne.Widget)).Objects()
				after := o.(fyne.Widget).CreateRenderer().Objects()
				if len(before) != len(after) {
					t.Fatalf("%s, %s: a %T is drawn with %d shapes, then with %d", scene, name, o, len(before), len(after))
				}
				for i := range before {
					if before[i].Size() != after[i].Size() || before[i].Position() != after[i].Position() {
						t.Errorf("%s, %s: shape %d of a %T is at %v, %v, then at %v, %v", scene, name, i, o,
							before[i].Position(), before[i].Size(), after[i].Position(), after[i].Size())
					}
				}
			})
			if kinds == 0 {
				t.Errorf("%s, %s: nothing is drawn", scene, name)
			}
		}
	}
}
