# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# To be sourced: apt with a state of its own. It reads Debian's packages on any
# system that has apt, needs no root rights, and neither reads nor changes what
# is installed here.
#
#   debian_apt STATE LINE...   prepares it in the folder STATE. A line is as in
#                              sources.list, without options and address:
#                              "deb bullseye main". Needs an absolute path.
#   APT_CONFIG=STATE/apt.conf apt-get ...
#
# DEBIAN_MIRROR names the mirror to use; without it, it is the one that apt here
# uses, where this is Debian, else the one that debootstrap uses.

# debian_mirror prints the address of a mirror.
debian_mirror() {
	if [ -n "${DEBIAN_MIRROR:-}" ]; then
		printf '%s\n' "${DEBIAN_MIRROR%/}"
		return
	fi
	# shellcheck disable=SC2016 # apt replaces them
	mirror=$(apt-get indextargets --format '$(ORIGIN) $(SUITE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's|^Debian .* \(.*/debian\)/*$|\1|p' | head -n 1)
	[ -n "$mirror" ] || mirror=$(sed -n 's|^[[:space:]]*default_mirror[[:space:]]*||p' /usr/share/debootstrap/scripts/sid 2>/dev/null | head -n 1)
	if [ -z "$mirror" ]; then
		echo "No mirror of Debian is known here. Name one in DEBIAN_MIRROR." >&2
		return 1
	fi
	printf '%s\n' "${mirror%/}"
}

# debian_apt prepares apt and reads the lists of packages.
debian_apt() {
	state=$1
	shift
	mirror=$(debian_mirror) || return 1
	mkdir -p "$state/etc/apt/apt.conf.d" "$state/etc/apt/preferences.d" "$state/etc/apt/sources.list.d" \
		"$state/lists/partial" "$state/cache/archives/partial"
	# Where Debian's keys are installed apt checks them. What is used is pinned
	# by its hash in any case.
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	option="signed-by=$keyring"
	[ -r $keyring ] || option="trusted=yes"
	for line in "$@"; do
		kind=${line%% *} rest=${line#* }
		case $rest in
		*-security\ *) address=$mirror-security ;;
		*) address=$mirror ;;
		esac
		echo "$kind [arch=amd64 $option] $address $rest"
	done >"$state/etc/apt/sources.list"
	: >"$state/status"
	cat >"$state/apt.conf" <<-END
		Dir "$state";
		Dir::State "$state";
		Dir::State::status "$state/status";
		Dir::Cache "$state/cache";
		Dir::Log "$state";
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; };
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Acquire::Retries "3";
	END
	APT_CONFIG=$state/apt.conf apt-get update -qq >&2
}
