#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the signed application for both kinds of Mac from the two tors that
# packaging/tor/build.sh has left:
#
#   packaging/macos/universal.sh TOR_ARM64 TOR_AMD64 APP
#
# A signature changes a file. So tor is joined and signed first, its hash is
# compiled into the program, and the application is signed last, around both.
# MACOS_SIGN_IDENTITY is what sign.sh is to sign with.
set -eu
umask 022

[ $# = 3 ] || { echo "usage: $0 TOR_ARM64 TOR_AMD64 APP" >&2; exit 2; }
arm64=$1
amd64=$2
app=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
hash_of() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }

# Both are built from the same sources, on the same terms.
diff -r "$arm64/licences" "$amd64/licences"
lipo -create "$arm64/tor" "$amd64/tor" -output "$work/tor"
"$here/sign.sh" "$work/tor" "$("$here/fyneapp.sh" Details ID).tor"
sum=$(hash_of "$work/tor")

"$here/program.sh" arm64 "$sum" "$work/passerby-arm64"
"$here/program.sh" amd64 "$sum" "$work/passerby-amd64"
lipo -create "$work/passerby-arm64" "$work/passerby-amd64" -output "$work/passerby"

mkdir "$work/licences"
cp "$arm64/licences/"*.txt "$work/licences/"
"$here/licences.sh" "$work/licences"
"$here/app.sh" "$work/passerby" "$work/tor" "$work/licences" "$app"
"$here/sign.sh" "$app"
if [ "$(hash_of "$app/Contents/MacOS/tor/tor")" != "$sum" ]; then
	echo "tor was changed after its hash was taken: the program would refuse it" >&2
	exit 1
fi
