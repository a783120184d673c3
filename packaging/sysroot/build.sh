#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes a sysroot of Debian 11: headers and libraries of an old system to build
# against with the compiler of this one. What comes out runs on glibc 2.31 and
# newer, that is Debian 11, Ubuntu 20.04, Fedora 32 and whatever came later.
#
#   packaging/sysroot/build.sh DIR
#
# It needs Linux on amd64, apt, dpkg-deb and gcc, and no root rights. What it
# unpacks is pinned in packages.txt. A sysroot that is there and was made from
# the same pins is left as it is. Then
#
#   CC=DIR/bin/cc CXX=DIR/bin/c++ PKG_CONFIG=DIR/bin/pkg-config go build .
#
# SYSROOT_PACKAGES names a folder in which the packages are looked for first,
# and kept.
set -eu
umask 022
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=debian.sh
. "$here/debian.sh"
say() { printf '%s\n' "$*" >&2; }

[ $# = 1 ] || { say "usage: $0 DIR"; exit 2; }
for tool in apt-get dpkg-deb gcc sha256sum; do
	command -v $tool >/dev/null || { say "$tool is needed to make the sysroot."; exit 1; }
done
mkdir -p "$1"
dir=$(cd "$1" && pwd)
pins=$(cat "$here/packages.txt" "$here/build.sh" | sha256sum | cut -d' ' -f1)
if command -v flock >/dev/null; then # who comes second waits
	exec 8>"$dir/lock"
	flock 8
fi
if [ -f "$dir/made-from" ] && [ "$(cat "$dir/made-from")" = "$pins" ]; then
	exit 0
fi
rm -rf "${dir:?}/tree" "${dir:?}/bin" "$dir/made-from"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# --- fetch ---------------------------------------------------------------
debs=${SYSROOT_PACKAGES:-$work/debs}
mkdir -p "$debs"
debs=$(cd "$debs" && pwd)
grep -v '^#' "$here/packages.txt" >"$work/pins"
is_pinned() { [ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]; }
missing=""
while read -r name version sha; do
	is_pinned "$debs/$sha.deb" "$sha" || missing="$missing $name=$version"
done <"$work/pins"
if [ -n "$missing" ]; then
	debian_apt "$work/apt" "deb bullseye main"
	mkdir "$work/got"
	# shellcheck disable=SC2086
	(cd "$work/got" && APT_CONFIG=$work/apt/apt.conf apt-get download -qq $missing >&2)
	for file in "$work"/got/*.deb; do
		mv "$file" "$debs/$(sha256sum <"$file" | cut -d' ' -f1).deb"
	done
fi
while read -r name version sha; do
	is_pinned "$debs/$sha.deb" "$sha" || {
		say "$name $version as it was fetched is not the pinned one: no file has the SHA-256"
		say "  $sha"
		exit 1
	}
done <"$work/pins"

# --- unpack --------------------------------------------------------------
# As on Debian 11, /lib and /lib64 are in /usr: paths in linker scripts, as
# /lib/x86_64-linux-gnu/libc.so.6, lead to the same files.
mkdir -p "$dir/tree/usr/lib" "$dir/tree/usr/lib64"
ln -s usr/lib "$dir/tree/lib"
ln -s usr/lib64 "$dir/tree/lib64"
while read -r _ _ sha; do
	dpkg-deb --fsys-tarfile "$debs/$sha.deb" | tar -x -f - -C "$dir/tree" --no-same-owner --keep-directory-symlink
done <"$work/pins"
rm -rf "$dir/tree/usr/share/doc" "$dir/tree/usr/share/man" "${dir:?}/tree/etc"

# A link to /lib/... means the sysroot's, not this system's.
find "$dir/tree" -type l -lname '/*' | while read -r link; do
	target=$(readlink "$link")
	ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$dir/tree$target")" "$link"
done

# GLFW brings headers of a newer Wayland, which expect this of the system's. It
# looks for the function that the flag is for when it runs.
echo '#define WL_MARSHAL_FLAG_DESTROY (1 << 0)' >>"$dir/tree/usr/include/wayland-client-core.h"

# --- compilers -----------------------------------------------------------
# Variables of the caller that add to what a compiler looks at are taken away.
# gcc's own library is linked in: that of an older system may lack what a newer
# gcc expects. -B comes before gcc's own folders, of which one is this system's
# /usr/lib. Nothing of this reaches the output. Go asks a compiler with -### which
# one it is, to tell whether what it built before is still right: a sysroot that
# changed is another compiler.
mkdir "$dir/bin"
compiler() { # NAME COMPILER MORE
	cat >"$dir/bin/$1" <<-END
		#!/bin/sh
		unset CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX
		root=\$(cd "\$(dirname "\$0")/../tree" && pwd)
		[ "\${1:-}" != "-###" ] || echo "sysroot version 11-$pins, \$($2 --version | head -n 1)" >&2
		exec $2 --sysroot="\$root" -B"\$root/usr/lib/x86_64-linux-gnu" $3 "\$@"
	END
	chmod 755 "$dir/bin/$1"
}
compiler cc gcc -static-libgcc
compiler c++ g++ "-static-libgcc -static-libstdc++"
cat >"$dir/bin/pkg-config" <<-END
	#!/bin/sh
	root=\$(cd "\$(dirname "\$0")/../tree" && pwd)
	export PKG_CONFIG_PATH=
	export PKG_CONFIG_SYSROOT_DIR="\$root"
	export PKG_CONFIG_LIBDIR="\$root/usr/lib/x86_64-linux-gnu/pkgconfig:\$root/usr/share/pkgconfig"
	exec pkg-config "\$@"
END
chmod 755 "$dir/bin/pkg-config"

# --- try -----------------------------------------------------------------
cat >"$work/try.c" <<'END'
#include <math.h>
#include <pthread.h>
#include <stdio.h>
static void *run(void *x) { return x; }
int main(int argc, char **argv) {
	pthread_t thread;
	(void)argv;
	printf("%d %f\n", pthread_create(&thread, 0, run, 0), pow(argc, argc));
	return pthread_join(thread, 0);
}
#if __GLIBC_MINOR__ != 31
#error the headers are not those of the sysroot
#endif
END
"$dir/bin/cc" -o "$work/try" "$work/try.c" -lm -lpthread
"$here/glibc.sh" "$work/try"
echo "$pins" >"$dir/made-from"
