#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what building (build), running (run) and testing (test) Passerby, and
# making (package) and proving (proof) its packages need, where it is missing. On Debian and Ubuntu it installs packages; on
# other systems it says what to install. Go itself must be there.
#
#   packaging/install-deps.sh build run test
set -eu

have() { command -v "$1" >/dev/null 2>&1; }
say() { printf '%s\n' "$*" >&2; }

if ! have go; then
	say "Go 1.26 or newer is needed: see https://go.dev/dl/"
	exit 1
fi

want_build="ca-certificates gcc libc6-dev pkg-config libgl1-mesa-dev xorg-dev libxkbcommon-dev libwayland-dev libxcb1-dev"
want_run="tor"
want_test="msitools nsis openssl osslsigncode squashfs-tools unzip wixl xvfb xdotool xclip xsel openbox dbus-x11 xauth x11-utils imagemagick strace libgl1-mesa-dri procps"
want_package="bzip2 curl debian-archive-keyring dpkg-dev g++-mingw-w64-x86-64-posix gcc-mingw-w64-x86-64-posix make msitools nsis osslsigncode patch perl squashfs-tools wixl xz-utils"
want_proof="appstream binutils cpio debootstrap desktop-file-utils diffoscope-minimal flatpak-builder groff icnsutils iproute2 lintian man-db python3 rpm rpmlint shellcheck unzip wine wine64"

packages=""
for what in "$@"; do
	case $what in
	build) packages="$packages $want_build" ;;
	run) packages="$packages $want_run" ;;
	test) packages="$packages $want_test" ;;
	package) packages="$packages $want_package" ;;
	proof) packages="$packages $want_proof" ;;
	*) say "unknown: $what"; exit 2 ;;
	esac
done

case $(uname -s) in
Linux) ;;
Darwin)
	missing=""
	xcode-select -p >/dev/null 2>&1 || missing="$missing xcode-select --install;"
	for what in "$@"; do
		[ "$what" != run ] || have tor || missing="$missing brew install tor;"
		[ "$what" != test ] || say "The tests of windows and sockets run on Linux."
		[ "$what" != package ] || { say "Packages for Linux and Windows are made on Linux; for macOS see packaging/macos."; exit 1; }
	done
	[ -z "$missing" ] || { say "Please run first:$missing"; exit 1; }
	exit 0
	;;
*)
	say "On this system please install a C compiler and tor by hand."
	exit 0
	;;
esac

if ! have dpkg-query || ! have apt-get; then
	if have dnf; then
		say "If the build fails, please run first:"
		say "  sudo dnf install gcc pkgconf mesa-libGL-devel libXcursor-devel libXrandr-devel libXinerama-devel libXi-devel libXxf86vm-devel libxkbcommon-devel wayland-devel libxcb-devel tor xorg-x11-server-Xvfb xdotool xclip xsel openbox dbus-x11 ImageMagick strace"
	else
		say "If the build fails, please install the counterparts of these Debian packages:$packages"
	fi
	exit 0
fi

missing=""
for p in $packages; do
	dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

root=""
if [ "$(id -u)" != 0 ]; then
	if ! have sudo; then
		say "Please run as root: apt-get install --no-install-recommends$missing"
		exit 1
	fi
	root="sudo"
fi
say "Installing$missing"
# Debian starts a system-wide tor when its package is installed. Passerby
# starts its own, so nothing is started here.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' | $root tee $policy >/dev/null
	$root chmod +x $policy
	made=yes
fi
undo() { [ -z "$made" ] || $root rm -f $policy; }
trap undo EXIT
$root apt-get update -qq
# shellcheck disable=SC2086
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
