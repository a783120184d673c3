// SPDX-License-Identifier: GPL-3.0-or-later

package guard

// detectors are all of them. They do not depend on each other's order.
var detectors = []detector{numbers, pieces, ibans, seedPhrases, keys, personsWithLetters, emails, links, ipAddresses, coordinates}

// leastDigits is how many digits the shortest number has that is looked for.
const leastDigits = 7

// numbers finds what is a number of a card, of a person or of a phone.
func numbers(t *text, found *findings) {
	ask := &dialler{}
	for _, run := range t.digitRuns(leastDigits) {
		if cards(t, &run, found) {
			continue // what else the digits could be, they are not
		}
		nationalIDs(t, &run, found)
		phones(t, &run, found, ask)
	}
}
