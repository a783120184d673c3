// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"crypto/sha256"
	"embed"
	"path"
	"sync"
	"unicode"
	"unicode/utf8"
)

// The word lists of BIP-39, as the Bitcoin project publishes them (MIT). They
// are read here rather than through a module: those that exist build all lists
// whenever the program starts, and all that is needed is the place of a word.
//
//go:embed bip39/*.txt
var seedLists embed.FS

// seedWord is the place of a word in a list.
type seedWord struct {
	list  uint8
	place uint16
}

// seedWords has the words of all lists, as tokens have them. Words of several
// tokens do not occur.
var seedWords = sync.OnceValue(func() map[string][]seedWord {
	files, err := seedLists.ReadDir("bip39")
	if err != nil {
		panic("guard: " + err.Error())
	}
	words := make(map[string][]seedWord, len(files)*seedListWords)
	for list, file := range files {
		body, err := seedLists.ReadFile(path.Join("bip39", file.Name()))
		if err != nil {
			panic("guard: " + err.Error())
		}
		place := uint16(0)
		for _, t := range tokenise(newView(string(body)).plain) {
			if t.kind == word {
				words[t.text] = append(words[t.text], seedWord{uint8(list), place}) //nolint:gosec // there are nine lists
				place++
			}
		}
		if place != seedListWords {
			panic("guard: " + file.Name() + " has another number of words")
		}
	}
	return words
})

// seedLengths are the lengths of phrases, those first that wallets use.
var seedLengths = []int{24, 12, 18, 21, 15}

// seedListWords is how many words each list has.
const seedListWords = 2048

// shortestSeedWord is how many letters the words of the Latin lists have.
const shortestSeedWord = 3

const (
	shortestSeed = 12
	longestSeed  = 24
	// seedSlack is how many words of a list may stand around a phrase, as in
	// "seed phrase: ..." Where there are more, somebody is reading out a
	// dictionary.
	seedSlack = 4
	// namedSlack is how many where the phrase is called one: Chinese that
	// introduces it is of the same characters.
	namedSlack = 12
	seedGap    = 6 // signs and numbers between two words: "1. abandon, 2. ability"
)

var seedNames = phrases(`seed, mnemonic, recovery phrase, wallet, 助记词, 助記詞, 种子, 私钥, 钱包, ニーモニック`)

// seedPhrases finds runs of words that are a wallet: all of one list, with the
// right checksum.
func seedPhrases(t *text, found *findings) {
	if !t.couldBeSeed() {
		return
	}
	var runs [16]seedRun
	for i, tok := range t.tokens {
		if tok.kind != word {
			continue
		}
		places := seedWords()[tok.text]
		if joinsSeed[tok.text] && len(places) == 0 {
			continue
		}
		for list := range runs {
			run := &runs[list]
			if len(run.places) > 0 && i-run.last > seedGap {
				run.end(t, found)
			}
		}
		for list := range runs {
			place := -1
			for _, p := range places {
				if int(p.list) == list {
					place = int(p.place)
				}
			}
			if place < 0 {
				runs[list].end(t, found)
				continue
			}
			runs[list].add(i, place)
		}
	}
	for list := range runs {
		runs[list].end(t, found)
	}
}

// couldBeSeed tells whether so many words follow each other that could be of
// a list. It spares ordinary talk, which is full of words of one or two
// letters, the reading of the lists.
func (t *text) couldBeSeed() bool {
	run := 0
	for i := range t.tokens {
		if t.tokens[i].kind != word {
			continue
		}
		s := t.tokens[i].text
		r, _ := utf8.DecodeRuneInString(s)
		switch {
		case r < utf8.RuneSelf && len(s) >= shortestSeedWord, r >= utf8.RuneSelf && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Hangul):
			if run++; run == shortestSeed {
				return true
			}
		case !joinsSeed[s]:
			run = 0
		}
	}
	return false
}

// joinsSeed are words that people put between those of a phrase.
var joinsSeed = set("and then und et y e и")

// seedRun is words of one list that follow each other.
type seedRun struct {
	places []int
	tokens []int
	last   int
	// more tells that the run is too long to be a phrase.
	more bool
}

func (r *seedRun) add(token, place int) {
	r.last = token
	if len(r.places) == longestSeed+namedSlack {
		r.more = true
		return
	}
	r.places, r.tokens = append(r.places, place), append(r.tokens, token)
}

func (r *seedRun) end(t *text, found *findings) {
	if n := len(r.places); n >= shortestSeed && !r.more {
		for _, length := range seedLengths {
			if at := r.find(t, length); at >= 0 {
				first, last := t.tokens[r.tokens[at]], t.tokens[r.tokens[at+length-1]]
				found.add(SeedPhrase, first.start, last.end)
				break
			}
		}
	}
	r.places, r.tokens, r.more = r.places[:0], r.tokens[:0], false
}

// find returns where in the run a phrase of so many words begins, or -1.
func (r *seedRun) find(t *text, length int) int {
	slack := len(r.places) - length
	if slack < 0 || slack > namedSlack {
		return -1
	}
	for at := len(r.places) - length; at >= 0; at-- { // what introduces it stands before it
		if !seedChecks(r.places[at : at+length]) {
			continue
		}
		if (slack > seedSlack || r.solid(t, at, length)) && !t.near(t.tokens[r.tokens[at]].start, t.tokens[r.tokens[at+length-1]].end, 60, 60, seedNames) {
			continue
		}
		return at
	}
	return -1
}

// solid tells whether the words are characters without a space between them,
// as any Chinese sentence is.
func (r *seedRun) solid(t *text, at, length int) bool {
	glued := 0
	for _, i := range r.tokens[at+1 : at+length] {
		if t.tokens[i].glued {
			glued++
		}
	}
	return glued > length/2 && t.tokens[r.tokens[at]].end-t.tokens[r.tokens[at]].start == 3
}

// seedChecks tells whether the words of a phrase have the checksum that BIP-39
// asks for: their 11 bits each are the entropy and the first bits of its hash.
func seedChecks(places []int) bool {
	bits := make([]byte, 0, longestSeed*11/8+1)
	held, n := 0, 0
	for _, p := range places {
		held, n = held<<11|p, n+11
		for n >= 8 {
			n -= 8
			bits = append(bits, byte(held>>n))
			held &= 1<<n - 1
		}
	}
	sumBits := len(places) / 3
	entropy := len(places) * 11 / 33 * 4 // bytes
	sum := sha256.Sum256(bits[:entropy])
	want := sum[0] >> (8 - sumBits)
	var got byte
	if len(bits) > entropy {
		got = bits[entropy]
	} else {
		got = byte(held << (8 - n))
	}
	return got>>(8-sumBits) == want
}
