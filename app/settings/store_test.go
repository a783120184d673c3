// SPDX-License-Identifier: GPL-3.0-or-later

package settings_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"passerby/app/settings"
)

// content returns what the file in dir holds, and fails where dir holds
// anything else.
func content(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != settings.Name {
			t.Errorf("%s is left in the folder", e.Name())
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, settings.Name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

func put(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, settings.Name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestChoicesAreKept(t *testing.T) {
	// given a folder in which nothing was ever chosen
	dir := t.TempDir()
	s := settings.Open(dir)
	if s.Choices() != settings.Defaults() || s.Problem() != nil {
		t.Fatalf("at first %+v, %v", s.Choices(), s.Problem())
	}
	// when nothing is chosen, then nothing is written
	s.Change(func(c *settings.Choices) { c.Cover = true })
	if got := content(t, dir); got != "" {
		t.Fatalf("written is %q", got)
	}
	// when something is chosen, then the next run has it
	s.Change(func(c *settings.Choices) { c.Guard, c.CardsSeen = settings.SecretsOnly, true })
	want := settings.Defaults()
	want.Guard, want.CardsSeen = settings.SecretsOnly, true
	if got := content(t, dir); got != want.String() {
		t.Errorf("written is %q", got)
	}
	if s.Choices() != want || s.Problem() != nil || s.Kept() != filepath.Join(dir, settings.Name) {
		t.Errorf("now %+v, kept in %q, %v", s.Choices(), s.Kept(), s.Problem())
	}
	again := settings.Open(dir)
	if again.Choices() != want || again.Problem() != nil {
		t.Errorf("then %+v, %v", again.Choices(), again.Problem())
	}
	if info, err := os.Stat(filepath.Join(dir, settings.Name)); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// What a run that was killed while it wrote has left is written over.
func TestALeftoverIsNoObstacle(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, settings.Name+".new"), []byte("half a l"), 0o444); err != nil {
		t.Fatal(err)
	}
	s := settings.Open(dir)
	s.Change(func(c *settings.Choices) { c.Cover = false })
	if got := content(t, dir); got != s.Choices().String() || s.Problem() != nil {
		t.Errorf("written is %q, %v", got, s.Problem())
	}
}

func TestADamagedFileGivesTheDefaultsUntilOneChooses(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "Passerby settings 1\ncover off\nguard \xff\n")
	s := settings.Open(dir)
	if s.Choices() != settings.Defaults() || s.Kept() != "" {
		t.Errorf("read as %+v, kept in %q", s.Choices(), s.Kept())
	}
	says(t, s, "could not be read", settings.Name, "is damaged", "; choose anew")
	// Also where that is no change.
	s.Change(func(*settings.Choices) {})
	if got := content(t, dir); got != settings.Defaults().String() || s.Problem() != nil {
		t.Errorf("written is %q, %v", got, s.Problem())
	}
}

func TestAForeignFileIsLeftAlone(t *testing.T) {
	const theirs = "volume=11\n"
	dir := t.TempDir()
	put(t, dir, theirs)
	s := settings.Open(dir)
	s.Change(func(c *settings.Choices) { c.Cover = false })
	if got := content(t, dir); got != theirs {
		t.Errorf("it now holds %q", got)
	}
	if s.Choices().Cover {
		t.Error("the choice does not hold")
	}
	says(t, s, "cannot be kept", "is not a settings file of Passerby", "; move that file away")
}

// A pipe is not read, which would never end, nor a folder or a link.
func TestWhatIsNoFileIsLeftAlone(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte(settings.Choices{}.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, place := range map[string]func(string) error{
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"link":   func(path string) error { return os.Symlink(elsewhere, path) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := place(filepath.Join(dir, settings.Name)); err != nil {
				t.Fatal(err)
			}
			s := settings.Open(dir)
			s.Change(func(c *settings.Choices) { c.Curtain = true })
			if info, err := os.Lstat(filepath.Join(dir, settings.Name)); err != nil || info.Mode().IsRegular() {
				t.Errorf("it was replaced: %v, %v", info, err)
			}
			says(t, s, "is not a settings file")
		})
	}
	if text, err := os.ReadFile(elsewhere); err != nil || string(text) != (settings.Choices{}.String()) {
		t.Errorf("the file that the link leads to holds %q, %v", text, err)
	}
}

func TestWhereNothingCanBeWrittenTheChoiceHoldsAllTheSame(t *testing.T) {
	s := settings.Open(filepath.Join(t.TempDir(), "nowhere"))
	if s.Problem() != nil {
		t.Errorf("before anything is chosen: %v", s.Problem())
	}
	s.Change(func(c *settings.Choices) { c.Cover = false })
	if s.Choices().Cover || s.Kept() != "" {
		t.Errorf("now %+v, kept in %q", s.Choices(), s.Kept())
	}
	says(t, s, "holds until Passerby is closed", "nowhere", "; give this user the right", "--profile")
}

func TestInMemory(t *testing.T) {
	t.Chdir(t.TempDir())
	s := settings.InMemory()
	s.Change(func(c *settings.Choices) { c.Cover = false })
	if s.Choices().Cover || s.Kept() != "" || s.Problem() != nil {
		t.Errorf("now %+v, kept in %q, %v", s.Choices(), s.Kept(), s.Problem())
	}
	if got := content(t, "."); got != "" {
		t.Errorf("written is %q", got)
	}
}

func TestManyChoicesAtOnce(t *testing.T) {
	dir := t.TempDir()
	s := settings.Open(dir)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { s.Change(func(c *settings.Choices) { c.Cover = i%2 == 0 }) })
		all.Go(func() { s.Choices() })
	}
	all.Wait()
	if got := settings.Open(dir); got.Choices() != s.Choices() || s.Problem() != nil {
		t.Errorf("kept is %+v, and not %+v; %v", got.Choices(), s.Choices(), s.Problem())
	}
}

func says(t *testing.T, s *settings.Store, words ...string) {
	t.Helper()
	if s.Problem() == nil {
		t.Fatal("no problem")
	}
	for _, w := range words {
		if !strings.Contains(s.Problem().Error(), w) {
			t.Errorf("%q does not say %q", s.Problem(), w)
		}
	}
}
