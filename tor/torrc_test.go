// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseTorrcAccepts(t *testing.T) {
	const file = "\ufeff# bridges of my own\r\n" +
		"UseBridges 1\r\n" +
		"\r\n" +
		"  Bridge obfs4 192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567 cert=a+/b iat-mode=0\n" +
		"\tClientTransportPlugin\tobfs4 exec /usr/bin/obfs4proxy\n" +
		"TestingTorNetwork 1 # inline\n" +
		"Socks5Proxy 127.0.0.1:1080"
	lines, err := parseTorrc([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	// then each option is on the line that it has in the person's file
	const want = "\nUseBridges 1\n\n" +
		"Bridge obfs4 192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567 cert=a+/b iat-mode=0\n" +
		"ClientTransportPlugin obfs4 exec /usr/bin/obfs4proxy\n" +
		"TestingTorNetwork 1 # inline\n" +
		"Socks5Proxy 127.0.0.1:1080\n"
	if got := (&extraTorrc{lines: lines}).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestParseTorrcRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ line, says string }{
		"our socket":         {"SocksPort 9050", isOurs},
		"other case":         {"sOcKsPoRt 9050", isOurs},
		"beginning of it":    {"SocksPo 9050", isOurs},
		"one letter":         {"S 1", "remove this line"},
		"control":            {"ControlPort 9051", isOurs},
		"control socket":     {"ControlSocket /tmp/c", isOurs},
		"password":           {"HashedControlPassword 16:00", isOurs},
		"no cookie":          {"CookieAuthentication 0", isOurs},
		"folder":             {"DataDirectory /tmp", isOurs},
		"not only a client":  {"ClientOnly 0", isOurs},
		"relay":              {"ORPort 9001", isRelay},
		"exit":               {"ExitRelay 1", isRelay},
		"listener":           {"DNSPort 53", isListener},
		"transparent":        {"TransPort 9040", isListener},
		"log file":           {"Log debug file /tmp/log", isLogging},
		"addresses in log":   {"SafeLogging 0", isOurs},
		"background":         {"RunAsDaemon 1", isProcess},
		"user":               {"User nobody", isProcess},
		"pid file":           {"PidFile /tmp/pid", isProcess},
		"owner":              {"__OwningControllerProcess 1", isProcess},
		"any hidden option":  {"__LeaveStreamsUnattached 1", isProcess},
		"service":            {"HiddenServiceDir /tmp/hs", isService},
		"no anonymity":       {"HiddenServiceNonAnonymousMode 1", isService},
		"one hop":            {"HiddenServiceSingleHopMode 1", isService},
		"beginning of those": {"HiddenS 1", isService},
		"include":            {"%include /etc/tor/torrc", "copy the lines"},
		"other sign":         {"+Bridge 1", "is no option"},
		"reset":              {"/Bridge", "is no option"},
		"next line":          {"UseBridges 1 \\", "backslash"},
		"comment goes on":    {"# all is well \\", "backslash"},
		"control character":  {"UseBridges 1\x00", "control character"},
		"lone return":        {"UseBridges 1\rSocksPort 9050", "control character"},
		"not text":           {"Nickname \xff", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseTorrc([]byte("# first\nUseBridges 0\n" + tc.line + "\n"))
			if !errors.Is(err, ErrTorrc) {
				t.Fatalf("got %v", err)
			}
			for _, want := range []string{"line 3", tc.says} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

// TestNoOptionIsRefusedForItsBeginning asks tor for all options that it has:
// one that is fine must not be refused because a refused one begins with its
// name.
func TestNoOptionIsRefusedForItsBeginning(t *testing.T) {
	path, err := find("")
	if err != nil {
		t.Fatal(err)
	}
	options, err := exec.Command(path, "--list-torrc-options").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := 0
	for option := range strings.FieldsSeq(string(options)) {
		why := refusal(option)
		if why == "" {
			allowed++
			continue
		}
		if _, ok := refused[strings.ToLower(option)]; !ok && why != isService && why != isProcess {
			t.Errorf("%s is refused for its beginning", option)
		}
	}
	if allowed < 200 {
		t.Errorf("only %d options are allowed", allowed)
	}
}

func TestReadTorrcBoundsTheSize(t *testing.T) {
	file := filepath.Join(t.TempDir(), "torrc")
	for name, tc := range map[string]struct {
		content string
		ok      bool
	}{
		"as much as is read":  {strings.Repeat("#", maxTorrc), true},
		"one byte more":       {strings.Repeat("#", maxTorrc+1), false},
		"many lines too many": {strings.Repeat("UseBridges 1\n", maxTorrc/4), false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := readTorrc(file); (err == nil) != tc.ok || (err != nil && !errors.Is(err, ErrTorrc)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzParseTorrc(f *testing.F) {
	f.Add([]byte("UseBridges 1\n# comment\n\nBridge 192.0.2.1:1\n"))
	f.Add([]byte("SocksPort 9050"))
	f.Add([]byte("%include /etc\\\n"))
	f.Add([]byte("DirAuthority a orport=1 \"b # c\" \r\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		lines, err := parseTorrc(content)
		if err != nil {
			if !errors.Is(err, ErrTorrc) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		text := (&extraTorrc{lines: lines}).String()
		if strings.ContainsAny(text, "\x00\r") || strings.Contains(text, "\\\n") {
			t.Fatalf("tor would read %q in another way", text)
		}
		for _, l := range lines {
			if why := refusal(l.keyword); why != "" {
				t.Fatalf("%q passed, though it %s", l.keyword, why)
			}
		}
		again, err := parseTorrc([]byte(text))
		if err != nil || len(again) != len(lines) {
			t.Fatalf("%q does not survive a second reading: %v", text, err)
		}
		for i := range lines {
			if again[i] != lines[i] {
				t.Fatalf("%+v became %+v", lines[i], again[i])
			}
		}
	})
}
