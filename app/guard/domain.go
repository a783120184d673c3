// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// plainTLDs are the top level domains that are no word of any chat, so that a
// name with one is a link wherever it stands. Those of files are not among
// them: main.rs and readme.md are none.
var plainTLDs = set(`com org net edu gov mil info biz io xyz online site website store shop dev tech blog onion i2p
	ru su uk jp kr cn hk tw nl pl ch dk fi cz hu ro gr bg lt lv ee ir tr vn th br mx cl uy ve ec nz za ng ke eg ma
	ua kz by uz ge hr рф укр бел moe gg tv ly fm cc academy agency digital email wiki`)

// wordTLDs are those that are words as well, so that they may be nothing but a
// space that was left out after a full stop.
var wordTLDs = set(`de fr es it at be se no me us in is to so am my do la al il im id st si ai ca au eu co pt pe ar ie
	app club live fun link life world today chat love pro one vip win space cool lol art video photos pics wtf ninja
	zone team work city social games bet money news page cloud name pub host top design studio media tk ml ga cf gq
	rs sh py md pm ws nu sk lu li cat asia mobi tel travel jobs xxx porn sex cam adult dating singles`)

// notSites are names that look like one and are none.
var notSites = set("asp.net vb.net ado.net asp.net.core ml.net")

// everyday are words that end a sentence, and are the name of no site.
var everyday = set(`yes no ok okay yeah yep nope lol lmao maybe sure fine good bad well why what who how when where hey hi hello bye
	thanks sorry please same true false right left this that it here there now then and or but so he she they we you me
	si claro bueno vale hola nada bien oui non bon ja nein gut doch sim nao bom tudo да нет`)

// siteCues are words that stand before the name of a site.
var siteCues = set(`on at visit site website page link url domain check see sur en web seite webseite homepage pagina sitio
	сайт сайте auf bei unter goto via siteme sitede adresim blog shop`)

// isTLD tells whether a label is a top level domain of the public list.
func isTLD(label string) bool {
	if plainTLDs[label] || wordTLDs[label] {
		return true
	}
	suffix, listed := publicsuffix.PublicSuffix("x." + label)
	return listed && suffix == label
}

// hostByte tells whether a byte can be of the name of a host; bytes of other
// scripts can.
func hostByte(c byte) bool { return alnum(c) || c == '-' || c == '.' || c >= utf8.RuneSelf }

// hostAround returns the bounds of the name of a host around a dot at i.
func hostAround(p string, i int) (start, end int) {
	start, end = i, i
	for start > 0 && hostByte(p[start-1]) {
		start--
	}
	for end < len(p) && hostByte(p[end]) {
		end++
	}
	return trimHost(p, start, end)
}

func trimHost(p string, start, end int) (int, int) {
	for start < end {
		r, n := utf8.DecodeRuneInString(p[start:end])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			break
		}
		start += n
	}
	// A sign of another script is not part of a name: what stands before the
	// last such sign, or after the first one that follows, is not either.
	for j := start; j < end; {
		r, n := utf8.DecodeRuneInString(p[j:end])
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) {
			end = j
			break
		}
		j += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(p[start:end])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			break
		}
		end -= n
	}
	return start, end
}

// lastLabel returns what stands after the last dot, in small letters.
func lastLabel(host string) string {
	return strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])
}

// wellFormed tells whether a host has labels of the right size and no empty
// one.
func wellFormed(host string) bool {
	if len(host) > 253 {
		return false
	}
	labels := 0
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		labels++
	}
	return labels >= 2
}
