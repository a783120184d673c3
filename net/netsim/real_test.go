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

// sizes are realSizes, or what NETSIM_SIZES says, as in "1000": some minutes.
func sizes(t *testing.T) []int {
	list := os.Getenv("NETSIM_SIZES")
	switch {
	case list == "" && testing.Short():
		return realSizes[:1]
	case list == "":
		return realSizes
	}
	var all []int
	for s := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

func TestTheModelsAgree(t *testing.T) {
	for _, n := range sizes(t) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			// given one network, busy, in which members come and go
			p := CheckParams(n, 1)
			c := Checked{Members: n, Abstract: Run(p)}
			begin := time.Now()
			synctest.Test(t, func(t *testing.T) {
				var err error
				if c.Real, err = Real(t.Context(), p); err != nil {
					t.Fatal(err)
				}
			})
			c.Took = time.Since(begin)
			// then both models say the same of it, about
			t.Logf("%v by the clock\n%v", c.Took.Round(time.Second), c)
			for _, d := range c.Differences() {
				if n >= 100 && !d.Agrees() { // fewer have too few searches to compare
					t.Errorf("%s: %.3g, but %.3g where it is abstract", d.Name, d.Real, d.Abstract)
				}
			}
			if c.Real.Covered < 0.95 || c.Real.MatchMedian > 30 {
				t.Errorf("%+v", c.Real)
			}
		})
	}
}
