#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Signs one program, application or disk image with the hardened runtime:
#
#   packaging/macos/sign.sh PATH [IDENTIFIER]
#
# MACOS_SIGN_IDENTITY names the certificate, as keychain.sh prints it. Without
# one the signature is "ad hoc": it says nothing of who made the program, but
# Macs with Apple's processors run none without. An application is signed after
# what is in it, which keeps its own signature.
#
# No entitlements are given, because Passerby and tor need none: each of them
# would loosen the hardened runtime.
set -eu

[ $# = 1 ] || [ $# = 2 ] || { echo "usage: $0 PATH [IDENTIFIER]" >&2; exit 2; }
path=$1
shift
[ $# = 0 ] || set -- --identifier "$1"

identity=${MACOS_SIGN_IDENTITY:--}
if [ "$identity" = - ]; then
	time=--timestamp=none
else
	time=--timestamp # Apple's; notarising asks for it
fi
codesign --force --options runtime "$time" --sign "$identity" "$@" "$path"
codesign --verify --strict --verbose=2 "$path"
