// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
)

// People disguise the names of other services, because sites filter them:
// "!nsta", "sn@pchat", "t3legram", "s n a p", "sna p".

// services are names that are looked for in disguise. They are such as no other
// word becomes when it is taken out of one.
var services = func() map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsSeq("instagram insta snapchat snap telegram tele discord whatsapp whatsap wechat kik tiktok facebook onlyfans signal skype viber messenger") {
		all[name] = true
	}
	return all
}()

// longestService is the length of the longest of them.
const longestService = 9

// leet are signs that stand for letters.
var leet = map[rune]rune{'0': 'o', '1': 'i', '!': 'i', '3': 'e', '4': 'a', '@': 'a', '5': 's', '$': 's', '7': 't', '|': 'l', '8': 'b', '9': 'g'}

// undisguise gives services their letters back, and takes out the spaces
// between them. A space that goes belongs to the letter before it.
func undisguise(runes []seen) []seen {
	out := runes[:0]
	for i := 0; i < len(runes); {
		if n, name := disguised(runes, i); n > 0 {
			for k := i; k < i+n; k++ {
				if isGap(runes[k].r) {
					out[len(out)-1].to = runes[k].to
					continue
				}
				s := runes[k]
				s.r, name = rune(name[0]), name[1:]
				out = append(out, s)
			}
			i += n
			continue
		}
		out = append(out, runes[i])
		i++
	}
	return out
}

// disguised returns how many runes from i on are a service in disguise, and its
// name; 0 if none is there.
func disguised(runes []seen, i int) (n int, name string) {
	if i > 0 && inWord(runes[i-1].r) || !inWord(runes[i].r) && leet[runes[i].r] == 0 {
		return 0, ""
	}
	var letters []rune
	signs, gaps := 0, 0
	for k := i; k < len(runes) && len(letters) <= longestService; k++ {
		r := unicode.ToLower(runes[k].r)
		switch l := leet[r]; {
		case 'a' <= r && r <= 'z':
			letters = append(letters, r)
		case l != 0:
			letters = append(letters, l)
			signs++
		case isGap(r) && k > i && k+1 < len(runes) && runes[k-1].r != r:
			gaps++
			continue
		default:
			return 0, ""
		}
		ends := k+1 == len(runes) || !inWord(runes[k+1].r)
		// One gap alone is a space between two words, unless what it leaves is
		// no word: a single letter.
		if ends && services[string(letters)] && (signs > 0 && gaps == 0 || gaps == len(letters)-1 || gaps == 1 && signs == 0 && single(runes, i, k)) {
			return k + 1 - i, string(letters)
		}
	}
	return 0, ""
}

// single tells whether the gap between i and k parts off one letter.
func single(runes []seen, i, k int) bool {
	return !inWord(runes[i+1].r) || !inWord(runes[k-1].r)
}

// isGap tells whether r may part the letters of a name.
func isGap(r rune) bool { return r == ' ' || r == '.' || r == '_' || r == '-' }

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
