// SPDX-License-Identifier: GPL-3.0-or-later

// Testnet runs a private Tor network on loopback until it is told to stop, for
// trying Passerby, or any tor, without the internet.
//
//	go run ./tor/testnet/cmd/testnet [-hop-delay 20ms] [-relays 5]
//
// When the network is up, one line on standard output names a file of torrc
// lines; a tor that is given these lives in the network. All else goes to
// standard error. Ctrl-C, SIGTERM or SIGHUP ends it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"passerby/tor/testnet"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "testnet:", err)
		os.Exit(1)
	}
}

func run() error {
	var config testnet.Config
	flag.IntVar(&config.Authorities, "authorities", 3, "directory `authorities`, which relay too")
	flag.IntVar(&config.Relays, "relays", 5, "`relays` beside the authorities")
	flag.DurationVar(&config.HopDelay, "hop-delay", 0, "`time` that each relay's line takes, each way, such as 20ms")
	flag.DurationVar(&config.VotingInterval, "voting-interval", 10*time.Second, "`time` from one consensus to the next")
	flag.StringVar(&config.Tor, "tor", "", "`path` of the tor program (default: the system's)")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unknown argument %q; see -help", flag.Arg(0))
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	fmt.Fprintln(os.Stderr, "Starting a private Tor network on this machine. This takes 10 to 20 seconds.")
	begin := time.Now()
	network, err := testnet.Start(ctx, config)
	if ctx.Err() != nil {
		return nil // asked to stop: no failure
	}
	if err != nil {
		return err
	}
	fmt.Println(network.TorrcFile())
	fmt.Fprintf(os.Stderr, `Ready after %.1f seconds, until Ctrl-C. Use it with
  passerby --torrc %[2]s
or add its lines to the configuration of any tor:
  cat %[2]s >> my-torrc && tor -f my-torrc
`, time.Since(begin).Seconds(), network.TorrcFile())
	<-ctx.Done()
	return network.Close()
}
