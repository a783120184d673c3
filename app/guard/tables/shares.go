// SPDX-License-Identifier: GPL-3.0-or-later

package tables

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// World is how many people there are: 8.16 thousand million in the middle of
// 2024 (United Nations, World Population Prospects 2024).
const World = 8_160_000_000

// Trait is something that a share of the world's people have. The shares are
// estimates; data/shares.txt names what each was made from.
type Trait string

// The traits whose shares are known.
const (
	Gender      Trait = "gender"      // male, female, trans, nonbinary
	Job         Trait = "job"         // nurse, truck_driver, ...; also student, retired, unemployed
	Religion    Trait = "religion"    // muslim, catholic, atheist, ...
	Orientation Trait = "orientation" // straight, gay, ...
	Health      Trait = "health"      // diabetes, pregnant, ...
	Family      Trait = "family"      // married, parent, twin, ...
)

// OldestAge is the oldest age that Age tells from older ones.
const OldestAge = 100

//go:embed data/shares.txt
var sharesFile string

type shares struct {
	traits map[Trait]map[string]float64
	ages   [OldestAge + 1]float64
}

var loadShares = sync.OnceValue(func() *shares {
	s := &shares{traits: map[Trait]map[string]float64{}}
	var groups []float64
	var section Trait
	for line := range strings.Lines(sharesFile) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = Trait(strings.TrimSuffix(name, "]"))
			continue
		}
		name, number, _ := strings.Cut(line, " ")
		thousands, err := strconv.ParseFloat(number, 64)
		if err != nil {
			// Part of the program, like a constant: see inflate.
			panic(fmt.Errorf("tables: the share %q that ships with the program is broken: %w", line, err))
		}
		share := thousands * 1000 / World
		if section == "age" {
			groups = append(groups, share)
			continue
		}
		if s.traits[section] == nil {
			s.traits[section] = map[string]float64{}
		}
		s.traits[section][name] = share
	}
	spreadAges(&s.ages, groups)
	return s
})

// spreadAges gives each year of a group of five its part: along the line between
// the neighbouring groups, scaled so that the group keeps its sum. The last
// group is everybody of 100 and older.
func spreadAges(ages *[OldestAge + 1]float64, groups []float64) {
	last := len(groups) - 1
	for g, total := range groups {
		if g == last {
			ages[OldestAge] = total
			break
		}
		before, after := total, groups[g+1]
		if g > 0 {
			before = groups[g-1]
		}
		slope := (after - before) / 10 / 5
		var years [5]float64
		var sum float64
		for i := range years {
			years[i] = max(total/5+slope*float64(i-2)/5, total/20)
			sum += years[i]
		}
		for i, y := range years {
			ages[5*g+i] = y * total / sum
		}
	}
}

// Share is the part of all people, over 0 and up to 1, who have the trait, by
// an English key in small letters with "_" for spaces. It is an estimate. ok is
// false if the key is not in the table.
func Share(t Trait, key string) (share float64, ok bool) {
	share, ok = loadShares().traits[t][key]
	return share, ok
}

// AgeShare is the part of all people who are of that many full years. OldestAge
// stands for everybody at least as old; for other numbers it is 0.
func AgeShare(years int) float64 {
	if years < 0 || years > OldestAge {
		return 0
	}
	return loadShares().ages[years]
}

// AgeRangeShare is the part of all people from one age to another, both
// counted: AgeRangeShare(20, 29) is the twenties.
func AgeRangeShare(from, to int) float64 {
	var sum float64
	for a := max(from, 0); a <= min(to, OldestAge); a++ {
		sum += AgeShare(a)
	}
	return sum
}

// PeopleShare is the part of all people that a population is: of a place, or of
// a country for where one lives or what one's nationality is.
func PeopleShare(population int) float64 {
	return float64(population) / World
}
