package main

import (
	_ "fyne.io/fyne/v2/app"
	_ "fyne.io/fyne/v2/container"
	_ "fyne.io/fyne/v2/widget"
	_ "fyne.io/fyne/v2/theme"
	_ "fyne.io/fyne/v2/test"
	_ "github.com/cretz/bine/control"
	_ "github.com/cretz/bine/process"
	_ "github.com/cretz/bine/torutil/ed25519"
	_ "github.com/cretz/bine/tor"
	_ "github.com/flynn/noise"
	_ "github.com/libp2p/go-libp2p/p2p/net/swarm"
	_ "github.com/libp2p/go-libp2p/p2p/net/upgrader"
	_ "github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	_ "github.com/libp2p/go-libp2p/p2p/security/noise"
	_ "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	_ "github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	_ "github.com/libp2p/go-libp2p/p2p/host/eventbus"
	_ "github.com/libp2p/go-libp2p-pubsub"
	_ "github.com/rivo/uniseg"
	_ "golang.org/x/net/proxy"
	_ "golang.org/x/text/unicode/norm"
	_ "go.uber.org/goleak"
	_ "golang.org/x/sys/unix"
	_ "filippo.io/edwards25519"
)

func main() {}
