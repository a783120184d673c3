// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/pe"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// pack makes the packages for Windows of a stand-in: a program and a tor that
// do nothing. It returns the folder with the packages.
func pack(t *testing.T, version string) (*build, string) {
	t.Helper()
	p, err := readProject(filepath.Join("..", ".."), version)
	if err != nil {
		t.Fatal(err)
	}
	b := &build{Project: p, work: t.TempDir(), out: t.TempDir()}
	dir, err := b.folder("windows")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "passerby.exe")
	compile := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", program, "./testdata/nothing")
	compile.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tree := Tree{}
	tree.addProgram("passerby.exe", program)
	for name, content := range map[string]string{"tor/tor.exe": "tor", "README.txt": "read", "LICENSE.txt": "licence"} {
		source := filepath.Join(dir, filepath.Base(name)+".source")
		if err := os.WriteFile(source, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		tree.add(name, source)
	}
	if tree, err = tree.sorted(); err != nil {
		t.Fatal(err)
	}
	if err := b.packWindows(t.Context(), dir, program, tree); err != nil {
		t.Fatal(err)
	}
	return b, program
}

// sums returns the hash of each file in a folder.
func sums(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, e := range entries {
		if out[e.Name()], err = hashFile(filepath.Join(folder, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestWindowsPackagesAreReproducible(t *testing.T) {
	// given two builds at other times, in other folders, with other settings
	one, _ := pack(t, "1.2.3")
	time.Sleep(2100 * time.Millisecond) // the step of the coarsest date, that of a .zip
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TZ", "Pacific/Kiritimati")
	t.Setenv("LC_ALL", "C.UTF-8")
	before := syscall.Umask(0o077)
	defer syscall.Umask(before)
	two, _ := pack(t, "1.2.3")
	// then they are the same
	want := sums(t, one.out)
	if len(want) != 3 {
		t.Errorf("the packages are %v", want)
	}
	for name, sum := range sums(t, two.out) {
		if want[name] != sum {
			t.Errorf("%s differs", name)
		}
	}
}

func TestWindowsVersionsDiffer(t *testing.T) {
	// given packages of two versions
	one, _ := pack(t, "1.2.3")
	two, _ := pack(t, "1.3.0")
	codes := func(b *build) (product, upgrade, code string) {
		msi := b.windowsPackage(".msi")
		for _, line := range strings.Split(output(t, "msiinfo", "export", msi, "Property"), "\r\n") {
			name, value, _ := strings.Cut(line, "\t")
			switch name {
			case "ProductCode":
				product = value
			case "UpgradeCode":
				upgrade = value
			}
		}
		for _, line := range strings.Split(output(t, "msiinfo", "suminfo", msi), "\n") {
			if value, ok := strings.CutPrefix(line, "Revision number (UUID): "); ok {
				code = value
			}
		}
		return product, upgrade, code
	}
	product1, upgrade1, code1 := codes(one)
	product2, upgrade2, code2 := codes(two)
	// then they are two products of one family
	if product1 == "" || product1 == product2 {
		t.Errorf("product codes %q and %q", product1, product2)
	}
	if upgrade1 == "" || upgrade1 != upgrade2 {
		t.Errorf("upgrade codes %q and %q", upgrade1, upgrade2)
	}
	if code1 == "" || code1 == code2 || code1 == product1 {
		t.Errorf("package codes %q and %q", code1, code2)
	}
}

func TestProgramDescribesItself(t *testing.T) {
	b, program := pack(t, "1.2.3")
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	set, err := winres.LoadFromEXE(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	// then its manifest says what it can do
	manifest := string(set.Get(winres.RT_MANIFEST, winres.ID(1), version.LangDefault))
	for _, want := range []string{">PerMonitorV2<", ">UTF-8<", "<longPathAware ", `level="asInvoker"`, "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"} {
		if !strings.Contains(manifest, want) {
			t.Errorf("the manifest lacks %q: %s", want, manifest)
		}
	}
	// and its properties what it is
	info, err := version.FromBytes(set.Get(winres.RT_VERSION, winres.ID(1), version.LangDefault))
	if err != nil {
		t.Fatal(err)
	}
	if info.FileVersion != [4]uint16{1, 2, 3, 0} || info.ProductVersion != info.FileVersion || !info.Timestamp.IsZero() {
		t.Errorf("version %v, %v of %v", info.FileVersion, info.ProductVersion, info.Timestamp)
	}
	strings := *info.Table()[version.LangDefault]
	if strings[version.ProductName] != b.Details.Name || strings[version.ProductVersion] != "1.2.3" {
		t.Errorf("properties %v", strings)
	}
	// and it has an icon for each scale of the screen
	icons := 0
	set.WalkType(winres.RT_ICON, func(winres.Identifier, uint16, []byte) bool { icons++; return true })
	if icons != len(iconSizes) {
		t.Errorf("%d icons", icons)
	}
	// and nothing says when it was made
	file, err := pe.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if file.TimeDateStamp != 0 {
		t.Errorf("made at %v", time.Unix(int64(file.TimeDateStamp), 0))
	}
	if header := file.OptionalHeader.(*pe.OptionalHeader64); header.CheckSum == 0 {
		t.Error("no checksum")
	}
}

func TestZip(t *testing.T) {
	b, program := pack(t, "1.2.3")
	z, err := zip.OpenReader(b.windowsPackage(".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if !f.Modified.Equal(b.Date) {
			t.Errorf("%s is of %v", f.Name, f.Modified)
		}
	}
	want := "passerby-1.2.3/LICENSE.txt passerby-1.2.3/README.txt passerby-1.2.3/passerby.exe passerby-1.2.3/tor/tor.exe"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("it holds %s", got)
	}
	packed, err := z.Open("passerby-1.2.3/passerby.exe")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	h := sha256.New()
	if _, err := io.Copy(h, packed); err != nil {
		t.Fatal(err)
	}
	if sum, err := hashFile(program); err != nil || sum != fmt.Sprintf("%x", h.Sum(nil)) {
		t.Errorf("the program in it is another: %v", err)
	}
}

func TestInstallerNeedsNoRights(t *testing.T) {
	b, _ := pack(t, "1.2.3")
	data, err := os.ReadFile(b.windowsPackage("-setup.exe"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := winres.LoadFromEXE(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	set.WalkType(winres.RT_MANIFEST, func(_ winres.Identifier, _ uint16, manifest []byte) bool {
		seen++
		if !bytes.Contains(manifest, []byte(`level="asInvoker"`)) {
			t.Errorf("it asks for more: %s", manifest)
		}
		return true
	})
	if seen != 1 {
		t.Errorf("%d manifests", seen)
	}
	// 10 of the summary's source: compressed, and needs no administrator
	if info := output(t, "msiinfo", "suminfo", b.windowsPackage(".msi")); !strings.Contains(info, "Source: 10 ") {
		t.Errorf("the .msi is %s", info)
	}
}

func TestSigning(t *testing.T) {
	// given a certificate, whose password has what shells and files stumble on
	const password = `a "pass" $word`
	folder := t.TempDir()
	key, certificate, both := filepath.Join(folder, "key"), filepath.Join(folder, "certificate"), filepath.Join(folder, "both")
	output(t, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "3650",
		"-subj", "/CN=Passerby test", "-addext", "extendedKeyUsage=codeSigning")
	output(t, "openssl", "pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", both, "-passout", "pass:"+password)
	packed, err := os.ReadFile(both)
	if err != nil {
		t.Fatal(err)
	}
	unsigned, _ := pack(t, "1.2.3")
	t.Setenv(certificateVariable, base64.StdEncoding.EncodeToString(packed))
	t.Setenv(passwordVariable, password)
	// when
	signed, program := pack(t, "1.2.3")
	// then what Windows runs is signed
	for _, name := range []string{program, signed.windowsPackage("-setup.exe"), signed.windowsPackage(".msi")} {
		said := output(t, "osslsigncode", "verify", "-CAfile", certificate, "-in", name)
		if !strings.Contains(said, "Passerby test") {
			t.Errorf("%s: %s", name, said)
		}
	}
	// and the .zip holds the signed program
	unpacked := filepath.Join(folder, "unpacked.exe")
	if err := os.WriteFile(unpacked, []byte(output(t, "unzip", "-p", signed.windowsPackage(".zip"), "passerby-1.2.3/passerby.exe")), 0o600); err != nil {
		t.Fatal(err)
	}
	output(t, "osslsigncode", "verify", "-CAfile", certificate, "-in", unpacked)
	// and without the signature it is what anybody builds
	bare := filepath.Join(folder, "bare.exe")
	output(t, "osslsigncode", "remove-signature", "-in", unpacked, "-out", bare)
	want := output(t, "unzip", "-p", unsigned.windowsPackage(".zip"), "passerby-1.2.3/passerby.exe")
	if got, err := os.ReadFile(bare); err != nil || string(got) != want {
		t.Errorf("what is signed is another program: %v", err)
	}
}

func TestCertificateThatIsNone(t *testing.T) {
	t.Setenv(certificateVariable, "not base64!")
	if _, err := newSigner(t.TempDir()); err == nil || !strings.Contains(err.Error(), certificateVariable) {
		t.Errorf("got %v", err)
	}
}

func TestTextsForOtherTools(t *testing.T) {
	for text, want := range map[string]string{
		"Passerby":    "Passerby",
		`a "b" $c`:    `a $\"b$\" $$c`,
		"one\r\ntwo":  `one$\r$\ntwo`,
		"Zürich's $0": "Zürich's $$0",
	} {
		if got := nsisEscape(text); got != want {
			t.Errorf("%q is escaped as %q", text, got)
		}
	}
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
	if err := os.WriteFile(from, []byte("a\nb\r\nc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeCRLF(to, from); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to); err != nil || string(got) != "a\r\nb\r\nc\r\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

// output runs a program and returns what it prints.
func output(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", program, err, out, errOut.Bytes())
	}
	return string(out)
}
