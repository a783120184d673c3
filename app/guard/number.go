// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"bufio"
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// numbersText holds numbers in words, "value word word ..." a line.
//
//go:embed rules/numbers.txt
var numbersText string

var numberWords = sync.OnceValue(func() map[string]int {
	values := map[string]int{}
	lines := bufio.NewScanner(strings.NewReader(numbersText))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || fields[0] == "#" {
			continue
		}
		n, err := strconv.Atoi(fields[0])
		if err != nil {
			panic("guard: numbers.txt: " + err.Error())
		}
		for _, w := range fields[1:] {
			for _, t := range tokenise(newView(w).plain) {
				values[t.text] = n
			}
		}
	}
	return values
})

// joins are what stands between tens and ones in words: "treinta y dos".
var joins = map[string]bool{"y": true, "e": true, "et": true, "و": true}

// number reads a number at a token, in figures or in words up to 99, and
// returns it with the count of its tokens, or 0 tokens where there is none.
func (t *text) number(at int) (n, length int) {
	if at >= len(t.tokens) {
		return 0, 0
	}
	if tok := t.tokens[at]; tok.kind == number {
		return tok.value, 1
	} else if tok.kind != word {
		return 0, 0
	}
	if n, length := t.chineseTens(at); length > 0 {
		return n, length
	}
	n, length = t.below20(at)
	if length == 0 || n < 20 || n%10 != 0 {
		return n, length
	}
	next := at + length
	for k := 0; k < 3 && next < len(t.tokens) && (t.tokens[next].text == "-" || joins[t.tokens[next].text]); k++ {
		next++ // "vingt-et-un"
	}
	// French counts on from sixty and eighty to nineteen.
	if ones, more := t.below20(next); more > 0 && 0 < ones && (ones < 10 || n%20 == 0 && n >= 60 && ones < 20) {
		return n + ones, next + more - at
	}
	return n, length
}

// chineseTens reads 十八, 三十 and 三十五.
func (t *text) chineseTens(at int) (n, length int) {
	digit := func(i int) int {
		if i < len(t.tokens) && t.han(i) {
			if v, ok := numberWords()[t.tokens[i].text]; ok && 0 < v && v < 10 {
				return v
			}
		}
		return 0
	}
	tens := digit(at)
	ten := at
	if tens > 0 {
		ten++
	}
	if ten >= len(t.tokens) || t.tokens[ten].text != "十" {
		return 0, 0
	}
	if ones := digit(ten + 1); ones > 0 {
		return max(tens, 1)*10 + ones, ten + 2 - at
	}
	return max(tens, 1) * 10, ten + 1 - at
}

// below20 reads one number word, and those that French makes of two: dix-neuf,
// quatre-vingt.
func (t *text) below20(at int) (n, length int) {
	if at >= len(t.tokens) || t.tokens[at].kind != word {
		return 0, 0
	}
	n, ok := numberWords()[t.tokens[at].text]
	if !ok {
		return 0, 0
	}
	next := at + 1
	if next < len(t.tokens) && t.tokens[next].text == "-" {
		next++
	}
	if next >= len(t.tokens) || t.tokens[next].kind != word {
		return n, 1
	}
	switch second := t.tokens[next].text; {
	case n == 4 && (second == "vingt" || second == "vingts"):
		return 80, next + 1 - at
	case n == 10 && t.tokens[at].text == "dix" && (second == "sept" || second == "huit" || second == "neuf"):
		return 10 + numberWords()[second], next + 1 - at
	}
	return n, 1
}
