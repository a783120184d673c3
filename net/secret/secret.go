// SPDX-License-Identifier: GPL-3.0-or-later

// Package secret runs the code that handles keys so that it leaves as few
// copies of them behind as the platform allows.
//
// A key that is "deleted" in an ordinary program is still there: in the part
// of the stack that its function used, in registers that were spilled on a
// context switch, and in heap memory that the collector freed but nobody has
// written over. Whoever reads the memory of the process later, from a core
// dump, the swap, or as an intruder, finds it. Overwriting one's own variable
// helps only against the copy that one knows of.
//
// Where [Erases] is true, [Do] is Go's runtime/secret.Do and erases
//
//   - the registers and the stack that the function and all that it calls have
//     used, before Do returns, even if the function panics;
//   - every heap object allocated during the call, once nothing refers to it
//     and the garbage collector has found that out. This is not at once: it is
//     a collection away, which an idle program runs every two minutes. An
//     object that lives on, as a cipher that is kept for the length of a
//     conversation, is erased in the same way after its last use, however long
//     after Do has returned.
//
// It erases nothing else, in particular not
//
//   - memory from outside the call: variables of the caller, captured ones
//     too, and objects allocated before. Overwrite those with clear;
//   - what the function passes on: bytes it copies to such memory, strings it
//     hands out, globals, what it writes to a socket;
//   - the work of goroutines that the function starts. Each must call Do;
//   - pages that the system has written to swap or to a hibernation image
//     meanwhile;
//   - numbers encoded in addresses, as an index by a secret byte.
//
// Everywhere else Do merely calls the function. The erasure exists on Linux
// with amd64 and arm64 only, and only in a program built with
// GOEXPERIMENT=runtimesecret; what the program tells people about erased keys
// must depend on Erases.
package secret

// Erases says whether [Do] erases what the package's documentation says. It is
// a property of the build.
const Erases = erases

// Do calls f, and where [Erases] is true erases the stack and the registers
// that f used, and in time the heap objects that it allocated. A panic in f
// goes on to the caller of Do. Calls may be nested, and made from any number of
// goroutines at once. The price is the clearing of the unused part of the
// goroutine's stack, and some bookkeeping for each allocation: call it around
// one operation on keys, not around a loop that lives as long as a
// conversation.
func Do(f func()) { do(f) }
