// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// minVersion is the oldest tor that has what we use: 0.4.8 brought the
// proof-of-work defences of onion services.
var minVersion = version{0, 4, 8, 0}

// versionTimeout bounds the wait for "tor --version".
const versionTimeout = 20 * time.Second

// find returns the tor to run: path where it is given, else the one in the
// folder "tor" beside this program, else, where no tor came with this program,
// one of the system's known places.
func find(path string) (string, error) {
	if path != "" {
		full, err := filepath.Abs(path)
		if err != nil {
			return "", advise(ErrNoTor, fmt.Sprintf("%s: %v", path, err), "name the tor program with its full path")
		}
		if err := runnable(full); err != nil {
			return "", advise(ErrNoTor, err.Error(), "name a tor program after --tor, or leave --tor out to use the one that is found")
		}
		return full, nil
	}
	if bundledSHA256 != "" {
		return findBundled()
	}
	candidates := systemTors()
	if beside, err := besideProgram(); err == nil {
		candidates = append([]string{beside}, candidates...)
	}
	for _, c := range candidates {
		if runnable(c) == nil {
			return c, nil
		}
	}
	return "", advise(ErrNoTor, "looked at "+strings.Join(candidates, ", "), installAdvice())
}

// runnable tells whether path is a file that may be executed.
func runnable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s", path)
	case err != nil:
		return fmt.Errorf("%s cannot be read: %w", path, err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0:
		return fmt.Errorf("%s is not a program", path)
	}
	return nil
}

// version is a tor version: four numbers, as in 0.4.8.12.
type version [4]int

var versionPattern = regexp.MustCompile(`(?m)^Tor version (\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?`)

// parseVersion reads what "tor --version" prints.
func parseVersion(output string) (version, bool) {
	m := versionPattern.FindStringSubmatch(output)
	if m == nil {
		return version{}, false
	}
	var v version
	for i := range v {
		v[i], _ = strconv.Atoi(m[i+1]) // digits only, or "" where the last is missing
	}
	return v, true
}

func (v version) less(w version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

func (v version) String() string {
	return fmt.Sprintf("%d.%d.%d.%d", v[0], v[1], v[2], v[3])
}

// checkVersion asks the tor at path for its version.
func checkVersion(ctx context.Context, path string) (version, error) {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.Env = environment()
	cmd.WaitDelay = time.Second
	prepare(cmd)
	runtime.LockOSThread() // see prepare
	defer runtime.UnlockOSThread()
	output, err := cmd.Output()
	if err != nil {
		return version{}, advise(ErrNoTor, fmt.Sprintf("%s does not run: %v", path, err), installAdvice())
	}
	v, ok := parseVersion(string(output))
	if !ok {
		return version{}, advise(ErrNoTor, path+" does not answer like tor", installAdvice())
	}
	if v.less(minVersion) {
		return v, advise(ErrTorTooOld, fmt.Sprintf("%s is version %v", path, v),
			fmt.Sprintf("version %d.%d.%d or newer is needed: update tor, or name a newer one after --tor",
				minVersion[0], minVersion[1], minVersion[2]))
	}
	return v, nil
}
