// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// releases are the systems that the .deb is installed into: the newest Debian
// that the packages are made on, the oldest whose C library they run with, and
// what PROOF_ROOTS names besides.
func releases() []string {
	return append([]string{"bookworm", "bullseye"}, strings.Fields(os.Getenv("PROOF_ROOTS"))...)
}

const annsProfile = ".config/passerby"

// The life of the .deb: into a system that has nothing but apt, an evening with
// a stranger, a newer version, another evening, and out again.
func TestDeb(t *testing.T) {
	deb := dist(t, debName)
	for _, release := range releases() {
		t.Run(release, func(t *testing.T) {
			// given a fresh system, with what draws windows without a graphics card
			r := newRoot(t, release, "libgl1-mesa-dri")
			before := r.files()

			// when a lower version is installed by apt, from a file
			r.install(lower(t, deb))
			// then all files are as the package says, and it runs
			r.run("dpkg", "--verify", "passerby")
			if got := strings.TrimSpace(r.run("passerby", "version")); got != "Passerby "+version(t) {
				t.Errorf("passerby version says %q", got)
			}
			lines := torrc(t, r.shared)
			s := openScreen(t)
			w := r.open(s, lines)
			w.meets(annsCopy(t, "first", "/usr/bin/passerby", r.shared, lines, r.asAnn()), "deb-"+release)
			w.close()

			// when it is upgraded
			state := profileFiles(t, r)
			if len(state) == 0 {
				t.Fatal("the window has left no profile to keep")
			}
			r.install(deb)
			// then the profile is as it was, and works
			same(t, state, profileFiles(t, r))
			if got := r.run("dpkg-query", "-W", "-f", "${Version}", "passerby"); got != version(t)+"-1" {
				t.Errorf("version %s is installed", got)
			}
			w = r.open(s, lines)
			w.meets(annsCopy(t, "second", "/usr/bin/passerby", r.shared, lines, r.asAnn()), "deb-"+release+"-upgraded")
			w.close()

			// when it is purged, and nobody answers the question
			state = profileFiles(t, r)
			r.apt("purge", "--auto-remove", "passerby")
			// then the profile is there, and nothing else
			same(t, state, profileFiles(t, r))
			same(t, before, r.files())

			// when it is installed again, and the question is answered with yes
			r.install(deb)
			r.answer("passerby passerby/remove-profiles boolean true")
			r.apt("purge", "--auto-remove", "passerby")
			// then the profile is gone too, and what Fyne has kept of the window
			if _, err := os.Lstat(filepath.Join(r.dir, annHome, annsProfile)); !os.IsNotExist(err) {
				t.Errorf("the profile is still there: %v", err)
			}
			same(t, before, r.files())
			for name := range list(t, filepath.Join(r.dir, annHome)) {
				if strings.Contains(strings.ToLower(name), "passerby") {
					t.Errorf("~/%s is left behind", name)
				}
			}
		})
	}
}

// open opens ann's window in the root, with her usual profile.
func (r root) open(s screen, torrc string) window {
	r.t.Helper()
	cmd := r.annCommand("/usr/bin/passerby", "--cards=false", "--torrc", torrc, "--network", r.t.Name())
	cmd.Env = append(cmd.Env, "DISPLAY="+s.display)
	return s.open(cmd, "Passerby")
}

// install has apt install a .deb from a file, with what it depends on.
func (r root) install(deb string) {
	r.t.Helper()
	name := "/srv/" + filepath.Base(deb)
	write(r.t, filepath.Join(r.dir, name), read(r.t, deb))
	r.apt("install", "--no-install-recommends", name)
	if err := os.Remove(filepath.Join(r.dir, name)); err != nil {
		r.t.Fatal(err)
	}
}

// answer answers a question of debconf's before it is asked.
func (r root) answer(line string) {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "chroot", r.dir, "debconf-set-selections")
	cmd.Env, cmd.Stdin = environ("/root"), strings.NewReader(line+"\n")
	if out, err := try(r.t, cmd); err != nil {
		r.t.Fatalf("debconf-set-selections: %v\n%s", err, out)
	}
}

// lower returns a .deb with all that another has, under a lower version.
func lower(t *testing.T, deb string) string {
	t.Helper()
	dir := folder(t)
	tree := filepath.Join(dir, "tree")
	run(t, "dpkg-deb", "--raw-extract", deb, tree)
	control := filepath.Join(tree, "DEBIAN", "control")
	text := read(t, control)
	lowered := regexp.MustCompile(`(?m)^Version: .*$`).ReplaceAllString(text, "Version: 0.0.1-1")
	if lowered == text {
		t.Fatalf("no version in %s", text)
	}
	write(t, control, lowered)
	out := filepath.Join(dir, "passerby_0.0.1_amd64.deb")
	run(t, "dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, out)
	return out
}

// profileFiles lists ann's profile.
func profileFiles(t *testing.T, r root) map[string]string {
	t.Helper()
	return list(t, filepath.Join(r.dir, annHome, annsProfile))
}
