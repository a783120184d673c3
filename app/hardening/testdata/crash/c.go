// SPDX-License-Identifier: GPL-3.0-or-later

package main

/*
#include <stdio.h>
#include <stdlib.h>

static void fault(const char *text) { *(volatile const char **)8 = text; }
static void tell(const char *text) { fprintf(stderr, "%s\n", text); fflush(stderr); }
*/
import "C"

import "os"

// The program has C libraries in it, and with them Go's runtime handles
// signals and threads in other ways.
func init() {
	ways["fault in C"] = func(text string) { C.fault(C.CString(text)) }
	ways["abort in C"] = func(text string) { C.tell(C.CString(text)); C.abort() }
	ways["C's stderr"] = func(text string) { C.tell(C.CString(text)); os.Exit(2) }
}
