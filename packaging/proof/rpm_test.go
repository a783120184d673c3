// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"debug/elf"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// neverOpened are libraries that GLFW knows by name and that this program never
// asks it to open: it draws with OpenGL over GLX or EGL, and libGL has GLX in it.
// The last are parts of the C library.
var neverOpened = []string{
	"libGLX.so.0", "libGLES_CM.so.1", "libGLESv1_CM.so.1", "libGLESv2.so.2", "libOpenGL.so.0", "libOSMesa.so.6", "libOSMesa.so.8",
	"libvulkan.so.1", "libdl.so.2", "libm.so.6", "libpthread.so.0",
}

var libraryName = regexp.MustCompile(`lib[A-Za-z0-9_+-]+\.so\.[0-9]+`)

// The .rpm names every library that the program links to or opens by name.
func TestRPMNamesWhatItNeeds(t *testing.T) {
	rpm := dist(t, rpmName)
	named := strings.Fields(run(t, "rpm", "-qp", "--requires", "--recommends", rpm))
	program := filepath.Join(unpackDeb(t), "usr/lib/passerby/passerby")
	libraries := libraryName.FindAllString(read(t, program), -1)
	linked, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer linked.Close()
	needed, err := linked.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	libraries = append(libraries, needed...)
	slices.Sort(libraries)
	libraries = slices.Compact(libraries)
	if len(libraries) < 10 {
		t.Fatalf("the program knows %q only: this test does not see it", libraries)
	}
	for _, l := range libraries {
		known := slices.ContainsFunc(named, func(n string) bool { return strings.HasPrefix(n, l+"(") })
		if !known && !slices.Contains(neverOpened, l) && !strings.HasPrefix(l, "ld-linux") {
			t.Errorf("%s is needed, and the package does not name it", l)
		}
	}
	for _, n := range named {
		l, _, _ := strings.Cut(n, "(")
		if strings.HasPrefix(l, "lib") && !slices.Contains(libraries, l) {
			t.Errorf("%s is named, and the program does not know it", l)
		}
	}
}

// The .rpm in a root: Debian's libraries, which apt fetches as the .deb names
// them, and of the rest only what rpm puts there.
func TestRPM(t *testing.T) {
	rpm := dist(t, rpmName)
	// given a root with the libraries, and an rpm database that is empty
	r := newRoot(t, "bookworm", "libgl1-mesa-dri")
	r.apt("satisfy", "--no-install-recommends", run(t, "dpkg-deb", "--field", dist(t, debName), "Depends"))
	has := r.run("ldconfig", "-p")
	for _, n := range strings.Fields(run(t, "rpm", "-qp", "--requires", rpm)) {
		if l, _, ok := strings.Cut(n, "("); ok && strings.HasPrefix(l, "lib") && !strings.Contains(has, l+" ") {
			t.Errorf("the root has no %s", l)
		}
	}
	tool := func(args ...string) string {
		t.Helper()
		return run(t, "rpm", append([]string{"--root", r.dir, "--dbpath", "/var/lib/rpm"}, args...)...)
	}
	tool("--initdb")
	// and the folders that the packages filesystem and hicolor-icon-theme own on
	// systems of rpms
	for _, size := range append(iconSizes, "scalable") {
		folders(t, filepath.Join(r.dir, "usr/share/icons/hicolor", size, "apps"))
	}
	folders(t, filepath.Join(r.dir, "usr/share/applications"), filepath.Join(r.dir, "usr/share/metainfo"))
	before := r.files()

	// when it is installed; the database knows no library of Debian's
	tool("--nodeps", "--install", rpm)
	// then all files are as the package says
	if out, err := try(t, r.annCommand("passerby", "version")); err != nil || strings.TrimSpace(out) != "Passerby "+version(t) {
		t.Errorf("passerby version: %v, %q", err, out)
	}
	tool("--verify", "--nodeps", "passerby")
	// and its tor joins the private network, and two copies meet there
	s, lines := openScreen(t), torrc(t, r.shared)
	w := r.open(s, lines)
	w.meets(annsCopy(t, "rpm", "/usr/bin/passerby", r.shared, lines, r.asAnn()), "rpm")
	w.close()

	// when it is removed
	said := tool("--erase", "passerby")
	// then nothing is left, but the profile, of which people are told
	same(t, before, r.files())
	if len(list(t, filepath.Join(r.dir, annHome, annsProfile))) == 0 || !strings.Contains(said, annsProfile) {
		t.Errorf("the profile is gone, or nobody is told of it: %s", said)
	}
}

// folders makes folders, with those above them.
func folders(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.MkdirAll(name, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
