// SPDX-License-Identifier: GPL-3.0-or-later

// Package update answers two questions about files that somebody offers as
// Passerby: is there a newer version, and is this file the one that was
// published. Nothing is asked, fetched or installed by itself.
//
// # The list
//
// Whoever publishes a version makes one text of it, the [List]: the version,
// and beneath it the names and SHA-256 of its files, as sha256sum writes them.
//
//	passerby 0.2.0
//	9f86d0…0f00a08  passerby_0.2.0_amd64.deb
//	60303a…5b0ec49  passerby-0.2.0-setup.exe
//
//	— passerby nM4CvCkd…
//
// It is signed as a note of golang.org/x/mod/sumdb/note, with Ed25519. The
// public key is compiled into the program, so the list may come by any way:
// the signature decides, not who brought it. "passerby verify" checks a list
// and files that were downloaded, without any network.
//
// # Asking
//
// Once a person asks for it, [Source.Ask] opens one stream through Tor to the
// onion address that is compiled in, over a circuit that nothing else uses. It
// sends nothing and reads until the other side closes. No HTTP is spoken: there
// is no request in which a version, a system or a habit could stand. So whoever
// answers learns that somebody connected, and when. They do not learn who, from
// where, or with which version. An onion address needs no certificate and no
// name to be looked up.
//
// # What whoever answers can do, and cannot
//
// They may also be somebody who took the service over. Without the key they
// cannot name a file of theirs: that list is refused ([ErrForged]). An old list
// with flaws that are known by now is refused as well, where it is older than
// this copy ([ErrOld]).
//
// They can withhold a newer list and go on showing the one that fits the copies
// that are out there. This freeze cannot be told from there being nothing new:
// the list has no date, as a date would have to be renewed by a key that is at
// hand all the time. "Nothing newer" therefore means: nothing newer was shown.
//
// A copy that was built without key and address ([Compiled]) cannot ask at all.
// Those of distributors are: their updates come with the system's.
package update
