#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Puts the certificate to sign with into a keychain of its own and prints what
# sign.sh is to be told:
#
#   MACOS_SIGN_IDENTITY=$(packaging/macos/keychain.sh DIR)
#
# MACOS_CERTIFICATE is a "Developer ID Application" certificate with its key as
# PKCS#12 in base64, MACOS_CERTIFICATE_PASSWORD its password. Whoever calls this
# deletes the keychain, DIR/passerby.keychain-db, in the end.
set -eu
umask 077

[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
: "${MACOS_CERTIFICATE:?is the certificate, PKCS#12 in base64}"
: "${MACOS_CERTIFICATE_PASSWORD?is the password of the certificate}"
keychain=$1/passerby.keychain-db
password=$(openssl rand -hex 16)

printf '%s' "$MACOS_CERTIFICATE" | base64 --decode >"$1/certificate.p12"
{
	security create-keychain -p "$password" "$keychain"
	security set-keychain-settings -lut 7200 "$keychain"
	security unlock-keychain -p "$password" "$keychain"
	security import "$1/certificate.p12" -f pkcs12 -k "$keychain" -P "$MACOS_CERTIFICATE_PASSWORD" -T /usr/bin/codesign
	security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain"
	security list-keychains -d user -s "$keychain" login.keychain-db
} >/dev/null
rm "$1/certificate.p12"
identity=$(security find-identity -v -p codesigning "$keychain" | awk '$2 ~ /^[0-9A-F]+$/ && length($2) == 40 { print $2; exit }')
[ -n "$identity" ] || { echo "MACOS_CERTIFICATE holds no certificate to sign programs with" >&2; exit 1; }
printf '%s\n' "$identity"
