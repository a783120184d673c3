// SPDX-License-Identifier: GPL-3.0-or-later

package netsim

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// realSizes are the sizes at which the models are compared.
func realSizes(t *testing.T) []int {
	sizes := []int{100}
	if list := os.Getenv("NETSIM_SIZES"); list != "" {
		sizes = nil
		for s := range strings.SplitSeq(list, ",") {
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, n)
		}
	}
	return sizes
}

func TestTheModelsAgree(t *testing.T) {
	for _, n := range realSizes(t) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p := Ordinary(n, 1, busy)
			p.WarmUp, p.Measure = 4*time.Minute, 6*time.Minute
			var real Result
			begin := time.Now()
			synctest.Test(t, func(t *testing.T) {
				var err error
				if real, err = Real(t.Context(), p); err != nil {
					t.Fatal(err)
				}
			})
			t.Logf("%d members: %v of this machine's time", n, time.Since(begin).Round(time.Second))
			t.Logf("real     %+v", real)
			t.Logf("abstract %+v", Run(p))
		})
	}
}
