// SPDX-License-Identifier: GPL-3.0-or-later

// Package flatpak_test holds the Flatpak's manifest to what is promised of it:
// that the sandbox lets through what is listed here and no file of the person's,
// and that the tor in it is the one of all other packages.
package flatpak_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// root is the folder of the source, from this package's folder.
const root = "../.."

// id is what the program is called among desktops.
const id = "chat.passerby.passerby"

// manifest is what a manifest for flatpak-builder says.
type manifest struct {
	ID             string
	Runtime        string
	RuntimeVersion string   `yaml:"runtime-version"`
	SDK            string   `yaml:"sdk"`
	SDKExtensions  []string `yaml:"sdk-extensions"`
	Command        string
	FinishArgs     []string `yaml:"finish-args"`
	Cleanup        []string
	Modules        []struct {
		Name         string
		BuildSystem  string       `yaml:"buildsystem"`
		BuildOptions buildOptions `yaml:"build-options"`
		Commands     []string     `yaml:"build-commands"`
		Sources      []source
	}
}

// buildOptions say how one module is built.
type buildOptions struct {
	AppendPath  string   `yaml:"append-path"`
	NoDebuginfo bool     `yaml:"no-debuginfo"`
	BuildArgs   []string `yaml:"build-args"` // what the sandbox lets through while building
	Env         map[string]string
}

// source is one thing that a module is built from.
type source struct {
	Type, URL, SHA256, Path, Dest string
	Skip                          []string
}

// read reads the manifest. A key that this test does not know is an error: it
// might let something through.
func read(t *testing.T) manifest {
	t.Helper()
	f, err := os.Open(id + ".yml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	var m manifest
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// text returns a file of the source.
func text(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheSandboxLetsThroughNoFile(t *testing.T) {
	// Given the manifest
	m := read(t)
	// Then it asks for exactly this, and each has its reason there.
	want := []string{
		"--share=network", "--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--device=dri",
		"--talk-name=org.kde.StatusNotifierWatcher",
	}
	if !slices.Equal(m.FinishArgs, want) {
		t.Errorf("the sandbox lets through %q, and not %q", m.FinishArgs, want)
	}
	// And nothing reaches the network, or a file, while it is built.
	for _, module := range m.Modules {
		if len(module.BuildOptions.BuildArgs) != 0 {
			t.Errorf("%s is built with %q", module.Name, module.BuildOptions.BuildArgs)
		}
	}
}

func TestTheProgramIsTheOneOfFyneApp(t *testing.T) {
	m := read(t)
	if !strings.Contains(text(t, "FyneApp.toml"), "\nID = \""+m.ID+"\"\n") {
		t.Errorf("FyneApp.toml has another ID than %s", m.ID)
	}
	if m.Runtime != "org.freedesktop.Platform" || m.SDK != "org.freedesktop.Sdk" || m.Command != "passerby" {
		t.Errorf("it is %s on %s, built with %s", m.Command, m.Runtime, m.SDK)
	}
}

// pinned is a line of sources.txt with an address.
var pinned = regexp.MustCompile(`(?m)^(\w+) \S+ ([0-9a-f]{64}) (https://\S+) \S+$`)

func TestTorIsMadeOfThePinnedSources(t *testing.T) {
	// Given what every other package's tor is made of
	want := make(map[string]source)
	for _, line := range pinned.FindAllStringSubmatch(text(t, "packaging/tor/sources.txt"), -1) {
		want[line[1]] = source{Type: "archive", URL: line[3], SHA256: line[2]}
	}
	if len(want) != 4 {
		t.Fatalf("sources.txt names %d archives with an address, not four", len(want))
	}
	// Then the Flatpak's is made of the same, in an order in which each finds
	// what it needs, and nothing else comes from outside.
	m := read(t)
	var names []string
	for _, module := range m.Modules {
		names = append(names, module.Name)
		if module.Name == "passerby" {
			continue
		}
		if len(module.Sources) != 1 || !same(module.Sources[0], want[module.Name]) {
			t.Errorf("%s is made of %v, and not of %v", module.Name, module.Sources, want[module.Name])
		}
	}
	if order := []string{"zlib", "libevent", "openssl", "tor", "passerby"}; !slices.Equal(names, order) {
		t.Errorf("it is made of %q, and not of %q", names, order)
	}
	for _, s := range m.Modules[len(m.Modules)-1].Sources {
		if s.URL != "" || s.Path == "" {
			t.Errorf("the program is made of %v, which is not of this folder", s)
		}
	}
}

func same(a, b source) bool {
	return a.Type == b.Type && a.URL == b.URL && a.SHA256 == b.SHA256 && a.Path == b.Path && a.Dest == b.Dest
}

// left is what is left out of, or put into, what is built.
var left = regexp.MustCompile(`(?:^|\s)((?:no-|--disable-|--enable-)[a-z0-9-]+)`)

// options returns the options in a text, sorted.
func options(script string) []string {
	var out []string
	for _, o := range left.FindAllStringSubmatch(script, -1) {
		out = append(out, o[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestTorLeavesOutWhatAllTorsLeaveOut(t *testing.T) {
	// Given how tor and OpenSSL are configured for other packages
	script := text(t, "packaging/tor/build.sh")
	part := func(from, to string) []string {
		_, after, ok := strings.Cut(script, "run env CC=\"$cc\" AR=$ar RANLIB=$ranlib CFLAGS=\"$cflags\" LDFLAGS=\"$ldflags\" "+from)
		if !ok {
			_, after, ok = strings.Cut(script, from)
		}
		before, _, end := strings.Cut(after, to)
		if !ok || !end {
			t.Fatalf("packaging/tor/build.sh has no longer %q and %q", from, to)
		}
		return options(before)
	}
	want := map[string][]string{
		"openssl": part("./Configure $openssl_target", "run make"),
		"tor":     part("cd \"$work/tor\"\n", "run make"),
	}
	// These are for building on and for other systems.
	elsewhere := []string{"--disable-tool-name-check", "--disable-dependency-tracking", "--disable-silent-rules"}
	for _, module := range read(t).Modules {
		expected, ok := want[module.Name]
		if !ok {
			continue
		}
		got := options(strings.Join(module.Commands, "\n"))
		for _, o := range expected {
			if !slices.Contains(got, o) && !slices.Contains(elsewhere, o) {
				t.Errorf("%s is built without %s", module.Name, o)
			}
		}
		if len(expected) < 5 {
			t.Errorf("only %d options of %s are seen", len(expected), module.Name)
		}
	}
}

func TestTheHashOfTorHoldsInTheEnd(t *testing.T) {
	// A tor whose debugging information is taken out after its hash was
	// compiled in would be refused.
	for _, module := range read(t).Modules {
		commands := strings.Join(module.Commands, "\n")
		switch module.Name {
		case "tor":
			if !module.BuildOptions.NoDebuginfo || !strings.Contains(commands, "--strip src/app/tor /app/lib/passerby/tor/tor") {
				t.Error("tor is not installed as it stays")
			}
		case "passerby":
			if !strings.Contains(commands, "sum=$(sha256sum /app/lib/passerby/tor/tor | cut -d' ' -f1) && go build ") ||
				!strings.Contains(commands, "-X passerby/tor.bundledSHA256=$sum\"") {
				t.Error("the program is not told the hash of its tor")
			}
			if e := module.BuildOptions.Env; e["GOFLAGS"] != "-mod=vendor" || e["GOPROXY"] != "off" || e["GOTOOLCHAIN"] != "local" {
				t.Errorf("building would look for what is not there, with %v", e)
			}
		}
	}
}

func TestWhatIsInstalledExists(t *testing.T) {
	files := regexp.MustCompile(`(?m)^install -Dm0644 ((?:packaging|assets)/\S+)`)
	seen := 0
	for _, module := range read(t).Modules {
		if module.Name != "passerby" {
			continue
		}
		for _, f := range files.FindAllStringSubmatch(strings.Join(module.Commands, "\n"), -1) {
			seen++
			text(t, f[1])
		}
	}
	if seen != 5 {
		t.Errorf("%d files are installed from here, not five", seen)
	}
}
