#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the disk image that people download from the signed application, and
# prints its name:
#
#   packaging/macos/dmg.sh APP DIR
#
# It shows the application and a link to the folder to drag it to. With
# NOTARY_KEY both are notarised (notarise.sh), the application first, so that it
# still opens without the network when it was copied from the image.
#
# hdiutil writes the time and a random number into every image: two images of the
# same application differ.
set -eu
umask 022

[ $# = 2 ] || { echo "usage: $0 APP DIR" >&2; exit 2; }
app=$1
here=$(cd "$(dirname "$0")" && pwd)
name=$("$here/fyneapp.sh" Details Name)
image=$2/passerby-$("$here/fyneapp.sh" Details Version)-macos-universal.dmg
identity=${MACOS_SIGN_IDENTITY:--}
if [ "$identity" = - ] && [ -n "${NOTARY_KEY:-}" ]; then
	echo "Apple notarises only what a certificate has signed, and there is none" >&2
	exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/notarise.sh" "$app" >&2
mkdir -p "$2" "$work/image"
cp -Rp "$app" "$work/image/"
ln -s /Applications "$work/image/Applications"
hdiutil create -volname "$name" -srcfolder "$work/image" -fs HFS+ -format ULFO -ov "$image" >&2
[ "$identity" = - ] || "$here/sign.sh" "$image" "$("$here/fyneapp.sh" Details ID).image" >&2
"$here/notarise.sh" "$image" >&2
printf '%s\n' "$image"
