// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerby/app/console/consoletest"
)

// Exit statuses of the installer, see installer.nsi.
const refused = 3

// The life of the installer on Windows: a lower version, an evening with a
// stranger on Linux, this version, another evening in the window, and out again,
// once with the profile kept and once without.
func TestWindowsInstaller(t *testing.T) {
	setup, before := dist(t, setupName), lowerWindows(t, setupName)
	w := newWine(t)
	fresh := w.files()
	lines := torrc(t, folder(t))
	uninstall := w.path(winProgram + "/uninstall.exe")

	// when a lower version is installed, which asks nothing
	w.must(before, "/S")
	// then it is in its place, and in the lists of the system
	if !w.has(winProgram+"/tor/tor.exe") || !w.has(startMenu) || w.listed() != lowerVersion {
		t.Fatalf("version %q is listed, and there are %q", w.listed(), added(fresh, w.files()))
	}
	// and works
	w.converses(lines, w.path(winProgram+"/passerby.exe"))

	// when this version is installed over it
	state := list(t, w.path(winProfile))
	if len(state) < 3 {
		t.Fatalf("there is hardly a profile to keep: %v", state)
	}
	w.must(setup, "/S")
	// then the profile is as it was
	same(t, state, list(t, w.path(winProfile)))
	if w.listed() != version(t) {
		t.Errorf("version %q is listed", w.listed())
	}
	// and the lower one is refused, and so is the .msi
	if status, _ := w.status(before, "/S"); status != refused || w.listed() != version(t) {
		t.Errorf("a lower version: status %d, and %q is listed", status, w.listed())
	}
	if status, _ := w.status("msiexec", "/i", onZ(dist(t, msiName)), "/qn"); status == 0 {
		t.Error("the .msi is installed over the installer's")
	}

	// when the installed program's window is opened, then it meets a stranger
	window := w.window(lines, "installer")
	// and while it is open, nothing replaces or removes it
	if status := w.statusNow(setup, "/S"); status != refused {
		t.Errorf("the installer beside the window: status %d", status)
	}
	// With _?= an uninstaller does its work itself, and not a copy of it.
	if status := w.statusNow(uninstall, "/S", `_?=C:\`+strings.ReplaceAll(winProgram, "/", `\`)); status != refused || !w.has(winProgram+"/tor/tor.exe") {
		t.Errorf("the uninstaller beside the window: status %d", status)
	}
	window.close()
	w.mustRest()

	// when it is uninstalled and nobody is asked, then the profile is all that
	// stays
	w.must(uninstall, "/S")
	w.clean(fresh, true)
	// and with /PROFILE nothing does
	w.must(setup, "/S")
	w.must(uninstall, "/S", "/PROFILE")
	w.clean(fresh, false)
}

// The same with the .msi, which cannot ask about the profile and keeps it.
func TestWindowsMSI(t *testing.T) {
	msi, before := onZ(dist(t, msiName)), onZ(lowerWindows(t, msiName))
	w := newWine(t)
	fresh := w.files()
	lines := torrc(t, folder(t))

	w.must("msiexec", "/i", before, "/qn")
	if !w.has(winProgram+"/tor/tor.exe") || !w.has(startMenu) || w.listed() != lowerVersion {
		t.Fatalf("version %q is listed, and there are %q", w.listed(), added(fresh, w.files()))
	}
	w.converses(lines, w.path(winProgram+"/passerby.exe"))

	state := list(t, w.path(winProfile))
	w.must("msiexec", "/i", msi, "/qn")
	same(t, state, list(t, w.path(winProfile)))
	if w.listed() != version(t) {
		t.Errorf("version %q is listed", w.listed())
	}
	if status, _ := w.status("msiexec", "/i", before, "/qn"); status == 0 || w.listed() != version(t) {
		t.Errorf("a lower version: status %d, and %q is listed", status, w.listed())
	}
	if status, _ := w.status(dist(t, setupName), "/S"); status != refused {
		t.Errorf("the installer over the .msi: status %d", status)
	}
	window := w.window(lines, "msi")
	window.close()
	w.mustRest()

	w.must("msiexec", "/x", msi, "/qn")
	// What the .msi cannot remove, README.txt names.
	if err := os.RemoveAll(w.path(roamingData + "/fyne")); err != nil {
		t.Fatal(err)
	}
	w.clean(fresh, true)
}

// The .zip runs from any folder, whatever its name, and so does a profile.
func TestWindowsZip(t *testing.T) {
	w := newWine(t)
	fresh := w.files()
	const where = "Łukasz Ω's 文件 folder"
	unpack(t, dist(t, zipName), w.path(where))
	root := w.path(where + "/passerby-" + version(t))
	if entries, err := os.ReadDir(w.path(where)); err != nil || len(entries) != 1 {
		t.Fatalf("there is not one folder in it: %v, %v", entries, err)
	}
	if text := read(t, filepath.Join(root, "README.txt")); strings.Count(text, "\r\n") != strings.Count(text, "\n") {
		t.Error("Notepad of older systems shows its text in one line")
	}
	if got := w.must(root+"/passerby.exe", "version"); !strings.HasSuffix(strings.TrimSpace(got), "Passerby "+version(t)) {
		t.Errorf("passerby version says %q", got)
	}
	w.converses(torrc(t, folder(t)), root+"/passerby.exe", "--profile", `C:\`+strings.ReplaceAll(where, "/", `\`)+`\profile`)
	for _, f := range added(fresh, w.files()) {
		if !strings.HasPrefix(f, where+"/") {
			t.Errorf("it wrote %s", f)
		}
	}
}

// Started in a terminal, a windowed program of Windows has neither input nor
// outputs, and takes those of the terminal.
func TestWindowsTerminal(t *testing.T) {
	w := newWine(t)
	dir := folder(t)
	unpack(t, dist(t, zipName), dir)
	// given a program that starts another without passing anything on
	source, bare := filepath.Join(dir, "bare.c"), filepath.Join(dir, "bare.exe")
	write(t, source, bareSource)
	run(t, "x86_64-w64-mingw32-gcc-posix", "-municode", "-s", "-o", bare, source)
	for command, want := range map[string]string{
		"version": "Passerby " + version(t),   // on the output
		"dance":   `"dance" is not a command`, // on the standard error
	} {
		// when it does so in a terminal, which script makes
		line := loader() + " " + bare + ` 'Z:` + strings.ReplaceAll(dir, "/", `\`) + `\passerby-` + version(t) + `\passerby.exe ` + command + `'`
		cmd := exec.CommandContext(within(t, patience), "script", "--quiet", "--return", "--command", line, "/dev/null")
		cmd.Env = append(w.environment(), "TERM=xterm", "SHELL=/bin/sh")
		out, _ := try(t, cmd) // the status is the command's
		// then the answer is in the terminal
		if !strings.Contains(out, want) {
			t.Errorf("passerby %s says %q", command, out)
		}
	}
	// and what is redirected is left alone
	if got := w.must(filepath.Join(dir, "passerby-"+version(t), "passerby.exe"), "version"); !strings.HasSuffix(strings.TrimSpace(got), "Passerby "+version(t)) {
		t.Errorf("into a pipe, passerby version says %q", got)
	}
}

const bareSource = `#include <windows.h>
int wmain(int argc, wchar_t **argv) {
	STARTUPINFOW start = {sizeof start};
	PROCESS_INFORMATION started;
	DWORD status = 99;
	start.dwFlags = STARTF_USESTDHANDLES;
	if (argc != 2 || !CreateProcessW(NULL, argv[1], NULL, NULL, FALSE, 0, NULL, NULL, &start, &started)) return 98;
	WaitForSingleObject(started.hProcess, INFINITE);
	GetExitCodeProcess(started.hProcess, &status);
	return status;
}
`

// A download that broke off installs nothing.
func TestWindowsDownloadsCutShort(t *testing.T) {
	w := newWine(t)
	fresh := w.files()
	cut := func(name string) string {
		whole := read(t, dist(t, name))
		part := filepath.Join(folder(t), filepath.Base(dist(t, name)))
		write(t, part, whole[:len(whole)*2/3])
		return part
	}
	setup := cut(setupName)
	if status, _ := w.status(setup, "/S"); status == 0 {
		t.Error("the installer: status 0")
	}
	if status, _ := w.status("msiexec", "/i", onZ(cut(msiName)), "/qn"); status == 0 {
		t.Error("the .msi: status 0")
	}
	if _, err := zip.OpenReader(cut(zipName)); err == nil {
		t.Error("the .zip is read as if it were whole")
	}
	for _, f := range added(fresh, w.files()) {
		t.Errorf("%s was installed", f)
	}
	// and whoever opens the installer is told
	s := openScreen(t)
	w.display = s.display
	box := s.open(w.command(t.Context(), setup), ".*Error.*")
	time.Sleep(time.Second) // until the words are drawn
	s.picture("windows-cut-short")
	box.key("Return")
	select {
	case <-box.done:
	case <-time.After(patience):
		t.Fatal("the installer does not end")
	}
	if box.err == nil {
		t.Error("the installer with a window: status 0")
	}
}

// A tor that is not the one that was packed is not run.
func TestWindowsChangedTor(t *testing.T) {
	w := newWine(t)
	unpack(t, dist(t, zipName), w.path(""))
	root := w.path("passerby-" + version(t))
	tor := filepath.Join(root, "tor", "tor.exe")
	whole, lines := read(t, tor), torrc(t, folder(t))
	says := func() string {
		cmd := w.command(within(t, patience), root+"/passerby.exe", "console", "--torrc", onZ(lines))
		in, err := cmd.StdinPipe() // the end of the input would end a console
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		out, err := try(t, cmd)
		if cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("it ends with %v", err)
		}
		w.mustRest()
		return out
	}
	// given one with a byte changed
	changed := []byte(whole)
	changed[len(changed)/2] ^= 1
	write(t, tor, string(changed))
	// then it is refused, and the words say what to do
	if said := says(); !strings.Contains(said, `tor\tor.exe`) || !strings.Contains(said, "again") || !strings.Contains(said, "not the one") {
		t.Errorf("a changed tor: %s", said)
	}
	// given none
	if err := os.Remove(tor); err != nil {
		t.Fatal(err)
	}
	if said := says(); !strings.Contains(said, `tor\tor.exe`) || !strings.Contains(said, "again") {
		t.Errorf("no tor: %s", said)
	}
}

func TestWindowsSizes(t *testing.T) {
	for name, most := range map[string]int64{setupName: 25e6, msiName: 30e6, zipName: 30e6} {
		info, err := os.Stat(dist(t, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %.1f MB", info.Name(), float64(info.Size())/1e6)
		if info.Size() > most {
			t.Errorf("%s is larger than %d bytes", info.Name(), most)
		}
	}
}

// lowerVersion is one that every version replaces.
const lowerVersion = "0.0.1"

// lowerWindows returns a package with the program of today under a lower
// version. The first call makes them all.
func lowerWindows(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(os.TempDir(), "proof-lower")
	if _, err := os.Stat(dir); err != nil {
		making := dir + ".new"
		cmd := exec.CommandContext(t.Context(), "go", "run", "-C", filepath.Join(sourceFolder, "packaging", "release"), ".",
			"-only", "windows", "-version", lowerVersion, "-out", making)
		cmd.Env = append(os.Environ(), "GOFLAGS=")
		if out, err := try(t, cmd); err != nil {
			t.Fatalf("packages of a lower version: %v\n%s", err, out)
		}
		if err := os.Rename(making, dir); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, strings.ReplaceAll(name, "VERSION", lowerVersion))
}

// unpack unpacks a .zip into a folder.
func unpack(t *testing.T, archive, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
}

// linuxCopy starts a copy on this computer, of the program for Linux.
func (w *wine) linuxCopy(torrc string) *consoletest.Copy {
	w.t.Helper()
	dir := folder(w.t)
	run(w.t, "tar", "-x", "-f", dist(w.t, tarballName), "-C", dir)
	return w.copyOf("linux", filepath.Join(dir, "passerby-"+version(w.t)+"-linux-amd64", "passerby"), torrc, nil)
}

// copyOf starts a copy without a window.
func (w *wine) copyOf(name, program, torrc string, under []string, flags ...string) *consoletest.Copy {
	w.t.Helper()
	c, err := consoletest.Start(consoletest.Options{
		Program: program, Name: name, Dir: filepath.Join(folder(w.t), name), Torrc: torrc, Network: w.t.Name(), Under: under, Flags: flags,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := c.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return c
}

// converses starts a program of Windows and one of Linux, has them find each
// other, exchange messages both ways, and end. The program of Windows has its
// usual profile, unless flags name another.
func (w *wine) converses(torrc, program string, flags ...string) {
	t := w.t
	t.Helper()
	under := append(append([]string{"env", "-i"}, w.environment()...), loader())
	flags = append([]string{"--profile", `C:\` + strings.ReplaceAll(winProfile, "/", `\`)}, flags...)
	here, there := w.linuxCopy(torrc), w.copyOf("windows", program, torrc, under, flags...)
	began := time.Now()
	for _, c := range []*consoletest.Copy{here, there} {
		event(t, c, "ready")
	}
	t.Logf("both copies are ready after %.1f s", time.Since(began).Seconds())
	began = time.Now()
	for _, c := range []*consoletest.Copy{here, there} {
		if err := c.Find("tea"); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []*consoletest.Copy{here, there} {
		event(t, c, "matched")
	}
	t.Logf("they have met after %.1f s", time.Since(began).Seconds())
	for _, say := range []struct {
		from, to *consoletest.Copy
		text     string
	}{{here, there, "Ist da Windows? 你好 🫖"}, {there, here, "Es ist. Grüße über Tor."}} {
		if err := say.from.Send(say.text); err != nil {
			t.Fatal(err)
		}
		if e := event(t, say.to, "received", "ended"); e.Text != say.text {
			t.Fatalf("%q arrives as %v", say.text, e)
		}
		event(t, say.from, "delivered")
	}
	for _, c := range []*consoletest.Copy{there, here} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	w.mustRest()
}

// window opens the window of the installed program, where it meets a stranger
// on Linux, and tells what it takes.
func (w *wine) window(torrc, picture string) window {
	t := w.t
	t.Helper()
	s := openScreen(t)
	w.display = s.display
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	began := time.Now()
	opened := s.open(w.command(ctx, w.path(winProgram+"/passerby.exe"), "--cards=false", "--torrc", onZ(torrc), "--network", t.Name()), "Passerby")
	t.Logf("the window is there after %.1f s, wine's start included", time.Since(began).Seconds())
	opened.meets(w.linuxCopy(torrc), "windows-"+picture)
	processes, err := consoletest.Processes()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range processes {
		if p.Running && (p.Name == "passerby.exe" || p.Name == "tor.exe") {
			t.Logf("%s has %s of memory", p.Name, resident(t, p.PID))
		}
	}
	return opened
}

// resident tells how much memory a process has.
func resident(t *testing.T, pid int) string {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		if size, ok := bytes.CutPrefix(line, []byte("VmRSS:")); ok {
			return string(bytes.TrimSpace(size))
		}
	}
	t.Fatalf("process %d has no size", pid)
	return ""
}
