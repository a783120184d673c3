#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# On a Mac: opens the disk image and tries what is in it, without a window and
# without the network:
#
#   packaging/macos/try.sh FILE.dmg
set -eu

[ $# = 1 ] || { echo "usage: $0 FILE.dmg" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
clean() {
	[ ! -e "$work/image/Applications" ] || hdiutil detach "$work/image" >/dev/null
	rm -rf "$work"
}
trap clean EXIT

mkdir "$work/image"
hdiutil attach "$1" -nobrowse -readonly -mountpoint "$work/image" >/dev/null
app=$work/image/$("$here/fyneapp.sh" Details Name).app
codesign --verify --deep --strict --verbose=2 "$app"
plutil -lint "$app/Contents/Info.plist"
for program in "$app/Contents/MacOS/passerby" "$app/Contents/MacOS/tor/tor"; do
	lipo "$program" -verify_arch arm64 x86_64
	codesign --display --verbose=2 "$program" 2>&1 | grep -q 'flags=.*runtime' || { echo "$program has no hardened runtime" >&2; exit 1; }
done
"$app/Contents/MacOS/tor/tor" --version
want="Passerby $("$here/fyneapp.sh" Details Version)"
got=$("$app/Contents/MacOS/passerby" version)
[ "$got" = "$want" ] || { echo "the program says \"$got\" and not \"$want\"" >&2; exit 1; }
echo "$got runs, and so does its tor."
