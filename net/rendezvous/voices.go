// SPDX-License-Identifier: GPL-3.0-or-later

package rendezvous

import (
	"passerby/net/onion"
)

// common counts what two answers both name.
func common(a, b []onion.Address) (n int) {
	in := make(map[onion.Address]bool, len(a))
	for _, x := range a {
		in[x] = true
	}
	for _, x := range b {
		if in[x] {
			n++
		}
	}
	return n
}

// voices counts the answers that may come from different people. Of answers
// that have more than half of the shorter one in common only one counts: one
// who holds many slots and has few members to name would otherwise be many. In
// a small network all who are honest say the same, and count as one voice too;
// it is for other sources to say more.
func voices(answers [][]onion.Address) int {
	return groups(answers, func(a, b []onion.Address) bool {
		return 2*common(a, b) > min(len(a), len(b))
	})
}

// meshes counts the groups of answers that have no member in common.
func meshes(answers [][]onion.Address) int {
	return groups(answers, func(a, b []onion.Address) bool { return common(a, b) > 0 })
}

// enough tells whether a newcomer needs to ask no further. Answers that have
// members in common tell of one mesh, and few of them are enough. Where they
// have not, the network is large, or there are two, or somebody lies: then one
// who answers first must not be all that is heard.
func enough(answers [][]onion.Address) bool {
	return len(answers) >= enoughAsked || (len(answers) >= enoughAgree && voices(answers) > 1 && meshes(answers) == 1)
}

// groups counts the groups that answers fall into, of which those belong to
// one that are alike, and those that are alike to one of them.
func groups(answers [][]onion.Address, alike func(a, b []onion.Address) bool) int {
	group := make([]int, len(answers))
	n := 0
	for i, a := range answers {
		group[i] = i
		n++
		for j := range i {
			if group[j] != group[i] && alike(a, answers[j]) {
				old, now := group[j], group[i]
				for k := range i + 1 {
					if group[k] == old {
						group[k] = now
					}
				}
				n--
			}
		}
	}
	return n
}
