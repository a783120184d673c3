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
	n, ok := numberWords()[t.tokens[at].text]
	if !ok {
		return 0, 0
	}
	if n < 20 || n%10 != 0 && n != 60 && n != 80 {
		return n, 1
	}
	next := at + 1
	if next < len(t.tokens) && (t.tokens[next].text == "-" || joins[t.tokens[next].text]) {
		next++
	}
	if next < len(t.tokens) && t.tokens[next].kind == word {
		if ones, ok := numberWords()[t.tokens[next].text]; ok && 0 < ones && (ones < 10 || n%20 == 0 && n >= 60 && ones < 20) {
			return n + ones, next + 1 - at
		}
	}
	return n, 1
}
