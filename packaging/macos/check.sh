#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Checks on Linux what can be checked of the packages for macOS and of the
# workflows:
#
#   packaging/macos/check.sh
#
# The workflows go through actionlint, and all shell scripts of packaging go
# through ShellCheck. Then the steps for macOS are run with stand-ins for Apple's
# tools and for the compiler, which write down how they were called and leave
# files like theirs. That shows the order, the arguments, and that the program is
# told the hash of the tor that lies beside it in the end. It does not show that
# Apple's tools take it.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
macos=$root/packaging/macos
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
	printf 'packaging/macos/check.sh: %s\n' "$*" >&2
	[ ! -e "$work/calls" ] || sed 's/^/  /' "$work/calls" >&2
	exit 1
}

cd "$root"
go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.10 -shellcheck=shellcheck .github/workflows/*.yml
find packaging -name '*.sh' -exec shellcheck {} +
go test -timeout 2m ./packaging/macos/...

# The stand-ins. Those that would write a file append their name to it, so that
# every step changes the hash; go stays what it is but for building the program.
mkdir "$work/bin" "$work/arm64" "$work/amd64" "$work/arm64/licences" "$work/amd64/licences"
STAND_IN_NOTES=$work
STAND_IN_GO=$(command -v go)
export STAND_IN_NOTES STAND_IN_GO
cat >"$work/bin/stand-in" <<'END'
#!/bin/sh
set -eu
name=$(basename "$0")
note() { printf '%s' "$name" >>"$STAND_IN_NOTES/calls"; for a in "$@"; do printf ' %s' "$(printf '%s' "$a" | sed "s|^/.*/||")" >>"$STAND_IN_NOTES/calls"; done; echo >>"$STAND_IN_NOTES/calls"; }
for last in "$@"; do :; done
case $name in
go)
	[ "$1" = build ] || exec "$STAND_IN_GO" "$@"
	# From the first to the last argument: what it is built for, and with what.
	printf 'go build %s cgo=%s min=%s\n' "$GOOS/$GOARCH" "$CGO_ENABLED" "$MACOSX_DEPLOYMENT_TARGET" >>"$STAND_IN_NOTES/calls"
	while [ "$1" != -ldflags ]; do shift; done
	printf '%s\n' "$2" >>"$STAND_IN_NOTES/ldflags"
	[ "$3" = -o ]
	echo "passerby for $GOARCH" >"$4"
	;;
lipo)
	note "$@"
	[ "$1 $4" = "-create -output" ]
	cat "$2" "$3" >"$5"
	;;
codesign)
	note "$@"
	[ "$1" != --verify ] || exit 0
	if [ -d "$last" ]; then
		mkdir -p "$last/Contents/_CodeSignature"
		echo signed >"$last/Contents/_CodeSignature/CodeResources"
	else
		echo "signed" >>"$last"
	fi
	;;
hdiutil)
	note "$@"
	ls -R "$5" >"$STAND_IN_NOTES/image"
	readlink "$5/Applications" >>"$STAND_IN_NOTES/image"
	echo image >"$last"
	;;
ditto | xcrun | security)
	note "$@"
	if [ "$1" = notarytool ]; then
		cmp "$5" "$STAND_IN_NOTES/expected.p8"
	fi
	if [ "$1" = find-identity ]; then
		echo '  1) 0123456789ABCDEF0123456789ABCDEF01234567 "Developer ID Application: Somebody"'
	fi
	if [ "$1" = import ]; then
		cmp "$2" "$STAND_IN_NOTES/expected.p12"
	fi
	;;
esac
END
chmod +x "$work/bin/stand-in"
for tool in go lipo codesign hdiutil ditto xcrun security; do
	ln -s stand-in "$work/bin/$tool"
done
PATH=$work/bin:$PATH
for arch in arm64 amd64; do
	echo "tor for $arch" >"$work/$arch/tor"
	echo "terms of tor" >"$work/$arch/licences/tor.txt"
done
printf 'key of the notary' >"$work/expected.p8"
printf 'certificate' >"$work/expected.p12"

# calls WANT: the tools were called so, in this order, and in no other way.
calls() {
	printf '%s\n' "$1" >"$work/want"
	diff "$work/want" "$work/calls" || fail "Apple's tools were not called as expected"
	rm "$work/calls"
}
version=$("$macos/fyneapp.sh" Details Version)
id=$("$macos/fyneapp.sh" Details ID)
image=passerby-$version-macos-universal.dmg

# Given no secrets, when the application and the image are made
app=$work/Passerby.app
"$macos/universal.sh" "$work/arm64" "$work/amd64" "$app"
[ "$("$macos/dmg.sh" "$app" "$work/dist")" = "$work/dist/$image" ] || fail "dmg.sh does not say what it made"
# Then tor is signed before the program is built, the application last, and
# nobody is asked to notarise.
runtime="codesign --force --options runtime --timestamp=none --sign -"
calls "lipo -create tor tor -output tor
$runtime --identifier $id.tor tor
codesign --verify --strict --verbose=2 tor
go build darwin/arm64 cgo=1 min=12.0
go build darwin/amd64 cgo=1 min=12.0
lipo -create passerby-arm64 passerby-amd64 -output passerby
$runtime Passerby.app
codesign --verify --strict --verbose=2 Passerby.app
hdiutil create -volname Passerby -srcfolder image -fs HFS+ -format ULFO -ov $image"

# Then both programs know the signed tor, and each has a UUID of its own.
sum=$(sha256sum "$app/Contents/MacOS/tor/tor" | cut -d' ' -f1)
[ "$(grep -c -- "-X passerby/tor.bundledSHA256=$sum " "$work/ldflags")" = 2 ] || fail "the programs were not told the hash of the signed tor"
[ "$(grep -o -- '-B 0x[0-9a-f]\{32\} ' "$work/ldflags" | sort -u | wc -l)" = 2 ] || fail "the programs have no UUIDs of their own"
[ "$(cat "$app/Contents/MacOS/tor/tor")" = "tor for arm64
tor for amd64
signed" ] || fail "tor was not joined and then signed"
[ "$(cat "$app/Contents/MacOS/passerby")" = "passerby for arm64
passerby for amd64" ] || fail "the program was not joined"

# Then nothing but programs lies among the programs, and the modes are set.
[ "$(cd "$app/Contents/MacOS" && find . -type f | sort)" = "./passerby
./tor/tor" ] || fail "Contents/MacOS has other files than the two programs"
[ -z "$(find "$app/Contents/MacOS" -type f ! -perm 0755)" ] || fail "a program cannot be run by everybody"
for licence in tor go-LICENSE lato-OFL; do
	[ -f "$app/Contents/Resources/licences/$licence.txt" ] || fail "the licence $licence is missing"
done
[ "$(find "$app/Contents/Resources/licences" -type f | wc -l)" -gt 50 ] || fail "licences of modules are missing"
icns2png -l "$app/Contents/Resources/icon.icns" 2>/dev/null | grep -q "'ic09' 512x512" || fail "the icon cannot be read"
for shown in /Applications Passerby.app; do
	grep -qxF "$shown" "$work/image" || fail "the image does not show $shown"
done

# Then Info.plist is what macOS reads, with the words of FyneApp.toml, and asks
# for nothing.
python3 - "$app/Contents/Info.plist" "$id" "$version" <<'END' || fail "Info.plist is wrong"
import plistlib, sys

with open(sys.argv[1], "rb") as f:
    plist = plistlib.load(f)
want = {
    "CFBundleIdentifier": sys.argv[2],
    "CFBundleShortVersionString": sys.argv[3],
    "CFBundleName": "Passerby",
    "CFBundleExecutable": "passerby",
    "CFBundleIconFile": "icon",
    "CFBundlePackageType": "APPL",
    "LSMinimumSystemVersion": "12.0",
    "NSHighResolutionCapable": True,
}
wrong = {k: plist.get(k) for k, v in want.items() if plist.get(k) != v}
asks = [k for k in plist if k.endswith("UsageDescription") or k in ("NSAppTransportSecurity", "CFBundleURLTypes", "CFBundleDocumentTypes")]
if wrong or asks or "@" in str(plist):
    sys.exit(f"{wrong} {asks} {plist}")
END

# When it is laid out again in another folder, by somebody with other habits,
# then it is the same, byte for byte, with the same dates.
again="$work/another folder/Passerby.app"
mkdir "$work/another folder"
(umask 077 && cd "$work/another folder" && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$macos/app.sh" "$app/Contents/MacOS/passerby" "$app/Contents/MacOS/tor/tor" "$app/Contents/Resources/licences" Passerby.app)
listing() { (cd "$1" && find . -path ./Contents/_CodeSignature -prune -o -type f -exec sha256sum {} + -o -type d -print | sort && find . -type f ! -path './Contents/_CodeSignature/*' -exec stat -c '%a %Y %n' {} + | sort); }
listing "$app" >"$work/first"
listing "$again" >"$work/second"
diff "$work/first" "$work/second" || fail "two layouts of the same program differ"
rm -f "$work/calls"

# Given a certificate and a key of the notary, when all is made again
export MACOS_CERTIFICATE MACOS_CERTIFICATE_PASSWORD NOTARY_KEY NOTARY_KEY_ID NOTARY_ISSUER MACOS_SIGN_IDENTITY
MACOS_CERTIFICATE=$(base64 -w0 "$work/expected.p12")
MACOS_CERTIFICATE_PASSWORD="pass word"
NOTARY_KEY=$(base64 -w0 "$work/expected.p8")
NOTARY_KEY_ID=KEY
NOTARY_ISSUER=ISSUER
MACOS_SIGN_IDENTITY=$("$macos/keychain.sh" "$work")
[ ! -e "$work/certificate.p12" ] || fail "the certificate was left behind"
grep -q "^security import certificate.p12 -f pkcs12 .* -P pass word " "$work/calls" || fail "the certificate was not imported"
rm "$work/calls"
"$macos/universal.sh" "$work/arm64" "$work/amd64" "$app"
"$macos/dmg.sh" "$app" "$work/dist" >/dev/null
# Then the certificate signs tor, the application and the image, with Apple's
# time; the application is notarised before it goes into the image, and the
# image in the end.
runtime="codesign --force --options runtime --timestamp --sign 0123456789ABCDEF0123456789ABCDEF01234567"
notary="--key key.p8 --key-id KEY --issuer ISSUER --wait --timeout 1h"
calls "lipo -create tor tor -output tor
$runtime --identifier $id.tor tor
codesign --verify --strict --verbose=2 tor
go build darwin/arm64 cgo=1 min=12.0
go build darwin/amd64 cgo=1 min=12.0
lipo -create passerby-arm64 passerby-amd64 -output passerby
$runtime Passerby.app
codesign --verify --strict --verbose=2 Passerby.app
ditto -c -k --keepParent Passerby.app application.zip
xcrun notarytool submit application.zip $notary
xcrun stapler staple Passerby.app
hdiutil create -volname Passerby -srcfolder image -fs HFS+ -format ULFO -ov $image
$runtime --identifier $id.image $image
codesign --verify --strict --verbose=2 $image
xcrun notarytool submit $image $notary
xcrun stapler staple $image"

# Given a key of the notary and no certificate, then nothing is sent.
MACOS_SIGN_IDENTITY=-
! "$macos/dmg.sh" "$app" "$work/dist" 2>/dev/null || fail "something unsigned would be notarised"
[ ! -e "$work/calls" ] || fail "something was done before it was refused"

# Given what is no hash, or one that is cut off, then no program is built.
for sum in "" 1234 "$(printf '%064d' 0 | tr 0 g)"; do
	! "$macos/program.sh" arm64 "$sum" "$work/passerby" 2>/dev/null || fail "a program was built with the hash \"$sum\""
done
# Given tors from different sources, then nothing is joined.
echo "other terms" >"$work/amd64/licences/tor.txt"
! "$macos/universal.sh" "$work/arm64" "$work/amd64" "$app" >/dev/null || fail "tors of different sources were joined"
[ ! -e "$work/calls" ] || fail "something was done before it was refused"
echo "The steps for macOS and the workflows are as they should be."
