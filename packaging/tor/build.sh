#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the tor that Passerby brings, from the archives pinned in sources.txt.
#
#   packaging/tor/build.sh TARGET OUTDIR
#
# TARGET is linux-amd64, windows-amd64 (both on Linux on amd64), darwin-arm64 or
# darwin-amd64 (on a Mac). It leaves OUTDIR/tor, or OUTDIR/tor.exe, one program
# that needs nothing but the system's own libraries, and OUTDIR/licences.
#
# The same compiler makes the same bytes of the same sources, whatever the
# folder, the time, the user, the time zone and the language: reproduce.sh shows
# it. On Linux tor is built against packaging/sysroot, for glibc 2.31.
#
# What is finished, and what was fetched, is kept in
# ${XDG_CACHE_HOME:-~/.cache}/passerby and taken from there next time; with
# TOR_CACHE=no nothing is kept and everything is built anew. See fetch.sh for
# TOR_SOURCES and others. SYSROOT names a folder for the sysroot.
set -eu
umask 022
export LC_ALL=C TZ=UTC LANG=C
# OpenSSL writes the time of its build into itself. It is not the release's, so
# that a release that changes nothing in tor ships the same tor.
export SOURCE_DATE_EPOCH=946684800
# Whatever else could change what compilers and configure scripts do.
unset CFLAGS CPPFLAGS CXXFLAGS LDFLAGS LIBS CC CXX CPP AR RANLIB NM STRIP RC WINDRES CROSS_COMPILE \
	CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX \
	CONFIG_SITE PKG_CONFIG_PATH PKG_CONFIG_LIBDIR MAKEFLAGS MFLAGS MAKELEVEL MACHINE SYSTEM \
	OPENSSL_LOCAL_CONFIG_DIR PERL PERL5LIB GREP_OPTIONS TAR_OPTIONS GZIP \
	ZERO_AR_DATE MACOSX_DEPLOYMENT_TARGET

here=$(cd "$(dirname "$0")" && pwd)
say() { printf '%s\n' "$*" >&2; }
usage() { say "usage: $0 linux-amd64|windows-amd64|darwin-arm64|darwin-amd64 OUTDIR"; exit 2; }
[ $# = 2 ] || usage
target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
cache=""
if [ "${TOR_CACHE:-yes}" != no ]; then
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/passerby
	mkdir -p "$cache/tor"
fi

# --- what each system needs ----------------------------------------------
hardening="-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
exe=tor
case $target in
linux-amd64)
	[ "$(uname -sm)" = "Linux x86_64" ] || { say "$target is built on Linux on amd64."; exit 1; }
	sysroot=${SYSROOT:-${cache:-$work}/sysroot}
	"$here/../sysroot/build.sh" "$sysroot"
	# Found by name, so that no path is written anywhere.
	PATH=$(cd "$sysroot/bin" && pwd):$PATH
	cc=cc strip=strip ar=ar ranlib=ranlib
	cflags="-O2 -fPIC -fstack-clash-protection -fcf-protection $hardening"
	ldflags="-Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed -Wl,--build-id=none"
	openssl_target="linux-x86_64" openssl_dir=/nonexistent/passerby
	host="--host=x86_64-linux-gnu --build=x86_64-linux-gnu"
	tor_options="--enable-static-libevent --enable-static-openssl --enable-static-zlib"
	;;
windows-amd64)
	prefix=x86_64-w64-mingw32
	cc=$prefix-gcc-posix strip=$prefix-strip ar=$prefix-ar ranlib=$prefix-ranlib
	command -v $cc >/dev/null || { say "$cc is needed: install gcc-mingw-w64-x86-64-posix."; exit 1; }
	cflags="-O2 $hardening"
	ldflags="-static -Wl,--dynamicbase,--nxcompat,--high-entropy-va -Wl,--no-insert-timestamp"
	# Only administrators can write there. OpenSSL reads no configuration in
	# any case.
	openssl_target="mingw64" openssl_dir=C:/Windows/passerby-none
	host="--host=$prefix --build=x86_64-linux-gnu"
	tor_options="--enable-static-tor"
	exe=tor.exe
	;;
darwin-arm64 | darwin-amd64)
	[ "$(uname -s)" = Darwin ] || { say "$target is built on a Mac: Apple's headers are not free."; exit 1; }
	arch=arm64 name=aarch64
	[ "$target" = darwin-arm64 ] || arch=x86_64 name=x86_64
	# Go 1.26 needs macOS 12 as well.
	export MACOSX_DEPLOYMENT_TARGET=12.0
	export ZERO_AR_DATE=1
	cc="clang -arch $arch" strip=strip ar=ar ranlib=ranlib
	cflags="-O2 -mmacosx-version-min=12.0 $hardening"
	ldflags="-mmacosx-version-min=12.0"
	openssl_target="darwin64-$arch-cc" openssl_dir=/nonexistent/passerby
	host="--host=$name-apple-darwin --build=$(uname -m | sed 's/arm64/aarch64/')-apple-darwin"
	tor_options="--enable-static-libevent --enable-static-openssl --enable-static-zlib"
	;;
*) usage ;;
esac
for tool in make perl tar $strip; do
	command -v "$tool" >/dev/null || { say "$tool is needed to build tor."; exit 1; }
done
# shellcheck source-path=SCRIPTDIR source=sha256.sh
. "$here/sha256.sh"
cores=$(nproc 2>/dev/null || sysctl -n hw.ncpu)

# --- what is there already -------------------------------------------------
# deliver puts what is finished in the folder $1 into OUTDIR.
deliver() {
	rm -rf "$out/licences"
	cp "$1/$exe" "$out/$exe.new"
	mv -f "$out/$exe.new" "$out/$exe"
	cp -R "$1/licences" "$out/licences"
	say "tor for $target: $(sha256 <"$out/$exe" | cut -d' ' -f1)"
}
key=$({
	cat "$here/sources.txt" "$here/zlib.sha256" "$here/build.sh" "$here/../sysroot/packages.txt" "$here/../sysroot/build.sh"
	echo "$target"
	$cc --version
	$strip --version
} | sha256 | cut -d' ' -f1)
# Who builds the same at the same time waits, and takes what the other has built.
if [ -n "$cache" ] && command -v flock >/dev/null; then
	exec 9>"$cache/tor/$target.lock"
	flock 9
fi
if [ -n "$cache" ] && [ -f "$cache/tor/$target-$key/$exe" ]; then
	deliver "$cache/tor/$target-$key"
	exit 0
fi

# --- unpack ----------------------------------------------------------------
sources=${cache:-$work}/sources
"$here/fetch.sh" "$sources"
for name in tor libevent openssl zlib; do
	mkdir "$work/$name"
	tar -x -z -f "$sources/$name.tar.gz" -C "$work/$name" --strip-components 1 --no-same-owner
done
(cd "$work/zlib" && sha256 -c "$here/zlib.sha256" >/dev/null) || {
	say "The files of zlib are not those that packaging/tor/zlib.sha256 names."
	exit 1
}

# run keeps quiet unless what it runs fails. The log is kept for that.
run() {
	"$@" </dev/null >>"$work/log" 2>&1 && return
	tail -n 60 "$work/log" >&2
	say "Building tor for $target failed: $*"
	exit 1
}

# --- build -----------------------------------------------------------------
# Everything is built in its own folder and named by relative paths: assertions
# and configuration hold the names of files.
mkdir -p "$work/deps/include" "$work/deps/lib"

say "building zlib"
cd "$work/zlib"
for file in adler32 compress crc32 deflate inffast inflate inftrees trees uncompr zutil; do
	# shellcheck disable=SC2086
	run $cc $cflags -DHAVE_HIDDEN -c $file.c
done
run $ar rc ../deps/lib/libz.a ./*.o
run $ranlib ../deps/lib/libz.a
cp zlib.h zconf.h ../deps/include

say "building libevent"
cd "$work/libevent"
# shellcheck disable=SC2086
run ./configure $host CC="$cc" AR=$ar RANLIB=$ranlib CFLAGS="$cflags" LDFLAGS="$ldflags" --prefix=/ \
	--disable-shared --enable-static --disable-openssl --disable-samples --disable-libevent-regress \
	--disable-debug-mode --disable-dependency-tracking --disable-libevent-install
run make -j"$cores" all
cp .libs/libevent*.a ../deps/lib
cp -R include/event2 include/ev*.h ../deps/include

say "building OpenSSL, which takes some minutes"
cd "$work/openssl"
# Of OpenSSL, tor uses TLS over TCP and ciphers. Nothing is loaded at run time,
# no configuration is read. Nothing is linked here, so no LDFLAGS.
# shellcheck disable=SC2086
run env CC="$cc" AR=$ar RANLIB=$ranlib CFLAGS="$cflags" ./Configure $openssl_target \
	--prefix=/nonexistent --openssldir=$openssl_dir --libdir=lib \
	no-shared no-tests no-docs no-apps no-dso no-module no-legacy no-engine no-autoload-config \
	no-comp no-srp no-srtp no-quic no-cmp no-cms no-ts no-ml-dsa no-slh-dsa no-ssl3
run make -j"$cores" build_libs
cp libcrypto.a libssl.a ../deps/lib
cp -R include/openssl ../deps/include

say "building tor"
cd "$work/tor"
# --enable-gpl brings the proof of work of onion services.
# shellcheck disable=SC2086
run ./configure $host CC="$cc" AR=$ar RANLIB=$ranlib CFLAGS="$cflags" LDFLAGS="$ldflags" \
	--prefix=/nonexistent --sysconfdir=/nonexistent --localstatedir=/nonexistent --datarootdir=/nonexistent \
	--with-libevent-dir=../deps --with-openssl-dir=../deps --with-zlib-dir=../deps $tor_options \
	--enable-gpl --disable-lzma --disable-zstd --disable-seccomp --disable-libscrypt --disable-systemd \
	--disable-system-torrc --disable-unittests --disable-asciidoc --disable-manpage --disable-html-manual \
	--disable-tool-name-check --disable-dependency-tracking --disable-silent-rules
run make -j"$cores" "src/app/$exe"

# --- finish ----------------------------------------------------------------
done=$work/done
mkdir -p "$done/licences"
cp "src/app/$exe" "$done/$exe"
case $target in
darwin-*) run $strip "$done/$exe" ;;
linux-*) run $strip --strip-all --remove-section=.comment --remove-section=.note "$done/$exe" ;;
*) run $strip --strip-all "$done/$exe" ;;
esac
chmod 755 "$done/$exe"
cp LICENSE "$done/licences/tor.txt"
cp ../libevent/LICENSE "$done/licences/libevent.txt"
cp ../openssl/LICENSE.txt "$done/licences/openssl.txt"
sed -n '/Copyright (C)/,/\*\//p' ../zlib/zlib.h | sed '/\*\//q' | sed '/\*\//d' >"$done/licences/zlib.txt"
# The C library of a Windows program is in it.
mingw=/usr/share/doc/mingw-w64-x86-64-dev/copyright
if [ "$target" = windows-amd64 ]; then
	[ -f $mingw ] || { say "$mingw, the licence of what is linked in, is missing: install mingw-w64-x86-64-dev."; exit 1; }
	cp $mingw "$done/licences/mingw-w64.txt"
fi
chmod 644 "$done/licences/"*

if grep -a -q -F "$work" "$done/$exe"; then
	say "The program holds the name of the folder it was built in."
	exit 1
fi
[ "$target" != linux-amd64 ] || "$here/../sysroot/glibc.sh" "$done/$exe"
if [ -n "$cache" ]; then
	rm -rf "$cache/tor/$target-$key"
	cp -R "$done" "$cache/tor/.new-$$"
	mv "$cache/tor/.new-$$" "$cache/tor/$target-$key"
fi
deliver "$done"
