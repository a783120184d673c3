// SPDX-License-Identifier: GPL-3.0-or-later

// Package screenguard keeps a window out of pictures of this computer's
// screen, where the system has a way to ask for that, and tells what the
// system says that it does.
//
// A screen recorder, a meeting that is shared, and a feature that takes a
// picture every few seconds and keeps it (Windows calls it Recall) all get
// their pictures from the system's compositor, and some compositors leave out a
// window that asks for it:
//
//   - Windows: SetWindowDisplayAffinity. From Windows 10 version 2004 on,
//     WDA_EXCLUDEFROMCAPTURE leaves the window out; before, WDA_MONITOR shows it
//     black. Microsoft: “Unlike a security feature or an implementation of
//     Digital Rights Management (DRM), there is no guarantee”.
//   - macOS: NSWindow's sharingType NSWindowSharingNone. Since macOS 15 whatever
//     records through ScreenCaptureKit gets the window all the same, so this is
//     never more than [Partial].
//   - X11 has nothing of the kind: every program on the display can read every
//     window. Wayland lets no program read the screen without the person's
//     leave, but a window cannot ask to be left out.
//
// Nothing anywhere keeps out a camera, a program with the rights of the system,
// or whatever the other side of a conversation does. No way exists to notice
// that either.
//
// # The truth
//
// That a system took a request is not that it does what was asked: a window
// that is hidden and shown again has lost its mark in several programs, and old
// systems take a value that they do not know. So [Apply] always reads back, and
// the [State] that it returns is what was read and never what was asked for.
// Where reading fails it is [Unknown], also though the request was taken.
//
// A window is asked for after every time it is shown, and whenever it comes to
// the foreground; asking again costs some microseconds and changes nothing.
//
// # What has run where
//
// What is decided is tested with systems that only pretend (affinity.go,
// sharing.go). The calls on Windows have run under Wine 8, which refuses to leave
// a window out and says that it does not, and on no Windows of ours. The calls on
// macOS are written from Apple's documentation and were never compiled.
package screenguard
