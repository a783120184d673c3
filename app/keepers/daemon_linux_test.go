// SPDX-License-Identifier: GPL-3.0-or-later

package keepers_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"

	"passerby/app/keepers"
)

// The same over a real bus, which hands signals only to those who ask for them.
func TestSecretServiceOverADaemon(t *testing.T) {
	client, server := daemon(t)
	f := serve(t, server)
	if _, err := server.RequestName("org.freedesktop.secrets", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	keepsKeys(t, f, keepers.SecretService(client))
}

// daemon starts a bus that starts nothing itself, and returns two connections to
// it.
func daemon(t *testing.T) (a, b *dbus.Conn) {
	t.Helper()
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Fatalf("cannot find dbus-daemon: run packaging/install-deps.sh test, or install dbus: %v", err)
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	text := fmt.Sprintf("<busconfig><type>session</type><listen>unix:path=%s</listen><policy context=\"default\">"+
		"<allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n",
		filepath.Join(dir, "bus"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait() // it was killed
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	for _, conn := range []**dbus.Conn{&a, &b} {
		if *conn, err = dbus.Connect(strings.TrimSpace(address)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { (*conn).Close() })
	}
	return a, b
}
