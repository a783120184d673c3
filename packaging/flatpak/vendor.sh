#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Packs the source of every Go module that Passerby is built from into one
# archive, checked against go.sum, for builds that may not use the network:
#
#   packaging/flatpak/vendor.sh FILE.tar.xz
#
# Unpacked into the folder of the source it is the folder "vendor", which Go
# takes by itself. The same go.mod and the same Go make the same bytes.
set -eu

[ $# = 1 ] || { echo "usage: $0 FILE.tar.xz" >&2; exit 2; }
mkdir -p "$(dirname "$1")"
file=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

date=$(sed -n 's/^ *date: *\([0-9TZ:-]*\).*/\1/p' "$root/packaging/release/changelog.yml" | sort | tail -n 1)
[ -n "$date" ] || { echo "packaging/release/changelog.yml has no entry with a date" >&2; exit 1; }
(cd "$root" && GOFLAGS='' GOWORK=off go mod vendor -o "$work/vendor")
LC_ALL=C tar --create --file="$work/vendor.tar" --directory="$work" --format=ustar --sort=name \
	--owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime="$date" vendor
xz -9 --threads=1 "$work/vendor.tar"
mv "$work/vendor.tar.xz" "$file"
