// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

// What Italian gives away, and what only looks so.
func TestItalian(t *testing.T) {
	checkEach(t, []lineOf{
		{guard.Me, "ciao ho 22 anni e tu", "age=22"},
		{guard.Me, "sono giulia, 19, di bologna", "name=giulia age=19 city=bologna"},
		{guard.Me, "ragazza di 27, napoli", "gender=ragazza age=27 city=napoli"},
		{guard.Me, "mi chiamo luca e vivo a torino", "name=luca city=torino"},
		{guard.Me, "sono infermiera in ospedale", "job=infermiera"},
		{guard.Me, "lavoro in un bar", "job=un bar"},
		{guard.Me, "faccio il cameriere", "job=cameriere"},
		{guard.Me, "studio giurisprudenza alla sapienza", "job=giurisprudenza school=sapienza"},
		{guard.Me, "abito in via Roma 22", "address=via Roma 22"},
		{guard.Me, "sono italiano ma vivo in germania", "nationality=italiano country=germania"},
		{guard.Me, "il mio insta è giu.ross", "handle=giu.ross"},
		{guard.Me, "vengo da albania", "country=albania"},
		{guard.Me, "26, saldatore, ferrara, single", "age=26 job=saldatore city=ferrara"},
		{guard.Me, "vedova da tre anni, senza figli", "family=vedova family=senza figli"},
		{guard.Me, "atea convinta", "religion=atea"},
		{guard.Me, "incinta di 4 mesi e ho sonno", "health=incinta di 4 mesi"},
		{guard.Me, "mi hanno trovato il diabete", "health=diabete"},
		{guard.Me, "piacere, Marina Robles", "name=Marina Robles"},
		{guard.Me, "la vicina, vedova da anni, è un tesoro", ""},
		{guard.Me, "cattolica non direi", ""},
		{guard.Me, "a 15 anni fumavo", ""},
		{guard.Me, "ho 20 euro in tasca", ""},
		{guard.Me, "mia sorella ha 19 anni", ""},
		{guard.Me, "sono stanco", ""},
		{guard.Me, "sono stato a roma", ""},
		{guard.Me, "sono a casa", ""},
		{guard.Me, "mi chiama mia madre", ""},
		{guard.Me, "lavoro troppo", ""},
		{guard.Me, "ieri ho visto un film", ""},
		{guard.Me, "il mio ragazzo è di bari", ""},
		{guard.Me, "non sono un medico", ""},
		{guard.Me, "sono contento per te", ""},
		{guard.Stranger, "di dove sei?", "ask_location=di dove sei"},
		{guard.Stranger, "quanti anni hai", "ask_age=quanti anni hai"},
		{guard.Stranger, "come ti chiami", "ask_name=come ti chiami"},
		{guard.Stranger, "hai instagram?", "ask_contact=hai instagram"},
		{guard.Stranger, "mi mandi una foto", "ask_image=mi mandi una foto"},
		{guard.Stranger, "andiamo su telegram", "move_platform=andiamo su telegram"},
		{guard.Stranger, "mi presti 50 euro?", "ask_money=mi presti 50 euro"},
		{guard.Stranger, "dimmi il codice che ti è arrivato", "ask_secret=codice che ti è arrivato"},
		{guard.Stranger, "come si chiama il tuo gatto?", ""},
		{guard.Stranger, "che fai di bello", ""},
		{guard.Stranger, "quanti anni ha il tuo cane?", ""},
		{guard.Stranger, "da dove viene questa canzone", ""},
	})
}
