// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Windows is played by wine, version 8 or newer, as Debian has it. Each test has
// a prefix of its own: a disk C: and a registry that have never seen Passerby.

// missing is what Go's runtime wants of Windows and wine 8 lacks: a source of
// random numbers, and the right answer to a way of removing files that a system
// does not know, at which Go takes another. It is in wine's prefixes only, and
// each program of Go's loads it as it starts.
const missing = `#include <windows.h>
#include <string.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }

typedef LONG (NTAPI *set_information)(HANDLE, PVOID, PVOID, ULONG, ULONG);
static set_information known;

static LONG NTAPI answer(HANDLE file, PVOID status, PVOID data, ULONG size, ULONG kind) {
	if (kind == 64) /* FileDispositionInformationEx */
		return 0xC0000003; /* STATUS_INVALID_INFO_CLASS */
	return known(file, status, data, size, kind);
}

/* wine's own code of the call is 32 bytes that run anywhere. */
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) {
	unsigned char jump[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}, *copy, *call;
	void *to = (void *)answer;
	DWORD before;
	if (reason != DLL_PROCESS_ATTACH)
		return TRUE;
	call = (unsigned char *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtSetInformationFile");
	copy = VirtualAlloc(NULL, 32, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
	if (!call || !copy || !VirtualProtect(call, sizeof jump, PAGE_EXECUTE_READWRITE, &before))
		return FALSE;
	memcpy(copy, call, 32);
	known = (set_information)copy;
	memcpy(jump + 2, &to, sizeof to);
	memcpy(call, jump, sizeof jump);
	return TRUE;
}
`

// prefixes makes the prefix that all others are copies of. Making one takes a
// quarter of a minute. It is in our /tmp, which goes with us.
var prefixes = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("/tmp", "proof-wine-")
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	defer cancel()
	w := &wine{home: dir}
	for _, name := range []string{"first", "second"} { // wine 8 hangs now and then
		w.prefix = filepath.Join(dir, name)
		if err = w.boot(ctx); err == nil {
			break
		}
	}
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, "missing.c")
	if err := os.WriteFile(source, []byte(missing), 0o600); err != nil {
		return "", err
	}
	library := filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if _, err := os.Stat(library); !errors.Is(err, fs.ErrNotExist) {
		return w.prefix, err // a newer wine, which has it
	}
	out, err := exec.CommandContext(ctx, "x86_64-w64-mingw32-gcc-posix", "-shared", "-s", "-o", library, source, "-ladvapi32").CombinedOutput()
	if err != nil {
		return "", errors.New("building " + library + ": " + err.Error() + "\n" + string(out))
	}
	return w.prefix, nil
})

// wine is a Windows with one user.
type wine struct {
	t       *testing.T
	prefix  string
	home    string // of the user of this computer, who has nothing in it
	display string // for DISPLAY, "" for none
}

// boot makes the disk.
func (w *wine) boot(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := w.command(ctx, "wineboot", "--init")
	cmd.WaitDelay = time.Second // for what goes on in the background
	if out, err := cmd.CombinedOutput(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		_, _ = w.tool("wineserver", "-k") // what hangs
		return errors.New("wine makes no disk: " + err.Error() + "\n" + string(out))
	}
	return w.rest(ctx)
}

// newWine returns a Windows for as long as the test runs.
func newWine(t *testing.T) *wine {
	t.Helper()
	fresh, err := prefixes()
	if err != nil {
		t.Fatal(err)
	}
	dir := folder(t)
	w := &wine{t: t, prefix: filepath.Join(dir, "prefix"), home: dir}
	run(t, "cp", "-a", "--reflink=auto", fresh, w.prefix)
	t.Cleanup(func() {
		_, _ = w.tool("wineserver", "-k") // fails where it has ended
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := w.rest(ctx); err != nil {
			t.Error(err)
		}
	})
	return w
}

// loader is the program that runs those of Windows. Debian's "wine" besides
// complains of the missing half for programs of 32 bits.
func loader() string {
	for _, name := range []string{"/usr/lib/wine/wine64", "wine64"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return "wine"
}

// environment is what programs in this Windows get to see.
func (w *wine) environment() []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.home, "USER=root", "LANG=C.UTF-8", "WINEPREFIX=" + w.prefix, "WINEARCH=win64", "WINEDEBUG=-all",
		// Nothing of the computer that is asked for, shown, or changed.
		"WINEDLLOVERRIDES=mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d",
	}
	if w.display != "" {
		env = append(env, "DISPLAY="+w.display)
	}
	return env
}

// command returns a command that runs a program of Windows. Its name is a path
// of this computer, or that of a program that Windows has.
func (w *wine) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, loader(), args...)
	cmd.Env = w.environment()
	return cmd
}

// status runs a program to its end and returns its exit status and what it says.
func (w *wine) status(args ...string) (int, string) {
	w.t.Helper()
	cmd := w.command(within(w.t, 2*patience), args...)
	out, err := try(w.t, cmd)
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	w.mustRest()
	return cmd.ProcessState.ExitCode(), out
}

// statusNow is status while other programs of this Windows run on.
func (w *wine) statusNow(args ...string) int {
	w.t.Helper()
	cmd := w.command(within(w.t, patience), args...)
	out, err := try(w.t, cmd)
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return cmd.ProcessState.ExitCode()
}

// mustRest is rest for what cannot fail.
func (w *wine) mustRest() {
	w.t.Helper()
	if err := w.rest(within(w.t, patience)); err != nil {
		w.t.Fatal(err)
	}
}

// must is status for what cannot fail.
func (w *wine) must(args ...string) string {
	w.t.Helper()
	status, out := w.status(args...)
	if status != 0 {
		w.t.Fatalf("%s: status %d\n%s", strings.Join(args, " "), status, out)
	}
	return out
}

// tool runs a tool of wine's own.
func (w *wine) tool(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = w.environment()
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// rest waits until no program runs in this Windows: uninstallers go on in
// another process, and the registry is written at the end.
func (w *wine) rest(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "wineserver", "-w")
	cmd.Env = w.environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.New("programs of Windows do not end: " + err.Error() + "\n" + string(out))
	}
	return nil
}

// Folders of the user, from C:. Wine gives them the name that the account has
// here.
var (
	localData   = "users/" + account() + "/AppData/Local"
	roamingData = "users/" + account() + "/AppData/Roaming"
	winProgram  = localData + "/Programs/Passerby"
	winProfile  = roamingData + "/passerby"
	startMenu   = roamingData + "/Microsoft/Windows/Start Menu/Programs/Passerby.lnk"
)

// account is the name of who runs the test.
func account() string {
	u, err := user.Current()
	if err != nil {
		panic(err) // a system without its list of users
	}
	return u.Username
}

// path is where this computer has a file of C:.
func (w *wine) path(name string) string { return filepath.Join(w.prefix, "drive_c", name) }

// has tells whether there is a file on C:.
func (w *wine) has(name string) bool {
	_, err := os.Stat(w.path(name))
	return err == nil
}

// onZ is what Windows calls a file of this computer.
func onZ(path string) string { return "Z:" + strings.ReplaceAll(path, "/", `\`) }

// files lists what is on C:, but for folders, and what changes by itself.
func (w *wine) files() []string {
	w.t.Helper()
	var files []string
	c := w.path("")
	err := filepath.WalkDir(c, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(c, path)
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

// added lists what is in after and not in before.
func added(before, after []string) []string {
	return slices.DeleteFunc(slices.Clone(after), func(f string) bool { return slices.Contains(before, f) })
}

// registry returns the lines of the registry that speak of Passerby. Nothing
// may run.
func (w *wine) registry() []string {
	w.t.Helper()
	var lines []string
	for _, hive := range []string{"user.reg", "system.reg"} {
		for line := range strings.Lines(read(w.t, filepath.Join(w.prefix, hive))) {
			if strings.Contains(strings.ToLower(line), "passerby") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}

var displayVersion = regexp.MustCompile(`(?m)^"DisplayName"="Passerby"\n"DisplayVersion"="([^"]*)"$`)

// listed returns the version that Settings, Apps shows, or "".
func (w *wine) listed() string {
	w.t.Helper()
	text := read(w.t, filepath.Join(w.prefix, "user.reg")) + read(w.t, filepath.Join(w.prefix, "system.reg"))
	if m := displayVersion.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// clean checks that nothing is left of an installed Passerby but its profile,
// or not even that.
func (w *wine) clean(before []string, keepsProfile bool) {
	w.t.Helper()
	// What an uninstaller could not remove while it ran, Windows does when it
	// starts again.
	w.must("wineboot", "--restart")
	profileThere := false
	for _, f := range added(before, w.files()) {
		if keepsProfile && strings.HasPrefix(f, winProfile+"/") {
			profileThere = true
			continue
		}
		w.t.Errorf("%s was left behind", f)
	}
	if keepsProfile && !profileThere {
		w.t.Error("the profile is gone")
	}
	if w.has(winProgram) || !keepsProfile && w.has(winProfile) {
		w.t.Error("a folder was left behind")
	}
	for _, line := range w.registry() {
		w.t.Errorf("the registry still has %s", line)
	}
}
