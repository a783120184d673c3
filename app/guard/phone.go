// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// phoneRegion is how a number is dialled within a region: how many digits, and
// what they begin with. It spares asking libphonenumber for what cannot be.
type phoneRegion struct {
	code        string
	least, most int
	first       string // of the first digit
}

// phoneRegions are those of the languages that people chat in here, the
// likely ones first.
var phoneRegions = []phoneRegion{
	{"GB", 10, 11, "0"}, {"DE", 9, 12, "0"}, {"FR", 10, 10, "0"}, {"TR", 11, 11, "0"}, {"IR", 11, 11, "0"}, {"IN", 11, 11, "0"},
	{"NL", 10, 10, "0"}, {"IT", 9, 11, "0"}, {"AU", 10, 10, "0"}, {"UA", 10, 10, "0"}, {"CH", 10, 10, "0"}, {"AT", 9, 13, "0"},
	{"BE", 9, 10, "0"}, {"PK", 11, 11, "0"}, {"IE", 9, 10, "0"}, {"ZA", 10, 10, "0"}, {"NG", 11, 11, "0"}, {"RO", 10, 10, "0"},
	{"CN", 10, 12, "0"}, {"JP", 10, 11, "0"}, {"KR", 9, 11, "0"}, {"EG", 10, 11, "0"}, {"SE", 9, 10, "0"}, {"ID", 10, 13, "0"},
	{"AR", 11, 11, "0"}, {"BR", 11, 12, "0"},
	{"US", 10, 10, "23456789"}, {"US", 11, 11, "1"}, {"ES", 9, 9, "6789"}, {"PT", 9, 9, "29"}, {"PL", 9, 9, "45678"}, {"IT", 9, 10, "3"},
	{"BR", 10, 11, "123456789"}, {"MX", 10, 10, "23456789"}, {"IN", 10, 10, "6789"}, {"RU", 11, 11, "78"}, {"RU", 10, 10, "9"},
	{"CN", 11, 11, "1"}, {"TR", 10, 10, "5"}, {"IR", 10, 10, "9"}, {"CO", 10, 10, "36"}, {"CL", 9, 9, "92"}, {"AR", 10, 10, "123"},
	{"PE", 9, 9, "9"}, {"CZ", 9, 9, "67"}, {"GR", 10, 10, "26"},
}

// phoneForms are the groupings of numbers that are dialled without a zero
// before them.
var phoneForms = set(`3-3-4 1-3-3-4 3-2-2-2 2-5-4 2-4-4 2-9 2-8 5-5 4-3-3 1-3-3-2-2 3-3-2-2 3-4-4 3-8 3-7 1-4-4
	2-3-2-2 2-7 2-3-4 3-2-4 1-3-4-3 1-10 4-6 3-6 3-2-2-3 3-3-3`)

var (
	// phoneWords tell that a number of a phone comes, wherever it is from.
	phoneWords = phrases(`call, text, txt, ring, whatsapp, whats app, whatsap, watsapp, wa, wsp, viber, sms, dial, phone, fone, phn, mobile, mob, cell, cellphone, tel, telephone, landline,
		my number, my num, my digits, my nr, contact me, reach me, hmu, hit me up, my no, ph, imessage, facetime, contact number, phone number, my is,
		llamame, llama, llamar, mi numero, mi num, cel, celu, celular, movil, fijo, telefono, fono, wasap, guasap, wpp, wapp, escribeme, marcame, marca, hablame,
		ruf an, ruf mich, ruf durch, rufen, anrufen, ruf, meine nummer, handy, handynummer, telefon, telefonnummer, rufnummer, schreib mir, mobil, mobilnummer, festnetz,
		appelle, appelle moi, appelez, mon numero, mon num, telephone, portable, gsm, textote, joindre, mon 06, tel portable,
		liga, me liga, ligue, ligar, meu numero, zap, zapzap, telefone, telemovel, whats, me chama, fone,
		звони, позвони, набери, мой номер, номерок, телефон, тел, вотсап, ватсап, вацап, уотсап, вайбер, сотовый, мобильный, моб, мобила, смс, напиши, пиши на,
		numaram, beni ara, ara beni, ara, cep, cep no, telefonum, cebim, tel no,
		mera number, number hai, call karo, phone karo, मेरा नंबर, नंबर, नम्बर, फोन, फ़ोन, कॉल, मोबाइल, व्हाट्सएप, व्हाट्सऐप,
		شماره, شمارم, شماره ام, شمارمه, زنگ, زنگ بزن, تماس, موبایل, تلفن, واتساپ, واتس اپ, گوشی,
		手 机, 电 话, 打 给, 号 码, 打 电, 联 系, 微 信, 加 我, 手 機, 電 話,
		chiamami, chiama, mio numero, cellulare, telefono, bel me, bel, mijn nummer, telefoonnummer, mobiel, app me,
		zadzwon, dzwon, moj numer, komorka, kom, telefonu`)
	// numberNames tell that some number comes.
	numberNames = phrases(`number is, number s, the number, number, nr, num, numero, numero es, numero e, nummer, nr ist, номер, номера, numara, numarasi, شماره, numer, il numero, 号 码, नंबर`)
	// otherNumbers are what else is written with as many digits.
	otherNumbers = phrases(`imei, meid, part no, serial no, serial number, seriennummer, artikelnr, artikel nr, teilenummer, ersatzteil, bestellnr, numero de serie, reference no, referencia, серийный, артикул, order, orders, tracking, track, invoice, ref, reference, ticket, isbn, issn, serial, account number, acct, case, case number, booking, reservation, pin, code, otp, model, inn, инн, огрн, бик, nhs, ssn, cpf, cnpj, passport, pesel, bsn, pan, aadhaar, insurance, contract, policy, member, membership, customer number, client, qq, icq, discord, part number, sku, upc, barcode,
		id, user id, uid, steam id, zip, flight, price, cost, costs, salary, version, score, population, year, years, lottery, license, licence, hotline, helpline, горячая линия, горячую линию, горячей линии, crisis, emergency, customer service, support line, support number,
		iban, bsb, sort code, routing, timestamp, unix, seed, hash, commit, ip, bitcoin, block, level, xp, points, steps, views, loan, worth, paid, pay, prize, won, calories, product number, batch,
		pedido, factura, seguimiento, precio, codigo, bestellung, bestellnummer, rechnung, sendungsnummer, preis, artikel, artikelnummer, kundennummer, vertragsnummer, vertrag, elster, commande, contrato, contrat, dossier, facture, colis, suivi, prix, encomenda, rastreio, preco, protocolo,
		договор, договора, полис, дело, заявка, заявки, заказ, заказа, трек, sozlesme, счет, чек, билет, цена, код, siparis, kargo, takip, fiyat, kod, سفارش, قیمت, کد, ऑर्डर, कीमत, 订 单, 快 递, 单 号, 价 格, 密 码, ordine, spedizione, bestelling, zamowienie, paczka, fattura`)
	// drawn are numbers of a game.
	drawn = phrases("lottery, lotto, winning numbers, loteria, loterie, mega sena, loto, лотерея, лотерею, лото, piyango, eurojackpot, powerball, bingo")
	// othersNumber tells that it is somebody else's.
	othersNumber = phrases(`his number, her number, their number, his phone, her phone, his cell, her cell, mums number, moms number, mams number, dads number, brothers number, sisters number, friends number,
		wifes number, husbands number, boss number, bosss number, exs number, ex s number, his mobile, her mobile, his whatsapp, her whatsapp, number of the, number for the, su numero, seine nummer, ihre nummer, son numero,
		numero dele, numero dela, его номер, ее номер, номер мамы, номер папы, onun numarasi, شماره اش, 他 的 电 话, 她 的 电 话, suo numero, zijn nummer, haar nummer, jego numer, jej numer, uska number`)
	// counted are what follows a number that is none of a phone.
	counted = set(`people views followers subs subscribers dollars euros euro bucks usd eur gbp points xp coins km miles years days hours steps kcal calories
		likes downloads users pesos reais rubles рублей руб лет человек toman تومان ریال rupees rs lira tl yuan 元 块 人 zl kr percent copies votes times`)
	// freeAreas are those of North America that cost the caller nothing.
	freeAreas = set("800 822 833 844 855 866 877 888")
	// plusWords stand for the sign before a country's code.
	plusWords = set("plus mas mais плюс arti piu")
)

// phoneReach is how many bytes before and after a number the word for it may
// stand.
const (
	phoneBefore = 64
	phoneAfter  = 40
)

// maxPhoneTries is how often libphonenumber is asked for one text. It takes
// some microseconds each time.
const maxPhoneTries = 96

// dialler asks libphonenumber, up to a bound.
type dialler struct {
	tries int
	// free tells that the last number it was asked for is a service's.
	free bool
}

// phones finds the numbers of phones in a run of digits.
func phones(t *text, run *digitRun, found *findings, ask *dialler) {
	for i := 0; i < len(run.groups); {
		if !phoneBegins(t, run, i) {
			i++
			continue
		}
		last := -1
		digits := 0
		for j := i; j < len(run.groups) && digits < 18; j++ {
			digits += run.groups[j].n
			if digits >= leastDigits && phoneEnds(t, run, j) && t.isPhone(run, i, j, ask) {
				last = j
			}
		}
		if last < 0 {
			i++
			continue
		}
		start := run.groups[i].start
		if _, sign := t.plusBefore(run, i); sign >= 0 {
			start = sign
		}
		found.add(Phone, start, run.groups[last].end)
		i = last + 1
	}
}

// loose tells whether what stands between two groups may part two numbers.
func loose(between string) bool {
	return strings.ContainsAny(between, ",\n/") || len(between) > 1 && between[0] != ')' && between[len(between)-1] != '('
}

// phoneBegins tells whether a number can begin at a group: at the start of the
// run, after a gap, or after a number too short to be part of it.
func phoneBegins(t *text, run *digitRun, i int) bool {
	switch {
	case i == 0:
		return !run.letterBefore
	case run.groups[i].start == run.groups[i-1].end:
		return false
	}
	return loose(run.between(t, i-1)) || run.groups[i-1].n <= 2 && i <= 2 && run.groups[i].n > 2
}

// phoneEnds tells whether a number can end after the group j.
func phoneEnds(t *text, run *digitRun, j int) bool {
	if j == len(run.groups)-1 {
		return !run.letterAfter
	}
	if run.groups[j].end == run.groups[j+1].start {
		return false
	}
	if loose(run.between(t, j)) {
		return true
	}
	rest := run.groups[j+1:]
	return len(rest) <= 2 && rest[0].n <= 2 && rest[len(rest)-1].n <= 2 && run.groups[j].n > 2
}

// plusBefore tells whether a plus, in signs or words, stands before a group,
// and where.
func (t *text) plusBefore(run *digitRun, i int) (bool, int) {
	at := run.groups[i].start
	for n := 0; n < 3 && at > 0; n++ {
		switch t.plain[at-1] {
		case '+':
			return true, at - 1
		case ' ', '(':
			at--
			continue
		}
		break
	}
	if tok := run.groups[i].token; tok > 0 && plusWords[t.tokens[tok-1].text] {
		return true, t.tokens[tok-1].start
	}
	return false, -1
}

// isPhone tells whether the groups from i to j are the number of a phone.
func (t *text) isPhone(run *digitRun, i, j int, ask *dialler) bool {
	first := run.groups[i].first
	last := run.groups[j]
	digits := string(run.digits[first : last.first+last.n])
	start, end := run.groups[i].start, last.end
	plus, sign := t.plusBefore(run, i)
	if len(digits) > 15 || !varied([]byte(digits)) || strings.HasSuffix(digits, "00000") || t.withinSigns(start, end, sign) {
		return false
	}
	before := t.words(start-phoneBefore, start)
	named := phoneWords.last(before)
	if other := otherNumbers.last(before); !plus && other > named || drawn.in(before) || othersNumber.in(before) {
		return false
	}
	means := named >= 0 || t.asked[AskContact] || phoneWords.in(t.words(end, end+phoneAfter))
	if n := numberNames.last(before); !means && n >= 0 && otherNumbers.last(before) < n {
		// "The number is ..." of what?
		return ask.national(digits) && !plus || plus && ask.international(digits)
	}
	if next := t.skip(last.next); next < len(t.tokens) && counted[t.tokens[next].text] && !plus {
		return false
	}
	if !means && stepping(run, i, j) {
		return false
	}
	if plus {
		return len(digits) >= 8 && ask.international(digits)
	}
	if _, year := t.date(run.groups[i].token); year && !means {
		return false
	}
	if !phoneGrouping(t, run, i, j) || years(run, i, j) {
		return false
	}
	if rest, ok := strings.CutPrefix(digits, "00"); ok && len(rest) >= 9 && ask.valid("+"+rest, "ZZ") {
		return true
	}
	if form := run.spoken(i, j); t.quad(run, i, j) && (form != "2-2-2-2" || !means) {
		return false
	}
	pieces := j > i
	spelt := t.spelt(run, i, j)
	form := run.spoken(i, j)
	if n := len(digits); (form == "3-3-4" || form == "1-3-3-4") && freeAreas[digits[n-10:n-7]] {
		return false
	}
	if pieces && strings.HasPrefix(digits[max(0, len(digits)-10):], "800") && strings.HasPrefix(strings.TrimPrefix(form, "1-"), "3-") {
		return false // 8 800 ... in Russia
	}
	switch {
	case means:
		// Whatever the region: it is called a number.
		if ask.national(digits) || ask.free {
			return !ask.free
		}
		return len(digits) >= 9 && !counting([]byte(digits)) || pieces || named >= 0 && len(digits) > 8 ||
			strings.Contains(before, " number ") || strings.Contains(before, " call me ")
	case spelt:
		return len(digits) >= 9 && !binary(digits) && (ask.national(digits) || len(digits) >= 10)
	case pieces && (form == "3-3-4" || form == "1-3-3-4" && digits[0] == '1'):
		// The plan of North America, with the 555 that stands for any number.
		d := digits[len(digits)-10:]
		return d[0] >= '2' && (d[3] >= '2' || d[:3] == "555") && !t.dotted(run, i, j) || ask.national(digits)
	case digits[0] == '0':
		return len(digits) >= 9 && (pieces || len(digits) >= 10) && ask.national(digits)
	case pieces:
		return phoneForms[form] && !round(run, i, j) && (form != "3-3-3" || !t.dotted(run, i, j)) && ask.national(digits)
	case len(digits) == 11 && (digits[0] == '1' && digits[1] >= '3' || digits[:2] == "89" || digits[:2] == "79"):
		return (digits[0] != '7' || alone(t, start, end)) && ask.national(digits)
	case len(digits) >= 9:
		return alone(t, start, end) && ask.national(digits)
	}
	return false
}

// withinSigns tells whether signs beside a number make it a price, a share, or
// a part of a link.
func (t *text) withinSigns(start, end, plus int) bool {
	from := start
	if plus >= 0 {
		from = plus
	}
	p := t.plain
	if from > 0 {
		if c := p[from-1]; strings.IndexByte("$#@=_&?%", c) >= 0 || c == '/' && from > 1 && p[from-2] != ' ' || c == '.' && from > 1 && alnum(p[from-2]) || c == ':' && from > 1 && isDigit(p[from-2]) || c == '-' && from > 1 && alnum(p[from-2]) {
			return true
		}
		if strings.HasSuffix(p[:from], "€") || strings.HasSuffix(p[:from], "£") || strings.HasSuffix(p[:from], "₹") || strings.HasSuffix(p[:from], "¥") || strings.HasSuffix(p[:from], "₽") {
			return true
		}
	}
	if end < len(p) {
		rest := p[end:]
		if c := rest[0]; c == '%' || c == '$' || c == '@' || c == '=' || (c == ':' || c == '.' || c == ',') && len(rest) > 1 && isDigit(rest[1]) || c == '/' && len(rest) > 1 && alnum(rest[1]) {
			return true
		}
		rest = strings.TrimPrefix(rest, " ")
		for _, sign := range [...]string{"€", "£", "₹", "¥", "₽", "$", "°"} {
			if strings.HasPrefix(rest, sign) {
				return true
			}
		}
	}
	return false
}

// phoneGrouping refuses what is grouped as no phone is: single digits among
// others, as in results, and signs that change.
func phoneGrouping(t *text, run *digitRun, i, j int) bool {
	if i == j || t.spelt(run, i, j) {
		return true
	}
	singles, rising := 0, j-i >= 5
	for k := i; k <= j; k++ {
		g := run.groups[k]
		if g.n == 1 && !g.spelt {
			singles++
		}
		rising = rising && g.n == 2 && (k == i || string(run.digits[g.first:g.first+2]) > string(run.digits[g.first-2:g.first]))
		if g.n == 1 && run.digits[g.first] == '0' && g.start > 0 && t.plain[g.start-1] == '(' {
			singles-- // +44 (0) ...
			continue
		}
		if k > i && k < j && g.n == 1 && !g.spelt && j-i < 6 && run.groups[k-1].n > 1 {
			return false
		}
	}
	if rising { // drawn, or counted
		return false
	}
	all := j - i + 1
	return singles <= 1 || singles == all || singles >= 6 || 2*singles < all
}

// spelt tells whether the digits are said one by one, or in words.
func (t *text) spelt(run *digitRun, i, j int) bool {
	n := 0
	for k := i; k <= j; k++ {
		if g := run.groups[k]; g.spelt || g.n == 1 {
			n += g.n
		}
	}
	return n >= 7
}

// dotted tells whether dots or commas stand between the groups, as between
// thousands.
func (t *text) dotted(run *digitRun, i, j int) bool {
	for k := i; k < j; k++ {
		if s := run.between(t, k); s != "." && s != "," {
			return false
		}
	}
	return i < j
}

// quad tells whether the groups are written as an address on the internet is.
func (t *text) quad(run *digitRun, i, j int) bool {
	if j-i != 3 {
		return false
	}
	for k := i; k <= j; k++ {
		g := run.groups[k]
		d := run.digits[g.first : g.first+g.n]
		if k < j && run.between(t, k) != "." || g.n > 1 && d[0] == '0' || num(d) > 255 {
			return false
		}
	}
	return true
}

// round tells a large number from one that is dialled: "600 000 000".
func round(run *digitRun, i, j int) bool {
	zeros := 0
	for k := i; k <= j; k++ {
		g := run.groups[k]
		if strings.Trim(string(run.digits[g.first:g.first+g.n]), "0") == "" {
			zeros++
		}
	}
	return zeros > (j-i)/2
}

// years tells whether all groups are years, or as round as those.
func years(run *digitRun, i, j int) bool {
	for k := i; k <= j; k++ {
		g := run.groups[k]
		d := run.digits[g.first : g.first+g.n]
		if n := num(d); len(d) != 4 || (n < 1900 || n > 2100) && n%100 != 0 {
			return false
		}
	}
	return true
}

// stepping tells whether the groups are a count or years: each as far from the
// one before.
func stepping(run *digitRun, i, j int) bool {
	if j-i < 2 {
		return false
	}
	of := func(k int) int { g := run.groups[k]; return value(string(run.digits[g.first : g.first+g.n])) }
	step := of(i+1) - of(i)
	for k := i + 1; k < j; k++ {
		if of(k+1)-of(k) != step {
			return false
		}
	}
	return true
}

func binary(digits string) bool { return strings.Trim(digits, "01") == "" }

// international tells whether digits after a plus are a number: one that
// exists, or that has the length of those of its country.
func (d *dialler) international(digits string) bool {
	if d.tries >= maxPhoneTries {
		return false
	}
	d.tries++
	if rest, ok := strings.CutPrefix(digits, "521"); ok && len(rest) == 10 {
		digits = "52" + rest // Mexico's mobile prefix until 2019
	}
	n, err := phonenumbers.Parse("+"+digits, "ZZ")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return false
	}
	return !service(n)
}

// valid tells whether a number exists as it would be dialled in a region.
func (d *dialler) valid(digits, region string) bool {
	if d.tries >= maxPhoneTries {
		return false
	}
	d.tries++
	n, err := phonenumbers.Parse(digits, region)
	if err != nil {
		return false
	}
	if region == "ZZ" {
		return phonenumbers.IsValidNumber(n) && !service(n)
	}
	if !phonenumbers.IsValidNumberForRegion(n, region) {
		return false
	}
	if service(n) {
		d.free = true
		return false
	}
	return true
}

// service tells whether a number is one that nobody has at home: free calls,
// premium rates.
func service(n *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.UAN, phonenumbers.VOICEMAIL:
		return true
	}
	return false
}

// national tells whether digits are a number in one of the regions.
func (d *dialler) national(digits string) bool {
	if d.free = strings.HasPrefix(digits, "0800") || strings.HasPrefix(digits, "0808"); d.free {
		return false // free, in nearly all regions
	}
	for _, r := range phoneRegions {
		if r.least > len(digits) || len(digits) > r.most || strings.IndexByte(r.first, digits[0]) < 0 {
			continue
		}
		if r.code == "RU" && digits[0] == '7' && digits[1] != '9' {
			continue // with the country's code, but no plus
		}
		if d.valid(digits, r.code) {
			d.free = false
			return true
		}
	}
	return false
}
