#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Fetches the archives that tor is built from, as pinned in sources.txt.
#
#   packaging/tor/fetch.sh DIR
#
# leaves them in DIR as tor.tar.gz, libevent.tar.gz, openssl.tar.gz and
# zlib.tar.gz. Each is looked for in DIR itself, then in the folder that
# TOR_SOURCES names, under its upstream name or Debian's, then at its upstream
# address, then among Debian's source packages, which hold the same bytes.
#
# TOR_UPSTREAM=no leaves upstream out, TOR_DEBIAN=no Debian.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../sysroot/debian.sh
. "$here/../sysroot/debian.sh"
say() { printf '%s\n' "$*" >&2; }

[ $# = 1 ] || { say "usage: $0 DIR"; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source-path=SCRIPTDIR source=sha256.sh
. "$here/sha256.sh"
hash_of() { sha256 "$1" | cut -d' ' -f1; }

# take FILE NAME SHA256 FROM: moves or copies FILE into place if it is the
# pinned one.
take() {
	got=$(hash_of "$1")
	if [ "$got" != "$3" ]; then
		say "$2 from $4 is not the pinned file: its SHA-256 is"
		say "  $got, not"
		say "  $3. It may be incomplete or changed; it is not used."
		return 1
	fi
	cp -- "$1" "$work/taken"
	mv -- "$work/taken" "$dir/$2.tar.gz"
}

local_folder() { # NAME VERSION SHA256
	[ -n "${TOR_SOURCES:-}" ] || return 1
	for file in "$TOR_SOURCES/$1-$2.tar.gz" "$TOR_SOURCES/$1.tar.gz" "$TOR_SOURCES/$1"_*.orig.tar.gz; do
		[ -f "$file" ] || continue
		if [ "$(hash_of "$file")" = "$3" ]; then
			take "$file" "$1" "$3" "$file"
			return
		fi
		echo "$file" >>"$work/refused"
	done
	return 1
}

upstream() { # NAME SHA256 ADDRESS
	[ "$3" != - ] && [ "${TOR_UPSTREAM:-yes}" != no ] || return 1
	if ! command -v curl >/dev/null; then
		say "curl is not installed: $3 is not tried."
		return 1
	fi
	curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --tlsv1.2 \
		--connect-timeout 20 --speed-time 60 --speed-limit 1000 --max-filesize 200000000 \
		--output "$work/upstream" "$3" || return 1
	take "$work/upstream" "$1" "$2" "$3"
}

debian_ready=""
debian() { # NAME SHA256 SOURCE
	[ "$3" != - ] && [ "${TOR_DEBIAN:-yes}" != no ] && command -v apt-get >/dev/null || return 1
	if [ -z "$debian_ready" ]; then
		debian_apt "$work/apt" "deb-src bookworm main" "deb-src bookworm-security main" \
			"deb-src trixie main" "deb-src trixie-security main" || return 1
		debian_ready=yes
	fi
	# Every version whose original archive has the hash; which these are changes
	# with what Debian adds, and a mirror may lack the newest.
	versions=$(APT_CONFIG=$work/apt/apt.conf apt-cache showsrc --only-source "$3" |
		awk -v want="$2" '$1 == "Version:" { v = $2 } $1 == want { print v }' | uniq)
	mkdir -p "$work/debian"
	for version in $versions; do
		(cd "$work/debian" && APT_CONFIG=$work/apt/apt.conf apt-get source -qq --only-source --download-only "$3=$version" >&2) || continue
		for file in "$work/debian/$3"_*.orig.tar.gz; do
			! take "$file" "$1" "$2" "Debian's source package $3" || return 0
		done
	done
	return 1
}

grep -v '^#' "$here/sources.txt" | cut -d' ' -f1 | uniq >"$work/names"
while read -r name; do
	# The text of all lines of one name, as in sources.txt.
	grep "^$name " "$here/sources.txt" >"$work/$name.lines"
	done=""
	while read -r _ version sha address source; do
		[ -f "$dir/$name.tar.gz" ] && [ "$(hash_of "$dir/$name.tar.gz")" = "$sha" ] && done=yes
		[ -n "$done" ] || ! local_folder "$name" "$version" "$sha" || done=yes
	done <"$work/$name.lines"
	for from in upstream debian; do
		[ -z "$done" ] || break
		while read -r _ version sha address source; do
			[ -z "$done" ] || break
			case $from in
			upstream) ! upstream "$name" "$sha" "$address" || done=yes ;;
			debian) ! debian "$name" "$sha" "$source" || done=yes ;;
			esac
		done <"$work/$name.lines"
	done
	if [ -z "$done" ]; then
		[ ! -f "$work/refused" ] || sort -u "$work/refused" | sed 's/$/ is not the pinned file: incomplete or changed./' >&2
		say "$name could not be had. Put the archive that packaging/tor/sources.txt names into"
		say "a folder and name the folder in TOR_SOURCES, or name a mirror of Debian in"
		say "DEBIAN_MIRROR."
		exit 1
	fi
done <"$work/names"
