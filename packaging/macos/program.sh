#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the program for one kind of Mac, with the hash of the only tor that it
# will start:
#
#   packaging/macos/program.sh arm64|amd64 SHA256 FILE
#
# Either kind of Mac builds for both: Apple's compiler and libraries do.
set -eu

[ $# = 3 ] || { echo "usage: $0 arm64|amd64 SHA256 FILE" >&2; exit 2; }
arch=$1
sum=$2
file=$(cd "$(dirname "$3")" && pwd)/$(basename "$3")
here=$(cd "$(dirname "$0")" && pwd)
case $arch in
arm64 | amd64) ;;
*) echo "no Mac is of the kind $arch: name arm64 or amd64" >&2; exit 2 ;;
esac
# An empty hash would build a program that starts any tor.
case $sum in
*[!0-9a-f]*) sum="" ;;
esac
[ ${#sum} = 64 ] || { echo "$2 is not a SHA-256" >&2; exit 2; }

key=$("$here/fyneapp.sh" Release UpdateKey)
address=$("$here/fyneapp.sh" Release UpdateAddress)
version=$("$here/fyneapp.sh" Details Version)
# Newer systems start no program without a UUID, and the linker's depends on
# where it ran.
uuid=$(printf '%s %s %s' "$version" "$arch" "$sum" | openssl dgst -sha256 -r | cut -c1-32)

cd "$here/../.."
GOOS=darwin GOARCH="$arch" GOAMD64=v1 CGO_ENABLED=1 GOFLAGS='' MACOSX_DEPLOYMENT_TARGET=12.0 \
	CGO_CFLAGS="-O2 -g0 -mmacosx-version-min=12.0" CGO_LDFLAGS="-O2 -mmacosx-version-min=12.0" \
	go build -trimpath -buildvcs=false -tags release,migrated_fynedo \
	-ldflags "-s -w -buildid= -B 0x$uuid -X passerby/tor.bundledSHA256=$sum -X passerby/app/update.key=$key -X passerby/app/update.address=$address" \
	-o "$file" .
