// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// buildTimeout bounds one build. The first one compiles Fyne and its C parts,
// and with the race detector that takes minutes on a small machine.
const buildTimeout = 10 * time.Minute

// Builder builds the program once. The zero Builder is ready for use, for
// instance as a package variable that TestMain closes. Its methods are safe
// for concurrent use.
type Builder struct {
	// Values are set in variables of the program, named as in
	// "passerby/tor.bundledSHA256", as packages of it have them.
	Values map[string]string

	once sync.Once
	dir  string
	err  error
}

// Program returns the path of the program, which the first call builds as it
// is released, but with the race detector where the caller has it ([Race]).
// Where that fails, every call returns the same error. The working directory
// must be inside the module.
func (b *Builder) Program() (string, error) {
	b.once.Do(func() { b.err = b.build() })
	return b.path(), b.err
}

func (b *Builder) path() string { return filepath.Join(b.dir, "passerby") }

func (b *Builder) build() (err error) {
	if b.dir, err = os.MkdirTemp("", "passerby-build-"); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildTimeout)
	defer cancel()
	args := []string{"build", "-trimpath", "-tags", "migrated_fynedo", "-buildvcs=false"}
	if Race {
		args = append(args, "-race")
	}
	var flags []string
	for name, value := range b.Values {
		flags = append(flags, "-X "+name+"="+value)
	}
	args = append(args, "-ldflags", strings.Join(flags, " "))
	cmd := exec.CommandContext(ctx, "go", append(args, "-o", b.path(), "passerby")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return nil
}

// Close removes the program. It builds none any more.
func (b *Builder) Close() error {
	b.once.Do(func() { b.err = errors.New("the builder is closed") })
	if b.dir == "" {
		return nil
	}
	return os.RemoveAll(b.dir)
}
