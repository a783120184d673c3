// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import "math"

// Exponent fits y = c·x^k by least squares of the logarithms and returns k: 0
// is flat, 1 grows with the network. Points that have no logarithm are left
// out; it is NaN where fewer than two are left.
func Exponent(x, y []float64) float64 {
	var n, sx, sy, sxx, sxy float64
	for i := range x {
		lx, ly := math.Log(x[i]), math.Log(y[i])
		if math.IsNaN(lx+ly) || math.IsInf(lx+ly, 0) {
			continue
		}
		n, sx, sy, sxx, sxy = n+1, sx+lx, sy+ly, sxx+lx*lx, sxy+lx*ly
	}
	if n < 2 {
		return math.NaN()
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
