#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Writes packages.txt: the packages of Debian 11 that the sysroot is made of,
# with all that they need, each with its version and SHA-256. To be run when
# something is added here; what it finds is to be read before it is committed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=debian.sh
. "$here/debian.sh"

# What tor and the program are built against.
wanted="libc6-dev linux-libc-dev libgl1-mesa-dev libx11-dev libxcursor-dev
libxrandr-dev libxinerama-dev libxi-dev libxxf86vm-dev libxkbcommon-dev
libwayland-dev libxcb1-dev"
# Needed to run, not to link: drivers, and what runs when a package is installed.
left_out="libglx-mesa0 libegl-mesa0 libgcc-s1 libcrypt1 libcrypt-dev libnsl-dev
libtirpc-dev xorg-sgml-doctools xkb-data libxml2"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
debian_apt "$work/apt" "deb bullseye main"
for name in $left_out; do
	printf 'Package: %s\nStatus: install ok installed\nVersion: 9:999\nArchitecture: amd64\nMulti-Arch: same\nMaintainer: none\nDescription: left out\n\n' "$name"
done >"$work/apt/status"
# shellcheck disable=SC2086
APT_CONFIG=$work/apt/apt.conf apt-get install -q --print-uris --no-install-recommends $wanted >"$work/uris"
{
	cat <<-'END'
		# SPDX-License-Identifier: GPL-3.0-or-later
		#
		# The packages of Debian 11 (glibc 2.31) that the sysroot is made of. Written
		# by pin.sh. Each is checked against its hash before it is unpacked.
		#
		# package version sha256
	END
	sed -n "s/^'[^']*' \([^_]*\)_\([^_]*\)_[^ ]*\.deb .*/\1 \2/p" "$work/uris" | sed 's/%3a/:/' | LC_ALL=C sort |
		while read -r name version; do
			sha=$(APT_CONFIG=$work/apt/apt.conf apt-cache show "$name=$version" | sed -n 's/^SHA256: //p' | head -n 1)
			echo "$name $version $sha"
		done
} >"$here/packages.txt"
grep -vc '^#' "$here/packages.txt"
