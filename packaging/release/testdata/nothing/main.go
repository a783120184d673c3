// SPDX-License-Identifier: GPL-3.0-or-later

// Nothing stands in for the program where packages are tried: it ends.
package main

func main() {}
