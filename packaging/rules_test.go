// SPDX-License-Identifier: GPL-3.0-or-later

package packaging_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"passerby/app"
	"passerby/app/update"
)

const module = "passerby"

// root is the folder of the source, from this package's folder.
const root = ".."

// listed is what `go list -json` says of one package.
type listed struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

// linked returns everything that the program is built from.
func linked(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Standard", "-tags", "migrated_fynedo", ".")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

func TestImportsGoOneWay(t *testing.T) {
	// Which of our folders each may import, itself apart.
	may := map[string][]string{
		module:                       {"app", "app/console", "app/hardening", "app/keepers", "app/settings", "app/update", "tor", "ui"},
		module + "/ui":               {"app", "app/guard", "app/guard/tables", "app/keepers", "app/settings", "assets", "ui", "ui/clipboard", "ui/screenguard"},
		module + "/ui/clipboard":     {},
		module + "/ui/screenguard":   {},
		module + "/app":              {"app", "app/guard", "app/keepers", "app/settings", "app/update", "net/onion", "net/mesh", "net/rendezvous", "net/lobby", "net/session", "net/invite"},
		module + "/app/console":      {"app", "app/guard", "app/update"},
		module + "/app/guard":        {"app/guard/tables"},
		module + "/app/guard/tables": {},
		module + "/app/hardening":    {},
		module + "/app/settings":     {},
		module + "/app/update":       {"net/onion"}, // which it asks at
		module + "/assets":           {},
		module + "/tor":              {"tor"},
		module + "/net/onion":        {},
		module + "/net/stamp":        {},
		module + "/net/secret":       {},
		module + "/net/session":      {"net/onion", "net/secret"},
		// Invites are reached like members, tell of members in the mesh's own
		// form, and handle keys. They know nothing of slots, lobby and sessions.
		module + "/net/invite": {"net/onion", "net/mesh", "net/secret"},
		// Keepers are members: it needs their addresses, and the cap is a network.
		module + "/app/keepers":    {"net/onion"},
		module + "/net/mesh":       {"net/onion"},
		module + "/net/rendezvous": {"net/onion", "net/mesh"},
		module + "/net/lobby":      {"net/onion", "net/session", "net/stamp"},
	}
	seen := 0
	for _, p := range linked(t) {
		if !within(p.ImportPath, module) {
			continue
		}
		seen++
		allowed, known := may[p.ImportPath]
		if !known {
			t.Errorf("%s is linked in and has no place in the order of imports", p.ImportPath)
		}
		for _, i := range p.Imports {
			if within(i, module) && !slices.Contains(allowed, strings.TrimPrefix(i, module+"/")) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
			if within(i, "fyne.io/fyne/v2") && !within(p.ImportPath, module+"/ui") {
				t.Errorf("%s imports %s; only ui may", p.ImportPath, i)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("only %d packages of ours: this test does not see the program", seen)
	}
}

func TestNothingThatCouldLeakIsLinkedIn(t *testing.T) {
	deny := regexp.MustCompile(`quic-go|github\.com/pion/|goupnp|nat-pmp|natpmp|ssdp|netroute|mdns|zeroconf|reuseport|websocket|` +
		`go-libp2p/p2p/transport/(tcp|quic|quicreuse|webrtc|websocket|webtransport)|go-libp2p/p2p/(discovery/mdns|nat|protocol/(identify|autonatv2|circuitv2|holepunch))|` +
		`go-libp2p/p2p/host/(basic|autonat|autorelay)|^github\.com/libp2p/go-libp2p$`)
	for _, p := range linked(t) {
		if deny.MatchString(p.ImportPath) {
			t.Errorf("%s is linked in", p.ImportPath)
		}
	}
	for _, bad := range []string{
		"github.com/quic-go/quic-go", "github.com/pion/webrtc/v4", "github.com/huin/goupnp", "github.com/jackpal/go-nat-pmp",
		"github.com/koron/go-ssdp", "github.com/libp2p/go-netroute", "github.com/libp2p/zeroconf/v2", "github.com/libp2p/go-reuseport",
		"github.com/gorilla/websocket", "github.com/libp2p/go-libp2p/p2p/transport/tcp", "github.com/libp2p/go-libp2p",
	} {
		if !deny.MatchString(bad) {
			t.Errorf("%s would not be noticed", bad)
		}
	}
}

// reach is what may be used of packages that can open sockets or start
// processes, by files outside tor. Types and errors reach nobody.
var reach = map[string][]string{
	"net":                      {"Conn", "Listener", "Addr", "ErrClosed", "Error", "OpError", "Pipe", "Resolver", "DefaultResolver"},
	"net/http":                 {"DefaultTransport", "DefaultClient", "Client", "Request", "Response"},
	"syscall":                  {"SIGTERM"},
	"os/exec":                  {},
	"plugin":                   {},
	"net/rpc":                  {},
	"net/smtp":                 {},
	"net/textproto":            {},
	"crypto/tls":               {},
	"log/syslog":               {},
	"golang.org/x/net/proxy":   {},
	"golang.org/x/sys/unix":    {},
	"golang.org/x/sys/windows": {},
	"github.com/multiformats/go-multiaddr/net": {"Conn", "Listener"},
	// The session bus of the desktop is a local Unix socket. What speaks on a
	// connection to it that somebody has opened reaches nobody else.
	godbus: {},
}

// godbus opens sockets, to the buses of this machine and to whatever an address
// names, and may start a program that looks for a bus.
const godbus = "github.com/godbus/dbus/v5"

// reachMore is what one folder may use besides.
var reachMore = map[string]map[string][]string{
	"app/hardening": { // its own process's limits, modes and descriptors
		"syscall": {"RawSyscall", "SYS_WRITE"},
		"golang.org/x/sys/unix": {
			"Rlimit", "Getrlimit", "Setrlimit", "RLIMIT_CORE", "Prctl", "PrctlRetInt", "PR_SET_DUMPABLE", "PR_GET_DUMPABLE",
			"PtraceDenyAttach", "FcntlInt", "F_DUPFD_CLOEXEC", "Dup2", "Close",
		},
		"golang.org/x/sys/windows": {
			"NewLazySystemDLL", "SetErrorMode", "Errno", "SetStdHandle", "STD_ERROR_HANDLE", "Handle",
			// The console that it was started from.
			"GetStdHandle", "STD_INPUT_HANDLE", "STD_OUTPUT_HANDLE", "InvalidHandle", "GetFileType", "FILE_TYPE_UNKNOWN",
			"UTF16PtrFromString", "CreateFile", "GENERIC_READ", "GENERIC_WRITE", "FILE_SHARE_READ", "FILE_SHARE_WRITE", "OPEN_EXISTING",
		},
	},
	"app/keepers": { // the data protection of crypt32
		"golang.org/x/sys/windows": {"DataBlob", "CryptProtectData", "CryptUnprotectData", "CRYPTPROTECT_UI_FORBIDDEN", "LocalFree", "Handle"},
		// The Secret Service, over a connection that ui passes on.
		godbus: {
			"Conn", "ObjectPath", "Error", "MatchOption", "WithMatchObjectPath", "WithMatchInterface", "WithMatchMember",
			"Signal", "ErrClosed", "Variant", "MakeVariant",
		},
	},
	"ui": { // Fyne's own connection to the session bus, and what it says of the desktop
		godbus: {"SessionBus", "Conn", "ObjectPath", "Variant", "FlagNoAutoStart"},
	},
	"ui/clipboard": { // the clipboard of user32
		"golang.org/x/sys/windows": {"NewLazySystemDLL", "LazyProc", "UTF16PtrFromString"},
	},
	"ui/screenguard": { // the display affinity of user32
		"golang.org/x/sys/windows": {"NewLazySystemDLL"},
	},
}

// fetchers load what they are told to, past Tor, or hand it to another
// program.
var fetchers = regexp.MustCompile(`^(NewRichTextFromMarkdown|AppendMarkdown|ParseMarkdown|NewImageFromURI|LoadResourceFromURLString|LoadResourceFromURL|OpenURL|SendNotification|NewHyperlink|StartProcess|FindProcess)$`)

func TestOnlyTorReachesOut(t *testing.T) {
	used := 0
	ours(t, func(name string, file *ast.File) {
		if strings.HasPrefix(name, "tor/") {
			return
		}
		packages := make(map[string]string) // local name to import path
		for _, i := range file.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := reach[p]; !ok {
				continue
			}
			local := path.Base(p)
			switch p {
			case "github.com/multiformats/go-multiaddr/net":
				local = "manet"
			case godbus:
				local = "dbus"
			}
			if i.Name != nil {
				local = i.Name.Name
			}
			if local == "." || local == "_" {
				t.Errorf("%s imports %s as %q", name, p, local)
			}
			packages[local] = p
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if fetchers.MatchString(sel.Sel.Name) {
				t.Errorf("%s uses %s", name, sel.Sel.Name)
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok || x.Obj != nil { // a variable hides the package
				return true
			}
			if p, ok := packages[x.Name]; ok {
				used++
				if !slices.Contains(reach[p], sel.Sel.Name) && !slices.Contains(reachMore[path.Dir(name)][p], sel.Sel.Name) {
					t.Errorf("%s uses %s.%s", name, p, sel.Sel.Name)
				}
			}
			return true
		})
	})
	if used < 20 {
		t.Fatalf("only %d uses seen: this test does not see the program", used)
	}
}

// ours calls see for each Go file of the packages of ours that are linked in,
// for whatever system it is.
func ours(t *testing.T, see func(name string, file *ast.File)) {
	t.Helper()
	shipped := make(map[string]bool) // folders
	for _, p := range linked(t) {
		if within(p.ImportPath, module) {
			shipped[strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")] = true
		}
	}
	walk(t, func(name string, source []byte) {
		folder := strings.TrimSuffix(path.Dir(name), ".")
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || !shipped[folder] {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		see(name, file)
	})
}

// walk calls see for each file that belongs to the project.
func walk(t *testing.T, see func(name string, source []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		switch rel = filepath.ToSlash(rel); {
		case d.IsDir() && (rel == ".git" || rel == "dist" || rel == "artefacts"):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		source, err := os.ReadFile(name)
		if err == nil {
			see(rel, source)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryGoFileNamesItsLicence(t *testing.T) {
	walk(t, func(name string, source []byte) {
		if strings.HasSuffix(name, ".go") && !strings.HasPrefix(string(source), "// SPDX-License-Identifier: GPL-3.0-or-later\n") {
			t.Errorf("%s does not begin with its licence", name)
		}
	})
}

func TestNoTestCanBeSkipped(t *testing.T) {
	skip := regexp.MustCompile(`\b[tbf]\.Skip(f|Now)?\(`)
	walk(t, func(name string, source []byte) {
		if strings.HasSuffix(name, "_test.go") && skip.Match(source) {
			t.Errorf("%s has a test that can be skipped", name)
		}
	})
}

func TestOneNameAndVersion(t *testing.T) {
	toml, err := os.ReadFile(filepath.Join(root, "FyneApp.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"Name": "Passerby", "ID": "chat.passerby.passerby", "Version": app.Version} {
		if !strings.Contains(string(toml), key+" = "+strconv.Quote(want)+"\n") {
			t.Errorf("FyneApp.toml: %s is not %q", key, want)
		}
	}
}

// Whoever is asked for updates is either known in full or not at all: half of it
// would make a copy that can ask and believes nobody.
func TestUpdatesComeFromSomewhereOrNowhere(t *testing.T) {
	toml, err := os.ReadFile(filepath.Join(root, "FyneApp.toml"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(toml), "\n[Release]\n")
	values := make(map[string]string)
	for _, m := range regexp.MustCompile(`(?m)^(\w+) = "(.*)"$`).FindAllStringSubmatch(table, -1) {
		values[m[1]] = m[2]
	}
	if !found || len(values) != 2 {
		t.Fatalf("FyneApp.toml: [Release] holds %v", values)
	}
	source := update.Source{Key: values["UpdateKey"], Address: values["UpdateAddress"]}
	if err := source.Check(); err != nil {
		t.Error(err)
	}
	if (source.Address != "") != source.Can() {
		t.Errorf("FyneApp.toml names %+v", source)
	}
}
