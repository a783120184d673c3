// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

func TestDutch(t *testing.T) {
	checkLines(t, guard.Me, []struct{ text, want string }{
		{"ik ben 23", "age=23"},
		{"mijn broer is 23", ""},
		{"ik ben 20 minuten te laat", ""},
		{"ik ben een meisje", "gender=meisje"},
		{"ik woon in utrecht", "city=utrecht"},
		{"kom uit belgië", "country=belgië"},
		{"ik heet sanne", "name=sanne"},
		{"sanne_99 op insta", "handle=sanne_99"},
		{"ik ben verpleegkundige", "job=verpleegkundige"},
		{"ik woon op de kerkstraat 12", "address=kerkstraat 12"},
	})
	checkLines(t, guard.Stranger, []struct{ text, want string }{
		{"waar kom je vandaan", "ask_location=waar kom je vandaan"},
		{"hoe oud ben je", "ask_age=hoe oud ben je"},
		{"hoe oud is je hond", ""},
		{"heb je snap", "ask_contact=heb je snap"},
		{"stuur een foto", "ask_image=stuur een foto"},
	})
}
