// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"passerby/tor"
)

// bootstrapTime bounds the wait for a tor to connect.
const bootstrapTime = 45 * time.Second

// plainTor is a tor with a profile of its own, which goes with it.
type plainTor struct {
	*tor.Tor
	dir string
}

// startTor starts a tor and waits until it is connected. It returns how long
// that took.
func startTor(ctx context.Context, torrc string) (_ *plainTor, took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, bootstrapTime)
	defer cancel()
	dir, err := os.MkdirTemp("", "passerby-bench-")
	if err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	t, err := tor.Start(ctx, tor.Config{Profile: dir, Torrc: torrc})
	if err != nil {
		return nil, 0, errors.Join(err, os.RemoveAll(dir))
	}
	p := &plainTor{t, dir}
	var last tor.Status
	for last = range t.Watch(ctx) {
		if last.Up {
			return p, time.Since(begin), nil
		}
		if last.Err != nil {
			break
		}
	}
	err = fmt.Errorf("a tor does not connect: %d %%, %s: %w", last.Progress, last.Summary, errors.Join(last.Err, context.Cause(ctx)))
	return nil, 0, errors.Join(err, p.Close())
}

// Close ends the tor and removes its profile.
func (p *plainTor) Close() error {
	return errors.Join(p.Tor.Close(), os.RemoveAll(p.dir))
}

// together runs n functions at once and returns when all have ended, with all
// their errors. The first error ends the context of the others.
func together(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if errs[i] = f(ctx, i); errs[i] != nil {
				cancel()
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// startTors starts n tors at once.
func startTors(ctx context.Context, torrc string, n int) ([]*plainTor, error) {
	tors := make([]*plainTor, n)
	err := together(ctx, n, func(ctx context.Context, i int) (err error) {
		tors[i], _, err = startTor(ctx, torrc)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, closeTors(tors))
	}
	return tors, nil
}

// closeTors closes those that are there.
func closeTors(tors []*plainTor) error {
	return together(context.Background(), len(tors), func(_ context.Context, i int) error {
		if tors[i] == nil {
			return nil
		}
		return tors[i].Close()
	})
}
