// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"fmt"
	"strings"
	"sync"
)

// monthNames are the months, in the languages that rules are written in, as
// they stand after a day.
var monthNames = [12]string{
	"january jan enero ene januar jänner jaenner janvier janv janeiro января январь янв ocak janvari januari gennaio gen stycznia styczeń janvary janvari जनवरी ژانویه",
	"february feb febrero februar feber février fev fevereiro февраля февраль фев şubat februari febbraio lutego luty febr fevrier farvari फरवरी فوریه",
	"march mar marzo märz maerz mars março marco марта март mart maart marzec marca मार्च مارس mrz",
	"april apr abril abr avril avr апреля апрель апр nisan aprile kwietnia kwiecień kwiecien अप्रैल آوریل",
	"may mayo mai maio мая май mayıs mei maggio maja maj मई می",
	"june jun junio juni juin junho июня июнь haziran giugno czerwca czerwiec जून ژوئن",
	"july jul julio juli juillet juil julho июля июль temmuz luglio lipca lipiec जुलाई ژوئیه",
	"august aug agosto ago août aout августа август авг ağustos augustus sierpnia sierpień sierpien अगस्त اوت",
	"september sep sept septiembre septembre setembro set сентября сентябрь сен сент eylül settembre września wrzesień wrzesien सितंबर سپتامبر setiembre",
	"october oct octubre oktober okt octobre outubro out октября октябрь окт ekim ottobre października październik pazdziernika अक्टूबर اکتبر",
	"november nov noviembre novembre novembro ноября ноябрь ноя kasım listopada listopad नवंबर نوامبر",
	"december dec diciembre dic dezember dez décembre déc dezembro декабря декабрь дек aralık dicembre grudnia grudzień grudzien दिसंबर دسامبر",
}

// persianMonths are those of the Persian calendar, counted from 13 on.
var persianMonths = [12]string{
	"فروردین farvardin", "اردیبهشت ordibehesht", "خرداد khordad", "تیر tir", "مرداد mordad", "شهریور shahrivar",
	"مهر mehr", "آبان aban", "آذر azar", "دی dey", "بهمن bahman", "اسفند esfand",
}

// ordinals are days in words, as English and a few others say them.
var ordinals = []string{
	"first premier primeiro primero ersten erster первого primo",
	"second zweiten второго", "third dritten третьего", "fourth vierten четвертого", "fifth fünften пятого",
	"sixth sechsten шестого", "seventh siebten siebenten седьмого", "eighth achten восьмого", "ninth neunten девятого",
	"tenth zehnten десятого", "eleventh elften одиннадцатого", "twelfth zwölften двенадцатого",
	"thirteenth dreizehnten тринадцатого", "fourteenth vierzehnten четырнадцатого",
	"fifteenth fünfzehnten пятнадцатого", "sixteenth sechzehnten шестнадцатого",
	"seventeenth siebzehnten семнадцатого", "eighteenth achtzehnten восемнадцатого",
	"nineteenth neunzehnten девятнадцатого", "twentieth zwanzigsten двадцатого",
	"einundzwanzigsten", "zweiundzwanzigsten", "dreiundzwanzigsten", "vierundzwanzigsten", "fünfundzwanzigsten",
	"sechsundzwanzigsten", "siebenundzwanzigsten", "achtundzwanzigsten", "neunundzwanzigsten",
	"thirtieth dreißigsten тридцатого", "einunddreißigsten",
}

type calendarWords struct{ months, ordinals map[string]int }

var calendar = sync.OnceValue(func() calendarWords {
	c := calendarWords{map[string]int{}, map[string]int{}}
	for i, of := range append(monthNames[:], persianMonths[:]...) {
		readWords(c.months, of, i+1)
	}
	for i, of := range ordinals {
		readWords(c.ordinals, of, i+1)
	}
	return c
})

// readWords gives words a value, as tokens have them.
func readWords(into map[string]int, words string, value int) {
	for _, w := range strings.Fields(words) {
		for _, t := range tokenise(newView(w).plain) {
			into[t.text] = value
		}
	}
}

// dateSuffixes stand after the number of a day.
var dateSuffixes = set("st nd rd th er º ª o a го е")

// dateJoins stand between a day and a month, or a month and a year.
var dateJoins = set("of de d del do di the von van ди году года г")

// dateClass takes a day and a month, with a year or without; with the word
// "full", only with one.
func dateClass(_ *parser, args []string) (class, error) {
	full := len(args) > 0
	if full && args[0] != "full" {
		return class{}, fmt.Errorf("no date is %q", args[0])
	}
	return class{fits: func(t *text, at int) int {
		n, year := t.date(at)
		if n <= 0 || full && !year {
			return -1
		}
		return n
	}, width: true}, nil
}

// daysIn are the most days that a month can have, by its number; the Persian
// ones follow the common ones.
var daysIn = [25]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 30}

func validDay(day, month int) bool {
	return 1 <= month && month < len(daysIn) && 1 <= day && day <= daysIn[month]
}

// validYear takes years of people now alive in the common, the Persian and the
// Buddhist calendar, and years of two digits.
func validYear(tok token) bool {
	if tok.kind != number {
		return false
	}
	switch y := tok.value; len(tok.text) {
	case 2:
		return true
	case 4:
		return 1900 <= y && y <= 2099 || 1290 <= y && y <= 1450 || 2440 <= y && y <= 2600
	}
	return false
}

// date reads a date at a token and returns how many tokens it takes, and
// whether it has a year.
func (t *text) date(at int) (length int, year bool) {
	if at >= len(t.tokens) || t.tokens[at].kind > number {
		return 0, false
	}
	if t.tokens[at].kind == number {
		if at > 1 && t.tokens[at].glued && t.tokens[at-1].glued && t.tokens[at-2].kind == number {
			return 0, false // within a longer number
		}
		if n, year := t.figures(at); n > 0 {
			return n, year
		}
		if n, year := t.chineseDate(at); n > 0 {
			return n, year
		}
	}
	return t.namedDate(at)
}

// figures reads 5/3, 05.03.1999, 1999-03-05 and 5 / 3 / 99.
func (t *text) figures(at int) (int, bool) {
	at0, parts, sep := at, make([]token, 0, 3), ""
	for len(parts) < 3 && at < len(t.tokens) && t.tokens[at].kind == number {
		parts = append(parts, t.tokens[at])
		at++
		if len(parts) == 3 || at+1 >= len(t.tokens) {
			break
		}
		s := t.tokens[at].text
		if s != "/" && s != "." && s != "-" && s != "\\" || sep != "" && s != sep ||
			t.tokens[at+1].kind != number || t.tokens[at].glued != t.tokens[at+1].glued {
			break
		}
		sep = s
		at++
	}
	end := t.tokens[at-1].end
	if len(parts) == 3 && at+1 < len(t.tokens) && t.tokens[at].text == sep && t.tokens[at].glued && t.tokens[at+1].glued && t.tokens[at+1].kind == number {
		return 0, false // 06-12-34-56-78
	}
	if len(parts) < 2 || end < len(t.plain) && alnum(t.plain[end]) {
		return 0, false
	}
	for _, p := range parts {
		if len(p.text) > 4 || len(p.text) == 3 {
			return 0, false
		}
	}
	monthOf := func(n int, year token) int {
		if n > 12 {
			return 0
		}
		if 1290 <= year.value && year.value <= 1450 {
			return n + 12
		}
		return n
	}
	either := func(a, b, year token) bool {
		return len(a.text) <= 2 && len(b.text) <= 2 &&
			(validDay(a.value, monthOf(b.value, year)) || validDay(b.value, monthOf(a.value, year)))
	}
	if len(parts) == 2 {
		if !either(parts[0], parts[1], token{}) {
			return 0, false
		}
		return at - at0, false
	}
	switch {
	case len(parts[0].text) == 4 && validYear(parts[0]) && either(parts[1], parts[2], parts[0]),
		validYear(parts[2]) && either(parts[0], parts[1], parts[2]):
		return at - at0, true
	}
	return 0, false
}

// chineseDate reads 3月5日 and 1999年3月5号.
func (t *text) chineseDate(at int) (int, bool) {
	at0 := at
	unit := func(words string) (int, bool) {
		if at+1 < len(t.tokens) && t.tokens[at].kind == number && t.tokens[at+1].kind == word &&
			strings.Contains(words, t.tokens[at+1].text) {
			at += 2
			return t.tokens[at-2].value, true
		}
		return 0, false
	}
	_, year := unit("年년")
	month, ok := unit("月월")
	if !ok {
		return 0, false
	}
	day, ok := unit("日号號일")
	if !ok || !validDay(day, month) {
		return 0, false
	}
	return at - at0, year
}

// day reads the number of a day, with what may follow it.
func (t *text) day(at int) (day, end int) {
	at0 := at
	if at < len(t.tokens) && t.tokens[at].kind == word {
		if d, ok := calendar().ordinals[t.tokens[at].text]; ok {
			return d, at + 1
		}
	}
	n, length := t.number(at)
	if length == 0 || n < 1 || n > 31 {
		return 0, at0
	}
	at += length
	if at < len(t.tokens) && t.tokens[at].text == "-" {
		at++
	}
	if at < len(t.tokens) && t.tokens[at].kind == word && n%10 == 0 && n >= 20 {
		if d, ok := calendar().ordinals[t.tokens[at].text]; ok && d < 10 { // twenty-first
			return n + d, at + 1
		}
	}
	at = at0 + length
	if at < len(t.tokens) && t.tokens[at].glued && dateSuffixes[t.tokens[at].text] {
		at++
	}
	return n, at
}

// namedDate reads a date whose month has a name.
func (t *text) namedDate(at int) (int, bool) {
	pass := func(i int) int {
		for n := 0; n < 2 && i < len(t.tokens); n++ {
			if s := t.tokens[i].text; dateJoins[s] || s == "." || s == "," || s == "-" || s == "/" || s == "'" {
				i++
				continue
			}
			break
		}
		return i
	}
	month := func(i int) int {
		if i < len(t.tokens) && t.tokens[i].kind == word {
			return calendar().months[t.tokens[i].text]
		}
		return 0
	}
	day, end := t.day(at)
	if m := pass(end); day > 0 && validDay(day, month(m)) {
		end = m + 1
	} else {
		// "sept" is seven in French.
		m := month(at)
		if m == 0 {
			return 0, false
		}
		if day, end = t.day(pass(at + 1)); !validDay(day, m) {
			return 0, false
		}
		if t.tokens[end-1].kind == number && t.partOfNumber(end-1, 1) {
			return 0, false
		}
	}
	if y := pass(end); y < len(t.tokens) && validYear(t.tokens[y]) && (y+1 == len(t.tokens) || !t.partOfNumber(y, 1)) {
		return y + 1 - at, true
	}
	return end - at, false
}
