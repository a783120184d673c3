// SPDX-License-Identifier: GPL-3.0-or-later

// Package consoletest builds the real program and runs copies of it under
// "passerby console --json", for tests and measurements of the whole.
//
// Nothing in it looks inside the program: a [Copy] is a process that is told
// things on its standard input and tells things on its standard output, as any
// other program would use it, and [Event] states the contract a second time.
// What a process does behind its own back is looked for from outside too:
// [FindTraces] searches its files for what was said, [ReadTrace] reads in a
// record of its system calls which sockets it opened.
//
// Every copy has a folder of its own for all that it may want to write:
// profile, home, temporary files. Every wait is bound by a context, and every
// error shows what the copy said until then. A copy ends at the latest when
// its standard input does, and so never outlives the program that started it.
//
// It needs Linux; elsewhere the package is empty. Testing is not imported, so
// that other programs than tests can use it.
package consoletest
