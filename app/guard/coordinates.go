// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode/utf8"
)

var coordinateWords = phrases(`coords, coord, coordinates, gps, lat, latitude, lon, lng, longitude, location, pin, map, maps, coordenadas, ubicacion, koordinaten, standort,
	coordonnees, position, localizacao, координаты, координатам, коорды, геолокация, точка, konum, konumum, koordinat, koordinatlar, مختصات, لوکیشن, निर्देशांक, 坐 标, 位 置, 定 位, coordinate, coordinaten, wspolrzedne`)

// measured are what else has many places.
var measured = phrases(`times, time, lap, laps, score, scores, temp, temps, temperature, version, ratio, rate, rates, price, prices, eur, usd, gbp, btc, eth, pb, average, mean, pi, zeit, zeiten, tiempo,
	tiempos, temps, tempo, tempos, precio, preis, kurs, время, цена, курс, sure, fiyat, 时 间, 价 格, stock, benchmark, ms, result, results, values, numbers`)

// degree is one number of a pair.
type degree struct {
	start, end int // in plain
	value      float64
	decimals   int
	signs      bool // a degree sign, minutes, or a hemisphere
	axis       byte // 'n' for latitude, 'e' for longitude, or 0
}

// coordinates finds points on the earth: pairs of degrees, plus codes, three
// words, and grids.
func coordinates(t *text, found *findings) {
	var last degree
	words3 := false
	p := t.plain
	for i := 0; i < len(p); {
		c := p[i]
		switch {
		case c == '+' && i >= 4:
			plusCode(t, i, found)
		case c == '.' && !words3 && i > 0 && isLetter(p[i-1]):
			words3 = true
			namedThreeWords(t, found)
		case c == '/' && strings.HasPrefix(p[i:], "///"):
			i = threeWords(t, i, found)
			continue
		case isDigit(c) && (i == 0 || !alnum(p[i-1]) && p[i-1] != '.' || hemisphere(p[i-1]) != 0 && (i == 1 || !alnum(p[i-2]))):
			d, ok := readDegree(p, last.end, i)
			if !ok {
				break
			}
			if last.end > 0 && t.pair(last, d) {
				found.add(Coordinates, last.start, d.end)
				last = degree{}
			} else {
				last = d
			}
			t.grid(i, found)
			i = d.end
			continue
		}
		i++
	}
}

func hemisphere(c byte) byte {
	switch c | 0x20 {
	case 'n', 's':
		return 'n'
	case 'e', 'w', 'o':
		return 'e'
	}
	return 0
}

// readDegree reads 51.5074, -0.1278, 51.5°N, 51°30'26"N, N51.5, whose digits
// begin at i. What stands before from belongs to another.
func readDegree(p string, from, i int) (degree, bool) {
	d := degree{start: i}
	if i > 0 && hemisphere(p[i-1]) != 0 {
		d.axis, d.signs, d.start = hemisphere(p[i-1]), true, i-1
	}
	if i-2 >= from && p[i-1] == ' ' && hemisphere(p[i-2]) != 0 && p[i-2]&0x20 == 0 && (i == 2 || !alnum(p[i-3])) {
		d.axis, d.start = hemisphere(p[i-2]), i-2
	}
	if d.start > 0 && (p[d.start-1] == '-' || p[d.start-1] == '+') {
		d.start--
	}
	if d.start > 0 && strings.IndexByte("$.", p[d.start-1]) >= 0 {
		return d, false
	}
	end, whole, places := readNumber(p, i)
	if end == i || whole > 180 {
		return degree{end: end}, end > i
	}
	d.value, d.decimals = whole, places
	if after := afterDegreeSign(p, end); after > end {
		d.signs, end = true, after
		for _, unit := range [2]float64{60, 3600} {
			at := end
			for at < len(p) && p[at] == ' ' {
				at++
			}
			next, v, more := readNumber(p, at)
			if next == at || v >= 60 {
				break
			}
			n := minuteSign(p[next:])
			if n == 0 && more == 0 {
				break
			}
			d.value += v / unit
			d.decimals = max(d.decimals, 2+more)
			end = next + n
		}
	}
	at := end
	if at < len(p) && p[at] == ' ' {
		at++
	}
	if d.axis == 0 && at < len(p) && hemisphere(p[at]) != 0 && (at+1 == len(p) || !alnum(p[at+1])) && (d.signs || d.decimals >= 2) {
		d.axis, d.signs, end = hemisphere(p[at]), true, at+1
	}
	for _, word := range [...]struct {
		text string
		axis byte
	}{{"north", 'n'}, {"south", 'n'}, {"east", 'e'}, {"west", 'e'}} {
		if d.signs && d.axis == 0 && len(p)-at >= len(word.text) && strings.EqualFold(p[at:at+len(word.text)], word.text) {
			d.axis, end = word.axis, at+len(word.text)
		}
	}
	d.end = end
	return d, true
}

// afterDegreeSign returns where a degree sign, or a word for it, ends that
// stands at i, perhaps after a space.
func afterDegreeSign(p string, i int) int {
	at := i
	if at < len(p) && p[at] == ' ' {
		at++
	}
	for _, sign := range [...]string{"°", "º", "degrees", "deg"} {
		if strings.HasPrefix(p[at:], sign) {
			return at + len(sign)
		}
	}
	return i
}

// minuteSign reads the sign of minutes or seconds.
func minuteSign(s string) int {
	n := 0
	if n < len(s) && s[n] == ' ' {
		n++
	}
	for _, sign := range [...]string{"''", "'", "\"", "′′", "′", "″", "min", "sec", "m", "s"} {
		if strings.HasPrefix(s[n:], sign) {
			if r, _ := utf8.DecodeRuneInString(s[n+len(sign):]); sign[0] < 0x80 && isLetter(sign[0]) && letter(r) {
				return 0
			}
			return n + len(sign)
		}
	}
	return 0
}

// readNumber reads digits with a fraction of up to ten places.
func readNumber(p string, i int) (end int, v float64, places int) {
	end = i
	for end < len(p) && isDigit(p[end]) && end-i < 4 {
		v = v*10 + float64(p[end]-'0')
		end++
	}
	if end == i || end < len(p) && isDigit(p[end]) {
		for end < len(p) && isDigit(p[end]) {
			end++
		}
		return end, 1e9, 0
	}
	if end+1 < len(p) && p[end] == '.' && isDigit(p[end+1]) {
		end++
		unit := 0.1
		for end < len(p) && isDigit(p[end]) {
			v += unit * float64(p[end]-'0')
			unit /= 10
			places++
			end++
		}
	}
	return end, v, places
}

// Places after the point that make a number a coordinate: four are some ten
// metres; three need a word, and hemispheres two.
const (
	manyPlaces = 4
	somePlaces = 3
	fewPlaces  = 2
)

// pair tells whether two numbers are a latitude and a longitude.
func (t *text) pair(a, b degree) bool {
	if b.start < a.end || b.start-a.end > 24 || a.value > 180 || b.value > 180 {
		return false
	}
	if b.end < len(t.plain) && (alnum(t.plain[b.end]) || strings.IndexByte("%$", t.plain[b.end]) >= 0 || b.end+1 < len(t.plain) && t.plain[b.end] == '.' && isDigit(t.plain[b.end+1])) {
		return false
	}
	lat, lon := a, b
	if a.axis == 'e' || b.axis == 'n' {
		lat, lon = b, a
	}
	if lat.value > 90 || lat.axis == 'e' || lon.axis == 'n' {
		return false
	}
	between := strings.ToLower(strings.Trim(t.plain[a.end:b.start], " ,;/|:=+-\n()"))
	switch between {
	case "":
		if gap := t.plain[a.end:b.start]; gap == "" || strings.ContainsAny(gap, "()") {
			return false
		}
	case "lon", "long", "lng", "longitude", "longitud", "and", "y", "und", "et", "e", "и", "by", "&", "lange", "долгота", "boylam":
		if between[0] != 'l' && !t.near(a.start, b.end, 40, 20, coordinateWords) && a.axis == 0 {
			return false // "my times were 52.4808 and 53.2426"
		}
	default:
		return false
	}
	switch {
	case a.axis != 0 && b.axis != 0:
		return a.decimals >= fewPlaces && b.decimals >= fewPlaces
	case min(a.decimals, b.decimals) >= manyPlaces, a.signs && b.signs && min(a.decimals, b.decimals) >= fewPlaces:
		return !measured.in(t.words(a.start-40, a.start)) && (a.value >= 10 || b.value >= 10) || t.near(a.start, b.end, 40, 20, coordinateWords)
	case min(a.decimals, b.decimals) >= somePlaces:
		return t.near(a.start, b.end, 40, 20, coordinateWords) || strings.HasSuffix(t.plain[:a.start], "geo:")
	}
	return false
}

const plusAlphabet = "23456789CFGHJMPQRVWX"

// plusCode takes the Open Location Code whose plus is at i: eight signs before
// it and two or three after, or fewer with a place that it is near to.
func plusCode(t *text, i int, found *findings) {
	p := t.plain
	of := func(c byte) bool { return strings.IndexByte(plusAlphabet, c&^(c>>1&0x20)) >= 0 }
	start := i
	for start > 0 && i-start < 9 && of(p[start-1]) {
		start--
	}
	end := i + 1
	for end < len(p) && end-i < 5 && of(p[end]) {
		end++
	}
	before, after := i-start, end-i-1
	if after < 2 || after > 3 || end < len(p) && alnum(p[end]) || start > 0 && alnum(p[start-1]) {
		return
	}
	code := p[start:end]
	switch before {
	case 8:
		first := strings.ToUpper(code[:2])
		if strings.IndexByte(plusAlphabet, first[0]) > 8 || strings.IndexByte(plusAlphabet, first[1]) > 17 || !letters(code) {
			return
		}
	case 4, 6:
		if code != strings.ToUpper(code) || !letters(code[:before]) || !strings.ContainsAny(code, "23456789") {
			return
		}
	default:
		return
	}
	found.add(Coordinates, start, end)
}

// threeWords takes ///one.two.three and returns where to go on.
func threeWords(t *text, i int, found *findings) int {
	p := t.plain
	end, dots, size := i+3, 0, 0
	for end < len(p) {
		r, n := utf8.DecodeRuneInString(p[end:])
		dot := r == '.' && size >= 3 && dots < 2
		if !dot && !letter(r) {
			break
		}
		size++
		if dot {
			dots, size = dots+1, 0
		}
		end += n
	}
	if dots == 2 && size >= 3 && (i == 0 || p[i-1] != ':' && p[i-1] != '/') {
		found.add(Coordinates, i, end)
	}
	return end
}

// namedThreeWords takes one.two.three after the name of the service.
func namedThreeWords(t *text, found *findings) {
	for i := 0; i+5 < len(t.tokens); i++ {
		if s := t.tokens[i].text; s != "what" && s != "w" || !threeWordNames.in(t.words(t.tokens[i].start, t.tokens[i].start+14)) {
			continue
		}
		for j := i + 1; j+4 < len(t.tokens) && j < i+10; j++ {
			five := t.tokens[j : j+5]
			if five[0].kind == word && five[1].text == "." && five[2].kind == word && five[3].text == "." && five[4].kind == word &&
				five[1].glued && five[2].glued && five[3].glued && five[4].glued {
				found.add(Coordinates, five[0].start, five[4].end)
				return
			}
		}
	}
}

var threeWordNames = phrases("what 3 words, what three words, what3words, w 3 w, whatthreewords")

// grid takes positions in UTM ("30U 699316 5710163") and MGRS ("30U XC 99316
// 10163") whose zone is at i.
func (t *text) grid(i int, found *findings) {
	for _, form := range [...]string{"99A 999999 9999999", "9A 999999 9999999", "99A AA 99999 99999", "9A AA 99999 99999", "99AAA9999999999"} {
		n := formLength(t.plain[i:], form)
		if n < 0 {
			continue
		}
		s := bare(t.plain[i : i+n])
		if zone := value(strings.TrimRight(s[:2], "ABCDEFGHIJKLMNOPQRSTUVWXYZ")); zone < 1 || zone > 60 {
			continue
		}
		if band := strings.TrimLeft(s, "0123456789")[0]; band < 'C' || band > 'X' || band == 'I' || band == 'O' {
			continue
		}
		found.add(Coordinates, i, i+n)
		return
	}
}
