#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Refuses programs that need a newer glibc than 2.31.
#
#   packaging/sysroot/glibc.sh PROGRAM...
set -eu

for program in "$@"; do
	symbols=$(objdump -T "$program")
	newest=$(printf '%s\n' "$symbols" | grep -o 'GLIBC_[0-9.]*' | sort -V | tail -n 1)
	if [ "$(printf '%s\nGLIBC_2.31\n' "$newest" | sort -V | tail -n 1)" != GLIBC_2.31 ]; then
		echo "$program needs $newest, and must run on GLIBC_2.31:" >&2
		printf '%s\n' "$symbols" | grep -F "$newest" | head -n 5 >&2
		exit 1
	fi
done
