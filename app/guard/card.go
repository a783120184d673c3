// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "strings"

// issuer is a range of the first digits of card numbers and the lengths that
// the numbers can have (ISO/IEC 7812; the networks' own tables).
type issuer struct {
	low, high string
	lengths   string // one letter each: 'a'+length-10
}

var issuers = []issuer{
	{"4", "4", "dgj"},               // Visa: 13, 16, 19
	{"51", "55", "g"},               // Mastercard
	{"2221", "2720", "g"},           // Mastercard
	{"34", "34", "f"},               // American Express
	{"37", "37", "f"},               // American Express
	{"6011", "6011", "ghij"},        // Discover
	{"644", "659", "ghij"},          // Discover, RuPay, Verve, Troy
	{"3528", "3589", "ghij"},        // JCB
	{"300", "305", "efghij"},        // Diners
	{"3095", "3095", "efghij"},      // Diners
	{"36", "36", "efghij"},          // Diners
	{"38", "39", "efghij"},          // Diners
	{"62", "62", "ghij"},            // UnionPay
	{"81", "82", "ghij"},            // UnionPay, RuPay
	{"5018", "5020", "defghij"},     // Maestro, Dankort
	{"5038", "5038", "defghij"},     // Maestro
	{"5893", "5893", "defghij"},     // Maestro
	{"6304", "6304", "defghij"},     // Maestro
	{"6759", "6763", "defghij"},     // Maestro
	{"676770", "676774", "defghij"}, // Maestro
	{"60", "60", "g"},               // RuPay, Hipercard
	{"508", "508", "g"},             // RuPay
	{"2200", "2205", "ghij"},        // Mir
	{"5060", "5062", "gij"},         // Verve
	{"5066", "5067", "g"},           // Elo
	{"5078", "5079", "gij"},         // Verve
	{"6362", "6363", "g"},           // Elo
	{"9792", "9792", "g"},           // Troy
	// Shetab, the network of Iran.
	{"5022", "5022", "g"}, {"5028", "5029", "g"}, {"5047", "5047", "g"}, {"5054", "5059", "g"},
	{"5892", "5894", "g"}, {"6104", "6104", "g"}, {"6273", "6281", "g"}, {"6393", "6396", "g"}, {"6369", "6369", "g"},
	{"9860", "9860", "g"}, // Humo
}

func issued(digits []byte) bool {
	if len(digits) < 13 || len(digits) > 19 {
		return false
	}
	length := byte('a' + len(digits) - 10)
	for _, of := range issuers {
		first := string(digits[:len(of.low)])
		if of.low <= first && first <= of.high && strings.IndexByte(of.lengths, length) >= 0 {
			return true
		}
	}
	return false
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

var cardWords = phrases(`card, cards, cc, visa, mastercard, amex, maestro, debit, credit, karte, kartennummer, kreditkarte, carte, cb, tarjeta,
	cartao, carta, карта, карты, карту, карте, kart, karta, karty, کارت, कार्ड, 卡号, 卡, pan, american express, discover, unionpay`)

// cards finds the numbers of payment cards in a run, and tells whether there
// are any.
func cards(t *text, run *digitRun, found *findings) (any bool) {
	for i := 0; i < len(run.groups); i++ {
		if !run.begins(t, i) {
			continue
		}
		digits := 0
		best := -1
		for j := i; j < len(run.groups) && digits <= 19; j++ {
			digits += run.groups[j].n
			if digits < 13 || digits > 19 {
				continue
			}
			first := run.groups[i].first
			number := run.digits[first : first+digits]
			if luhn(number) && issued(number) && varied(number) && run.whole(i, j) &&
				(!t.parcel(run.groups[i].start) || t.expires(run.groups[j].end)) && (cardGroups(run, i, j) || t.near(run.groups[i].start, run.groups[j].end, 60, 30, cardWords)) {
				best = j
			}
		}
		if best >= 0 {
			found.add(Card, run.groups[i].start, run.groups[best].end)
			i, any = best, true
		}
	}
	return any
}

// parcels are what else has as many digits.
var parcels = phrases(`order, order number, order no, tracking, tracking number, imei, invoice, ticket, serial, serial number, isbn, parcel, package, shipment, ref, reference, barcode, model, part, part no, part number, sku, batch, version,
	pedido, factura, seguimiento, guia, bestellung, bestellnummer, sendung, sendungsnummer, rechnung, commande, colis, suivi, encomenda, rastreio, заказ, заказа, трек, посылка, посылки,
	siparis, kargo, سفارش, ऑर्डर, 订 单, 快 递, 单 号, ordine, spedizione, bestelling, zamowienie, paczka`)

// parcel tells whether the words before a number name something that is no
// card.
func (t *text) parcel(start int) bool {
	before := t.words(start-30, start)
	other := parcels.last(before)
	return other >= 0 && cardWords.last(before) < other
}

// cardExtras are what is told beside the number of a card.
//
//nolint:misspell // Portuguese
var cardExtras = phrases(`exp, expires, expiry, expiration, expiring, cvv, cvc, cvv2, valid thru, good thru, security code, caduca, vence, caducidad, gultig bis, ablauf, expire, date d expiration,
	validade, срок, действует до, scadenza, geldig tot, son kullanma`)

// expires tells whether what else is told of a card follows a number.
func (t *text) expires(end int) bool { return cardExtras.in(t.words(end, end+24)) }

// varied tells a number from one that is held down, as in 0000 0000.
func varied(digits []byte) bool {
	for _, d := range digits {
		if d != digits[0] {
			return true
		}
	}
	return false
}

// cardGroups tells whether digits are grouped as on cards, or evenly.
func cardGroups(run *digitRun, i, j int) bool {
	if i == j {
		return true
	}
	switch run.sizes(i, j) {
	case "4-6-5", "4-6-4", "4-4-4-4-3", "6-13", "4-4-5", "6-10":
		return true
	}
	n, even := run.groups[i].n, true
	for k := i; k < j; k++ {
		even = even && run.groups[k].n == n
	}
	if even && run.groups[j].n <= n {
		return true
	}
	for k := i; k <= j; k++ {
		if !run.groups[k].spelt {
			return false
		}
	}
	return true
}
