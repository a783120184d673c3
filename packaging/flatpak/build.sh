#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the Flatpak into one file that people can install:
#
#   packaging/flatpak/build.sh DIR
#
# It needs flatpak-builder, Go, and the remote "flathub" of this user, which the
# runtime and the compilers come from. Building itself uses no network but for
# the archives of tor, which the manifest pins.
set -eu

[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
id=$("$here/../macos/fyneapp.sh" Details ID)
version=$("$here/../macos/fyneapp.sh" Details Version)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/vendor.sh" "$root/dist/passerby-vendor.tar.xz" # where the manifest looks for it
flatpak-builder --user --install-deps-from=flathub --force-clean --disable-rofiles-fuse --default-branch=stable \
	--state-dir="$work/state" --repo="$work/repo" "$work/build" "$here/$id.yml"
flatpak build-bundle --runtime-repo=https://dl.flathub.org/repo/flathub.flatpakrepo \
	"$work/repo" "$out/passerby-$version-$(flatpak --default-arch).flatpak" "$id" stable
