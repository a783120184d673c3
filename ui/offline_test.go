// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
)

func TestNothingIsLoadedFromTheNetwork(t *testing.T) {
	// given a server, and a program that could reach it
	asked := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	transport, client := http.DefaultTransport, http.DefaultClient
	defer func() { http.DefaultTransport, http.DefaultClient = transport, client }()
	test.NewTempApp(t)

	// when it is kept from the network
	refuse()

	// then none of Fyne's ways there work, and none of the library's
	for _, scheme := range []string{"http", "https"} {
		uri, err := storage.ParseURI(strings.Replace(server.URL, "http", scheme, 1) + "/x.png")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := storage.Reader(uri); !errors.Is(err, errOffline) {
			t.Errorf("%s: Reader: %v", scheme, err)
		}
		if _, err := storage.CanRead(uri); !errors.Is(err, errOffline) {
			t.Errorf("%s: CanRead: %v", scheme, err)
		}
		if _, err := storage.Exists(uri); !errors.Is(err, errOffline) {
			t.Errorf("%s: Exists: %v", scheme, err)
		}
	}
	if _, err := fyne.LoadResourceFromURLString(server.URL); err == nil {
		t.Error("a resource was loaded from a URL")
	}
	answer, err := http.Get(server.URL)
	if !errors.Is(err, errOffline) {
		t.Errorf("http.Get: %v", err)
	}
	if err == nil {
		answer.Body.Close()
	}
	if asked {
		t.Error("the server was asked")
	}
}

// Some of Fyne's doors stay shut in every file of this package: through them
// what a stranger wrote could fetch a picture, open a browser, reach the
// system's shell, or touch the disk.
func TestDoorsThatStayShut(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, door := range []string{
			"Markdown", "NewHyperlink", "Hyperlink{", "HyperlinkSegment", "ImageSegment", ".OpenURL(",
			"NewImageFromURI", "NewImageFromFile", "LoadResourceFrom", ".SendNotification(", ".ScheduleNotification(", "Preferences(",
			"dialog.", ".Storage(", ".Cache(",
		} {
			if strings.Contains(string(source), door) {
				t.Errorf("%s uses %s", file, door)
			}
		}
	}
}

func TestTheAppKeepsToItself(t *testing.T) {
	inner := test.NewTempApp(t)
	a := calmApp{inner}
	fyne.SetCurrentApp(a)
	defer fyne.SetCurrentApp(inner)
	if err := a.OpenURL(nil); !errors.Is(err, errOffline) {
		t.Errorf("OpenURL: %v", err)
	}
	if _, err := a.ScheduleNotification(nil, time.Now()); !errors.Is(err, errOffline) {
		t.Errorf("ScheduleNotification: %v", err)
	}
	a.SendNotification(fyne.NewNotification("title", "$(text)"))
	// Fyne's widgets stand still; whether the mark may move is asked elsewhere.
	if a.Settings().ShowAnimations() {
		t.Error("Fyne's widgets move")
	}
	if mayMove() != inner.Settings().ShowAnimations() {
		t.Error("the person's own setting is not heard")
	}
}

func TestIdentityIsThatOfThePackage(t *testing.T) {
	toml, err := os.ReadFile("../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`Name = "` + appName + `"`, `ID = "` + appID + `"`, `Version = "0.1.0"`, `Build = 1`, "fyneDo = true",
	} {
		if !strings.Contains(string(toml), want) {
			t.Errorf("FyneApp.toml lacks %s", want)
		}
	}
}
