// SPDX-License-Identifier: GPL-3.0-or-later

// Package keepers keeps what somebody needs who comes back, or stays on for
// those who do: the keys of up to twenty members of the mesh that are there
// every day ([Memory]), and the own key of one of them ([Identity]).
//
// # Why anything is kept
//
// Who starts with nothing but the slots sees the network that the slots show,
// and slots can be captured by anyone with patience (see net/rendezvous). A
// member that was met last week and still answers under the same key is a
// source of its own: whoever captures the slots today was not asked last week.
// A keeper is a member that stays on for others, under one key for a week.
//
// # What it costs
//
// A list of keys on a disk says that Passerby was used there, and when last, to
// the day. A key that lasts a week lets the mesh recognise a member for a week.
// So nothing is kept unless the person agreed, to each of the two separately
// ([Params], Agree), and what is kept is encrypted with a key that the system's
// key store has ([KeyStore]); where there is none, nothing is kept, and Problem
// says why. Nothing is asked of the key store before somebody agreed ([Lazy]),
// so nobody else sees a prompt. Withdraw deletes file and key at once; a file
// that is found although nobody agreed is deleted too.
//
//	Linux and the like  the Secret Service, over the window's connection to the
//	                    session bus ([SecretService]), a local Unix socket; the
//	                    console has none
//	Windows             DPAPI, without a password of its own
//	macOS               nothing: the Keychain is out of reach for Go code that
//	                    neither calls C nor starts a program
//
// The key store protects from who has the disk alone: another account, a thief
// of the machine that is off, a backup. A program that runs as the same person
// can ask it as we do.
//
// # The files
//
// Each is in the profile and has one size whatever it holds; see limits.go for
// how much that is at most. It is written beside its place and moved there in
// one step. A file that is not ours, or a newer program's, is left alone; one
// that was changed or whose key is gone is not used, and written anew. Each
// case has words of its own.
//
//	keepers     count (1), then for each: mesh key (32) ‖ day that it was first
//	            met (4) ‖ and last (4), in days since 1970, big-endian
//	keeper-key  seed of the mesh key (32) ‖ second that it was made (8)
//
// A keeper that was not met for a week is forgotten: its key is out of use.
// There are five new ones a day at most, and those met today are not displaced,
// so whoever runs many keys for a short time does not fill the list. That one
// stays on is a claim that costs nothing; package app asks for work besides. Who
// claims it with many keys and has patience gets many of the places all the
// same, so keepers never decide the view of the network alone either.
//
// # Staying within bounds
//
// [Cap] bounds the bandwidth of a mesh that stays on, both directions together.
package keepers
