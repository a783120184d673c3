// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"errors"
	"net/http"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage/repository"
)

// errOffline is what everything gets that would reach the internet past Tor.
var errOffline = errors.New("the window never goes online; only tor does")

// refuse takes from this process the ways to the internet that Fyne and the
// standard library set up by themselves: an image link in a text would
// otherwise fetch it past Tor. It is called after app.New, which registers
// loaders for http and https. That no name is resolved is main's care: the
// resolver is in use by the time there is a window.
func refuse() {
	for _, scheme := range []string{"http", "https"} {
		repository.Register(scheme, offline{})
	}
	http.DefaultTransport = offline{}
	http.DefaultClient = &http.Client{Transport: offline{}}
}

// offline is a loader and a transport that refuses.
type offline struct{}

func (offline) Exists(fyne.URI) (bool, error)                   { return false, errOffline }
func (offline) Reader(fyne.URI) (fyne.URIReadCloser, error)     { return nil, errOffline }
func (offline) CanRead(fyne.URI) (bool, error)                  { return false, errOffline }
func (offline) Destroy(string)                                  {}
func (offline) RoundTrip(*http.Request) (*http.Response, error) { return nil, errOffline }
