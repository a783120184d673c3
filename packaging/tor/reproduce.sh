#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds tor twice from nothing, in folders of different length, with another
# umask, home, time zone and language, and compares.
#
#   packaging/tor/reproduce.sh TARGET [OUTDIR]
#
# It prints both hashes and ends with 1 if they differ. With OUTDIR, both
# results are left there for a closer look. It takes twice as long as build.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
[ $# = 1 ] || [ $# = 2 ] || { echo "usage: $0 TARGET [OUTDIR]" >&2; exit 2; }
target=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
out=${2:-$work/out}
mkdir -p "$out"
out=$(cd "$out" && pwd)
# shellcheck source-path=SCRIPTDIR source=sha256.sh
. "$here/sha256.sh"

"$here/fetch.sh" "$work/sources"
# once NAME FOLDER UMASK ZONE LANGUAGE
once() {
	mkdir -p "$work/$2/home" "$work/$2/tmp"
	(
		umask "$3"
		export TOR_CACHE=no TOR_SOURCES="$work/sources" SYSROOT_PACKAGES="$work/debs"
		export TMPDIR="$work/$2/tmp" HOME="$work/$2/home" USER="$1" LOGNAME="$1" TZ="$4" LANG="$5" LC_ALL="$5"
		unset SYSROOT XDG_CACHE_HOME
		"$here/build.sh" "$target" "$out/$1"
	)
}
once first a 022 UTC C
once second a-folder/with-a-much-longer-name 077 Pacific/Kiritimati de_DE.UTF-8

result=0
for file in "$out"/first/tor*; do
	name=$(basename "$file")
	a=$(sha256 - <"$file" | cut -d' ' -f1) b=$(sha256 - <"$out/second/$name" | cut -d' ' -f1)
	printf '%s  %s, built first\n%s  %s, built again\n' "$a" "$name" "$b" "$name"
	[ "$a" = "$b" ] || result=1
done
diff -r "$out/first/licences" "$out/second/licences" || result=1
[ $result = 0 ] || echo "The two builds of tor for $target differ." >&2
exit $result
