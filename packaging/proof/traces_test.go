// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package proof_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// traces are texts that tell where, and by whom, something was built.
func traces(t *testing.T) []string {
	t.Helper()
	source, err := filepath.Abs(sourceFolder)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{source, "/tmp/passerby-release-", "/tmp/go-build", "/go/pkg/mod/", ".cache/passerby"}
	for _, name := range []string{"GOROOT", "GOMODCACHE", "GOCACHE"} {
		all = append(all, strings.TrimSpace(run(t, "go", "env", name)))
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{host, os.Getenv("SUDO_USER")}
	if home, err := os.UserHomeDir(); err == nil && home != "/" {
		all = append(all, home+"/")
	}
	if self, err := user.Current(); err == nil && self.Username != "root" {
		names = append(names, self.Username)
	}
	for _, n := range names {
		if len(n) > 5 { // shorter ones are in anything
			all = append(all, n)
		}
	}
	return all
}

// No package tells where it was built, by whom, or when.
func TestNoTraces(t *testing.T) {
	texts := traces(t)
	dir := folder(t)
	unpack := func(name string, command ...string) string {
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(to, 0o755); err != nil {
			t.Fatal(err)
		}
		run(t, "env", append([]string{"--chdir=" + to}, command...)...)
		return to
	}
	folders := map[string]string{
		"deb":    unpack("deb", "dpkg-deb", "--raw-extract", dist(t, debName), "."),
		"tar.xz": unpack("tar", "tar", "-x", "-f", dist(t, tarballName)),
		"rpm":    unpack("rpm", "sh", "-c", `rpm2cpio "$1" | cpio -i -d --no-absolute-filenames --quiet`, "sh", dist(t, rpmName)),
		"zip":    unpack("zip", "unzip", "-q", dist(t, zipName)),
		// All that is not compressed, in whatever stands beside: headers of
		// packages, the list of parts, the installers.
		"dist": filepath.Dir(dist(t, debName)),
	}
	for name, folder := range folders {
		files := 0
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			files++
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if strings.HasSuffix(path, ".gz") {
				data = append(data, unpacked(t, path, data)...)
			}
			for _, text := range texts {
				if bytes.Contains(data, []byte(text)) || bytes.Contains(data, inUTF16(text)) {
					t.Errorf("%s: %s holds %q", name, strings.TrimPrefix(path, folder), text)
				}
			}
			return nil
		})
		if err != nil || files < 5 {
			t.Errorf("%s: %d files seen: %v", name, files, err)
		}
	}
}

// inUTF16 is a text as Windows writes it.
func inUTF16(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// unpacked returns what is in a .gz, which must not tell when it was made, or
// from what.
func unpacked(t *testing.T, path string, data []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer r.Close()
	if !r.ModTime.IsZero() || r.Name != "" || r.Comment != "" {
		t.Errorf("%s tells of itself: %+v", path, r.Header)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return text
}

var changed = regexp.MustCompile(`(?m)^ *date: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$`)

// All dates in all packages are one, that of the newest entry of the changelog,
// and all owners are root.
func TestOneDateAndOwner(t *testing.T) {
	m := changed.FindStringSubmatch(read(t, filepath.Join(sourceFolder, "packaging/release/changelog.yml")))
	if m == nil {
		t.Fatal("the changelog has no date")
	}
	date, err := time.Parse(time.RFC3339, m[1])
	if err != nil {
		t.Fatal(err)
	}
	deb, rpm := dist(t, debName), dist(t, rpmName)
	tar := func(name string, command ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `"$@" | TZ=UTC tar -t -v --full-time -f -`, "sh"}, command...)...)
		out, err := try(t, cmd)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if err != nil || len(lines) < 2 {
			t.Fatalf("%s: %v %s", name, err, out)
		}
		for _, line := range lines {
			if !strings.Contains(line, " root/root ") && !strings.Contains(line, " 0/0 ") || !strings.Contains(line, date.Format(" 2006-01-02 15:04:05 ")) {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
	tar("deb", "dpkg-deb", "--fsys-tarfile", deb)
	tar("deb's control files", "dpkg-deb", "--ctrl-tarfile", deb)
	tar("tar.xz", "xz", "-d", "-c", dist(t, tarballName))
	for _, line := range strings.Split(strings.TrimSpace(run(t, "env", "TZ=UTC", "ar", "tv", deb)), "\n") {
		if !strings.Contains(line, " 0/0 ") || !strings.Contains(line, date.Format("Jan _2 15:04 2006")) {
			t.Errorf("deb: %s", line)
		}
	}
	stamp := strconv.FormatInt(date.Unix(), 10)
	for _, line := range strings.Split(strings.TrimSpace(run(t, "rpm", "-qp", "--qf", `[%{FILEMTIMES} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]`, rpm)), "\n") {
		if !strings.HasPrefix(line, stamp+" root:root ") {
			t.Errorf("rpm: %s", line)
		}
	}
	if got, want := run(t, "rpm", "-qp", "--qf", "%{BUILDTIME} %{BUILDHOST}", rpm), stamp+" passerby"; got != want {
		t.Errorf("rpm: built at %s, and not %s", got, want)
	}
}
