// SPDX-License-Identifier: GPL-3.0-or-later

package stamp

// Occupy takes every slot until the function that it returns is called.
func (v *Verifier) Occupy() (release func()) {
	for range AtOnce {
		v.slots <- struct{}{}
	}
	return func() {
		for range AtOnce {
			<-v.slots
		}
	}
}
