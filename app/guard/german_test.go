// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

// checkLines holds what is found in lines of one side against what is wanted.
func checkLines(t *testing.T, who guard.Speaker, rows []struct{ text, want string }) {
	t.Helper()
	for _, row := range rows {
		if got := said(row.text, guard.Check(row.text, guard.Context{Who: who})); got != row.want {
			t.Errorf("Check(%q) = %q, want %q", row.text, got, row.want)
		}
	}
}

func TestGerman(t *testing.T) {
	checkLines(t, guard.Me, []struct{ text, want string }{
		{"Mann, 52, geschieden", "gender=Mann age=52 family=geschieden"},
		{"verheiratet, zwei jungs, 43", "family=verheiratet family=zwei jungs age=43"},
		{"schweißer bei uns im werk, kein bock", "job=schweißer"},
		{"krankenschwester, nachtdienst, kaffee", "job=krankenschwester"},
		{"komm aus syrien, seit 2015 in leipzig", "country=syrien city=leipzig"},
		{"seit gestern endlich 18", "age=18"},
		{"bi kerl aus essen", "orientation=bi gender=kerl city=essen"},
		{"samstag geht unser flieger nach lissabon", "travel=samstag geht unser flieger nach lissabon"},
		{"lehrer sind auch nur menschen", ""},
		{"mann, das war knapp", ""},
		{"20 und noch 3 aufgaben", ""},
		{"verheiratet mit meinem job", ""},
		{"ich bin 19", "age=19"},
		{"bin erst neunzehn jahre alt", "age=neunzehn"},
		{"werde im mai 30", "age=30"},
		{"bin jahrgang 99", "age=99"},
		{"als ich 12 war", ""},
		{"bin 10 minuten zu spät", ""},
		{"mein bruder ist 25 und wohnt in köln", ""},
		{"bin seit 20 jahren verheiratet", "family=seit 20 jahren verheiratet"},
		{"bin weiblich", "gender=weiblich"},
		{"wohn in Leipzig", "city=Leipzig"},
		{"komme aus muenchen", "city=muenchen"},
		{"komm aus der schweiz", "country=schweiz"},
		{"i wohn in da steiermark", "city=steiermark"},
		{"ich komm nicht aus berlin", ""},
		{"würde gern in wien wohnen", ""},
		{"bin krankenschwester", "job=krankenschwester"},
		{"arbeite in der altenpflege", "job=in der altenpflege"},
		{"ich will arzt werden", ""},
		{"arbeite bei Siemens", "workplace=Siemens"},
		{"hab bei rewe eingekauft", ""},
		{"ich heiße Anna", "name=Anna"},
		{"nenn mich ruhig verrückt", ""},
		{"ich heiße das nicht gut", ""},
		{"mein insta ist lena.mueller98", "handle=lena.mueller98"},
		{"mein insta ist privat", ""},
		{"meine adresse ist Gartenstr. 12", "address=Gartenstr. 12"},
		{"hab am 14. august geburtstag", "birth_date=14. august"},
		{"wlan passwort ist Katze4711!", "password=Katze4711"},
		{"die pin von der karte von meinem opa ist 3819", "password=3819"},
		{"steam heiß ich Brezelritter92", "handle=Brezelritter92"},
		{"eigentlich türkin, aber hier aufgewachsen", "nationality=türkin"},
		{"der typ in dem film war aus berlin und 50", ""},
		{"mein passwort ist falsch", ""},
		{"ich hab depressionen", "health=depressionen"},
		{"meine katze hat diabetes", ""},
		{"ich bin muslim", "religion=muslim"},
		{"bin schwul", "orientation=schwul"},
		{"hab zwei kinder", "family=zwei kinder"},
		{"verdiene 2400 netto", "income=2400 netto"},
		{"nächste woche flieg ich nach portugal", "travel=nächste woche flieg ich nach portugal"},
		{"würde gern mal nach japan fliegen", ""},
	})
	checkLines(t, guard.Stranger, []struct{ text, want string }{
		{"woher kommst du?", "ask_location=woher kommst du"},
		{"woher weißt du das", ""},
		{"wie alt bist du", "ask_age=wie alt bist du"},
		{"wie alt ist der hund", ""},
		{"wie heißt du denn", "ask_name=wie heißt du denn"},
		{"wie heißt der film", ""},
		{"hast du snap?", "ask_contact=hast du snap"},
		{"schick mal ein bild", "ask_image=schick mal ein bild"},
		{"kannst du mir 50 euro leihen?", "ask_money=kannst du mir 50 euro leihen"},
		{"wie lautet dein passwort", "ask_secret=wie lautet dein passwort"},
		{"lass uns auf telegram schreiben", "move_platform=lass uns auf telegram schreiben"},
		{"bin berliner, und du?", "ask_location=berliner, und du"},
		{"noch gar nicht gesagt wie du heißt", "ask_name=noch gar nicht gesagt wie du heißt"},
		{"kannst du deine kreditkarte abfotografieren", "ask_secret=kannst du deine kreditkarte abfotografieren"},
		{"hab 2 katzen und du", ""},
		{"war schon mal in rom, und du?", ""},
	})
}
