// SPDX-License-Identifier: GPL-3.0-or-later

package stamp

const (
	// Bits is the difficulty of the gate on Passerby's network: leading zero
	// bits of the proof. 2^18 hashes are about 20 ms of one core, three times
	// what a look at the second tier costs whoever is made to take it.
	Bits = 18
	// MaxBits is the highest difficulty that Mint takes on: more is a mistake.
	MaxBits = 40

	// Memory is what one try at the second tier fills on Passerby's network,
	// in KiB. 8 MiB do not fit into the fast memory of a graphics processor
	// more than a few times over, and are 6 ms of one core.
	Memory = 8 << 10
	// MinMemory is the least that Argon2 has, in KiB: for tests.
	MinMemory = 8
	// MaxEffort is the highest difficulty that [Work] takes on. 2^16 tries of
	// 6 ms are more than six minutes.
	MaxEffort = 16
	// AtOnce is how many tries a [Verifier] makes at once: together they fill
	// 16 MiB and two cores at most, however many stamps come.
	AtOnce = 2

	// stride is how many hashes of the gate are tried between looks at the
	// context: less than a millisecond.
	stride = 4096
)
