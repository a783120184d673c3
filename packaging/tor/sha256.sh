# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# What sha256sum does, for Macs without it, too. It is sourced.
sha256() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
