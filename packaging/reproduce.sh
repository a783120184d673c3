#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes all packages twice, in folders of other names and lengths, with another
# umask, time zone, language and settings of compilers, and with nothing kept from
# the first time, and compares them byte for byte. What is the same is left in dist. Where packages
# differ, diffoscope shows how, if it is there.
#
#   packaging/reproduce.sh [what packaging/release is told besides]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make_in FOLDER UMASK TZ LANG [flags]: builds a copy of the source, as the last
# commit and what was changed since have it, in FOLDER.
make_in() {
	folder=$1 mask=$2 zone=$3 lang=$4
	shift 4
	mkdir -p "$folder"
	(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create --file=-) |
		tar --extract --file=- --directory="$folder"
	(
		umask "$mask"
		export TZ="$zone" LANG="$lang" LC_ALL="$lang"
		cd "$folder"
		go run -C packaging/release . -out "$folder/dist" "$@"
	)
}

GOEXPERIMENT=runtimesecret make_in "$work/a" 022 UTC C.UTF-8 "$@"
GOEXPERIMENT="" CGO_CFLAGS=-O1 CFLAGS=-O1 TOR_CACHE=no GOCACHE=$work/cache make_in "$work/a much longer name/of another place" 077 Asia/Kathmandu C "$@"

one=$work/a/dist
two="$work/a much longer name/of another place/dist"
status=0
for file in "$one"/*; do
	name=$(basename "$file")
	if [ -d "$file" ]; then
		first=$(cd "$file" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
		second=$(cd "$two/$name" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
	else
		first=$(sha256sum <"$file" | cut -d' ' -f1)
		second=$(sha256sum <"$two/$name" | cut -d' ' -f1)
	fi
	printf '%s\n%s  %s\n' "$first" "$second" "$name"
	if [ "$first" != "$second" ]; then
		status=1
		echo "These two differ." >&2
		! command -v diffoscope >/dev/null || diffoscope --max-text-report-size 20000 "$file" "$two/$name" >&2 || true
	fi
done
if [ $status = 0 ]; then
	rm -rf "$root/dist"
	mv "$one" "$root/dist"
	echo "All packages are equal byte for byte; they are in dist."
fi
exit $status
