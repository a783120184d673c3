#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Copies the licences of every Go module that the program is built from on
# macOS, and that of Go itself, into a folder:
#
#   packaging/macos/licences.sh DIR
set -eu

[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
to=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."

list=$(GOOS=darwin GOARCH=arm64 CGO_ENABLED=1 go list -deps -tags release,migrated_fynedo \
	-f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' . | sort -u)
printf '%s\n' "$list" | while read -r path version folder; do
	[ -n "$path" ] || continue
	found=""
	for file in "$folder"/LICEN[CS]E* "$folder"/COPYING* "$folder"/NOTICE*; do
		[ -f "$file" ] || continue
		install -m 0644 "$file" "$to/$(printf '%s' "$path@$version" | tr '/' '-')-$(basename "$file").txt"
		found=yes
	done
	[ -n "$found" ] || { echo "$path has no licence" >&2; exit 1; }
done
install -m 0644 "$(go env GOROOT)/LICENSE" "$to/go-LICENSE.txt"
