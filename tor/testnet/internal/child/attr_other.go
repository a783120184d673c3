// SPDX-License-Identifier: GPL-3.0-or-later

//go:build !linux

package child

import "syscall"

func dieWithParent() *syscall.SysProcAttr { return nil }
