// SPDX-License-Identifier: GPL-3.0-or-later

// Package clipboard copies text that asks not to be kept.
//
// What a person copies out of a conversation leaves the program: every program
// on the desktop can read it, a clipboard history writes it to disk, and some
// systems carry it to the person's other devices. Password managers have met
// all of this before, and each system has a mark by which they ask it not to:
//
//   - X11: the target x-kde-passwordManagerHint with the content “secret”,
//     which KDE's Klipper began and KeePassXC, Bitwarden, 1Password, CopyQ,
//     GPaste and others followed.
//   - Windows: the formats ExcludeClipboardContentFromMonitorProcessing,
//     CanIncludeInClipboardHistory = 0 and CanUploadToCloudClipboard = 0, as
//     Microsoft documents under “Clipboard Formats”, and KeePass's older
//     “Clipboard Viewer Ignore”.
//   - macOS: the types org.nspasteboard.ConcealedType and
//     org.nspasteboard.TransientType (nspasteboard.org), and the option
//     NSPasteboardContentsCurrentHostOnly, which keeps it off other devices.
//   - Wayland: the same as X11, but a window must hand it over itself, which
//     Fyne's does not. Desktops that draw no frames for windows, GNOME among
//     them, run Fyne's windows through X11. For others a [Board] falls back to
//     Fyne's clipboard, and says so.
//
// The marks are requests. [Board.Manners] says which of them this system
// knows, in words for the person.
//
// # Taking it back
//
// A [Board] takes its text back after [Life], on [Forget], and on
// [Board.Close]; and only if it is still its own, for what another program has
// put there meanwhile is the person's, too. That a conversation ends does not
// take it back: somebody who copies an address and leaves wants to paste it,
// and Life is short.
//
//   - X11: the clipboard is no place, but a program that answers for it. The
//     text stays in this process, which is told when another takes over, and
//     is overwritten when taken back. Then the program goes on to answer, with
//     nothing: GNOME's Mutter keeps a copy of what was there and puts it back
//     when the last owner goes away, but drops it for a new owner. The end of
//     the process, however it ends, ends its answers; after a kill, Mutter
//     alone still has its copy. No clipboard manager is asked to keep
//     anything (SAVE_TARGETS), and MULTIPLE, by which they fetch, is refused.
//   - Windows: the text is with the system, and ours as long as
//     GetClipboardSequenceNumber stays the same. A killed process leaves it.
//   - macOS: the same, with NSPasteboard's changeCount. This part is written
//     from Apple's documentation and has run on no machine of ours.
//   - Fyne's: ours as long as the content has the same keyed hash.
//
// # The connection to the X server
//
// On X11 this package has a connection of its own to the same display as the
// window. It is the C library libxcb's, as the window's is libX11's, goes to
// the same socket, and is no way out to a network that Fyne does not have. It
// is libxcb and not libX11 because in that one a requestor that destroys its
// window at the wrong moment ends the whole program, unless a handler is set
// that Fyne's GLFW needs for itself.
package clipboard
