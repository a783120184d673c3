// SPDX-License-Identifier: GPL-3.0-or-later

//go:build cgo && linux && !android

package ui

/*
#cgo CFLAGS: -D_GNU_SOURCE
#cgo LDFLAGS: -ldl
#include <dlfcn.h>

static int has_marshal_flags(void) { return dlsym(RTLD_DEFAULT, "wl_proxy_marshal_flags") != NULL; }
*/
import "C"

// waylandUsable tells whether the system's Wayland library is new enough. GLFW
// calls a function that came with 1.20, and where it is missing, as on Debian
// 11, it jumps to nowhere.
func waylandUsable() bool { return C.has_marshal_flags() != 0 }
