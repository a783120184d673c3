#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Checks of the Flatpak what can be checked without its runtime:
#
#   packaging/flatpak/check.sh
#
# flatpak-builder reads the manifest; what the desktop reads is valid; the archive
# of modules is the same whoever packs it; and the program builds from it by the
# manifest's own command, with no other modules at hand and no network to fetch
# them. manifest_test.go holds the manifest to what is promised of it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
id=$("$here/../macos/fyneapp.sh" Details ID)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
	printf 'packaging/flatpak/check.sh: %s\n' "$*" >&2
	exit 1
}

(cd "$work" && flatpak-builder --show-manifest "$here/$id.yml" >manifest.json) # leaves a folder where it runs
for file in applications/$id.desktop metainfo/$id.metainfo.xml; do
	grep -qF "packaging/release/files/linux/$(basename "$file") -t /app/share/$(dirname "$file")" "$work/manifest.json" ||
		fail "$file is not installed"
done
desktop-file-validate "$root/packaging/release/files/linux/$id.desktop"
appstreamcli validate --pedantic --no-net "$root/packaging/release/files/linux/$id.metainfo.xml" >"$work/appstream" || {
	cat "$work/appstream" >&2
	fail "the metainfo is not valid"
}

# Packed twice, by people with different habits.
"$here/vendor.sh" "$work/one.tar.xz"
mkdir "$work/another folder"
(umask 077 && cd / && TZ=Asia/Kathmandu LC_ALL=C.UTF-8 "$here/vendor.sh" "$work/another folder/two.tar.xz")
cmp "$work/one.tar.xz" "$work/another folder/two.tar.xz" || fail "the archive of modules differs from time to time"

# The program, by the manifest's own environment and command.
mkdir -p "$work/source" "$work/app/lib/passerby/tor"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create --file=-) |
	tar --extract --file=- --directory="$work/source"
tar --extract --file="$work/one.tar.xz" --directory="$work/source"
echo "a tor" >"$work/app/lib/passerby/tor/tor"
python3 - "$work/manifest.json" >"$work/build" <<'END'
import json, shlex, sys

module = next(m for m in json.load(open(sys.argv[1]))["modules"] if m["name"] == "passerby")
for name, value in module["build-options"]["env"].items():
    print(f"export {name}={shlex.quote(value)}")
print(module["build-commands"][0])
END
# The same but for the folder that a Flatpak calls /app, and Go's own cache of
# what it has compiled, so that this takes seconds and leaves nothing.
sed -e "s|/app/|$work/app/|g" -e '/GOCACHE/d' "$work/build" >"$work/build.here"
(cd "$work/source" && GOMODCACHE="$work/none" sh -eu "$work/build.here") || fail "the program cannot be built from the archive of modules"
[ ! -e "$work/none/cache/download" ] || fail "modules were looked for elsewhere"
"$work/source/program" version
sum=$(sha256sum "$work/app/lib/passerby/tor/tor" | cut -d' ' -f1)
grep -qaF "$sum" "$work/source/program" || fail "the program does not know the hash of its tor"
echo "The Flatpak is as it should be, as far as it can be told without its runtime."
