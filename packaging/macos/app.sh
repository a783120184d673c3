#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Lays out Passerby.app, not yet signed:
#
#   packaging/macos/app.sh PROGRAM TOR LICENCES APP
#
# Only programs lie in Contents/MacOS: whatever else is there, codesign would
# take for a program without a signature. The program finds its tor in the folder
# tor beside itself.
set -eu
umask 022

[ $# = 4 ] || { echo "usage: $0 PROGRAM TOR LICENCES APP" >&2; exit 2; }
program=$1
tor=$2
licences=$3
app=$(cd "$(dirname "$4")" && pwd)/$(basename "$4")
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..

name=$("$here/fyneapp.sh" Details Name)
id=$("$here/fyneapp.sh" Details ID)
version=$("$here/fyneapp.sh" Details Version)
build=$("$here/fyneapp.sh" Details Build)
# The date of every file: that of the newest version.
date=$(sed -n 's/^ *date: *\([0-9TZ:-]*\).*/\1/p' "$root/packaging/release/changelog.yml" | sort | tail -n 1)
[ -n "$date" ] || { echo "packaging/release/changelog.yml has no entry with a date" >&2; exit 1; }
for text in "$name" "$id" "$version" "$build"; do
	case $text in
	*[!A-Za-z0-9.\ -]*) echo "FyneApp.toml: $text has letters that Info.plist would have to escape" >&2; exit 1 ;;
	esac
done

rm -rf "$app"
mkdir -p "$app/Contents/MacOS/tor" "$app/Contents/Resources/licences"
sed -e "s/@NAME@/$name/" -e "s/@ID@/$id/" -e "s/@VERSION@/$version/" -e "s/@BUILD@/$build/" \
	"$here/Info.plist.in" >"$app/Contents/Info.plist"
install -m 0755 "$program" "$app/Contents/MacOS/passerby"
install -m 0755 "$tor" "$app/Contents/MacOS/tor/tor"
(cd "$root" && go run ./packaging/macos/icns "$("$here/fyneapp.sh" Details Icon)" "$app/Contents/Resources/icon.icns")
install -m 0644 "$root/LICENSE" "$app/Contents/Resources/LICENSE.txt"
install -m 0644 "$root/assets/fonts/OFL.txt" "$app/Contents/Resources/licences/lato-OFL.txt"
for licence in "$licences"/*.txt; do
	install -m 0644 "$licence" "$app/Contents/Resources/licences/"
done
find "$app" -depth -exec touch -d "$date" {} +
