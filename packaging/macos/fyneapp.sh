#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints one value of FyneApp.toml, which alone says what the program is called:
#
#   packaging/macos/fyneapp.sh Details Version
#
# It reads what stands there, a text in quotes or a number to the end of the
# line, and nothing more of TOML.
set -eu

[ $# = 2 ] || { echo "usage: $0 TABLE KEY" >&2; exit 2; }
file=$(dirname "$0")/../../FyneApp.toml
awk -v table="$1" -v key="$2" '
	/^\[/ { here = $0 == "[" table "]" }
	here && $1 == key && $2 == "=" {
		value = $0
		sub(/^[^=]*= */, "", value)
		if (value !~ /^("[^"\\]*"|[0-9]+)$/) exit
		gsub(/"/, "", value)
		print value
		found = 1
		exit
	}
	END { exit !found }' "$file" || {
	echo "$file has no $2 in [$1] that can be read: it must be a text in quotes or a number" >&2
	exit 1
}
