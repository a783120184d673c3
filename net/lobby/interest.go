// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"passerby/net/session"
)

// ErrInterests is wrapped by errors about interests that a person should
// shorten or drop. Their text is fit to show.
var ErrInterests = errors.New("these interests do not fit")

// Normalise puts interests into the form in which they are compared: without
// what people write in two ways, such as case, accents, width, plural and emoji
// beside words. A language is the same by its own name and by its name in
// English. Empty ones and repetitions are dropped. It refuses more than [MaxInterests] and any
// longer than [MaxInterest] characters; errors wrap [ErrInterests].
func Normalise(interests []string) ([]string, error) {
	var words []string
	for _, written := range interests {
		if len(written) > maxInterestRaw {
			return nil, fmt.Errorf("%w: one is longer than %d characters", ErrInterests, MaxInterest)
		}
		word := normal(written)
		if word == "" || slices.Contains(words, word) {
			continue
		}
		if utf8.RuneCountInString(word) > MaxInterest {
			return nil, fmt.Errorf("%w: one is longer than %d characters", ErrInterests, MaxInterest)
		}
		if len(words) == MaxInterests {
			return nil, fmt.Errorf("%w: there are more than %d", ErrInterests, MaxInterests)
		}
		words = append(words, word)
	}
	return words, nil
}

// TagOf returns the tag of a normalised interest on the network of this name:
// the first 8 bytes of a hash. Whoever guesses the word can see that somebody
// looks for it; whoever does not sees random bytes.
func TagOf(network, word string) session.Tag {
	h := sha256.New()
	h.Write([]byte("passerby interest"))
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(network))))
	h.Write([]byte(network))
	h.Write([]byte(word))
	return session.Tag(h.Sum(nil))
}

// Shared returns those of our interests, as they were written, that are among
// a stranger's tags, in our order.
func Shared(network string, interests []string, tags [session.MaxTags]session.Tag) []string {
	var shared []string
	var seen []string
	for _, written := range interests {
		word := normal(written)
		if word == "" || slices.Contains(seen, word) {
			continue
		}
		seen = append(seen, word)
		if slices.Contains(tags[:], TagOf(network, word)) {
			shared = append(shared, strings.TrimSpace(written))
		}
	}
	return shared
}

// tagsOf returns the tags of up to MaxInterests normalised interests in random
// places, and random bytes in the others, so that neither their number nor
// their order shows. own holds the interests' tags alone.
func tagsOf(network string, words []string) (tags [session.MaxTags]session.Tag, own []session.Tag) {
	for i := range tags {
		rand.Read(tags[i][:]) // never fails: crypto/rand ends the program instead
	}
	places := mathrand.Perm(len(tags))
	for i, word := range words {
		tag := TagOf(network, word)
		tags[places[i]] = tag
		own = append(own, tag)
	}
	return tags, own
}
