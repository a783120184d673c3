// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !linux

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "bench: it reads /proc and opens windows under Xvfb, and so needs Linux")
	os.Exit(1)
}
