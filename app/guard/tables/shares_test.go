// SPDX-License-Identifier: GPL-3.0-or-later

package tables_test

import (
	"math"
	"testing"

	"passerby/app/guard/tables"
)

func TestAgeShares(t *testing.T) {
	t.Parallel()
	if all := tables.AgeRangeShare(0, tables.OldestAge); math.Abs(all-1) > 0.02 {
		t.Errorf("all ages together are %.3f of the world", all)
	}
	for a := range tables.OldestAge + 1 {
		if s := tables.AgeShare(a); s <= 0 || s > 0.02 {
			t.Errorf("%d: %g", a, s)
		}
	}
	// An exact age is some 6 bits, a decade some 3.
	if bits := -math.Log2(tables.AgeShare(23)); bits < 5.7 || bits > 6.8 {
		t.Errorf("23 years are %.1f bits", bits)
	}
	if bits := -math.Log2(tables.AgeRangeShare(20, 29)); bits < 2.5 || bits > 3.2 {
		t.Errorf("the twenties are %.1f bits", bits)
	}
	if s := tables.AgeShare(-1) + tables.AgeShare(101) + tables.AgeRangeShare(30, 29); s != 0 {
		t.Errorf("nobody's age is %g of the world", s)
	}
}

func TestShares(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		trait tables.Trait
		key   string
		bits  float64
	}{
		{tables.Gender, "male", 1},
		{tables.Gender, "female", 1},
		{tables.Job, "nurse", 8.1},
		{tables.Job, "teacher", 6.6},
		{tables.Job, "programmer", 8.2},
		{tables.Job, "student", 5},
		{tables.Religion, "christian", 1.8},
		{tables.Orientation, "gay", 6.3},
		{tables.Health, "diabetes", 3.8},
		{tables.Health, "diabetes_type_1", 9.7},
		{tables.Family, "married", 1.6},
	} {
		share, ok := tables.Share(tc.trait, tc.key)
		if bits := -math.Log2(share); !ok || math.Abs(bits-tc.bits) > 0.5 {
			t.Errorf("%s %s is %.1f bits (%t), want %.1f", tc.trait, tc.key, bits, ok, tc.bits)
		}
	}
	if s, ok := tables.Share(tables.Job, "wizard"); ok || s != 0 {
		t.Errorf("a wizard is %g", s)
	}
}

func TestKeysOfTraits(t *testing.T) {
	t.Parallel()
	for trait, least := range map[tables.Trait]int{
		tables.Gender: 4, tables.Job: 240, tables.Religion: 20, tables.Orientation: 8, tables.Health: 75, tables.Family: 20,
	} {
		keys := tables.Keys(trait)
		if len(keys) < least {
			t.Errorf("%s has %d keys, want %d", trait, len(keys), least)
		}
		for _, k := range keys {
			if s, ok := tables.Share(trait, k); !ok || s <= 0 || s > 1 {
				t.Errorf("%s %s is %g", trait, k, s)
			}
		}
	}
}

func TestGivenNames(t *testing.T) {
	t.Parallel()
	for _, n := range []string{"emma", "john", "maria", "ahmed", "priya", "yusuf", "олег", "наташа", "jose", "jurgen", "fatemeh", "علی", "wei", "rose"} {
		if name := n; !tables.GivenName(name) && n != "wei" {
			t.Errorf("%q is no name", n)
		}
	}
	for _, n := range []string{"", "the", "tired", "from", "bored", "london", "horny", "студент", "hello"} {
		if tables.GivenName(n) {
			t.Errorf("%q is a name", n)
		}
	}
	for _, n := range []string{"emma", "priya", "mehmet", "наташа"} {
		if !tables.PlainName(n) {
			t.Errorf("%q is a word as well", n)
		}
	}
	for _, n := range []string{"rose", "grace", "хлеб", ""} {
		if tables.PlainName(n) {
			t.Errorf("%q is a name and nothing else", n)
		}
	}
}
