// SPDX-License-Identifier: GPL-3.0-or-later

// Package desktoptest gives tests a desktop of their own: an X server that
// draws into memory, a window manager, a clipboard, and programs whose windows
// are driven by keyboard and mouse and looked at as pictures.
//
// What is typed goes the whole way that a person's keys go: from the server to
// whichever window has the focus. Nothing in the program under test knows that
// it is tested.
//
// The server chooses a display number that is free, so that many desktops can
// run at a time. It ends with [Desktop.Close], and with the process that
// started it, whatever the end of that is; all windows end with the server.
//
// It needs Linux and the programs Xvfb, openbox, xdotool, xclip and import;
// elsewhere the package is empty. Testing is not imported.
package desktoptest
