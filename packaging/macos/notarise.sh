#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Has Apple notarise an application or a disk image, and staples the answer to
# it, so that it opens without the network:
#
#   packaging/macos/notarise.sh PATH
#
# NOTARY_KEY is a key of App Store Connect (.p8, in base64), NOTARY_KEY_ID and
# NOTARY_ISSUER are its names. Without NOTARY_KEY nothing is done, and says so.
set -eu
umask 077

[ $# = 1 ] || { echo "usage: $0 PATH" >&2; exit 2; }
if [ -z "${NOTARY_KEY:-}" ]; then
	echo "$(basename "$1") is not notarised: no NOTARY_KEY is given" >&2
	exit 0
fi
: "${NOTARY_KEY_ID:?is the name of NOTARY_KEY}"
: "${NOTARY_ISSUER:?is the name of who issued NOTARY_KEY}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s' "$NOTARY_KEY" | base64 --decode >"$work/key.p8"
sent=$1
if [ -d "$1" ]; then # an application goes there as .zip
	sent=$work/application.zip
	ditto -c -k --keepParent "$1" "$sent"
fi
xcrun notarytool submit "$sent" --key "$work/key.p8" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER" --wait --timeout 1h
xcrun stapler staple "$1" # fails where Apple refused
