// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"
)

// Config is what a person can choose about tor.
type Config struct {
	// Path is the tor program, or "" to look in the folder "tor" beside this
	// program, then on Linux in /usr/bin, /usr/sbin and /usr/local/bin. A copy
	// that came with its own tor uses no other unless it is named here.
	Path string
	// Profile is a folder for this copy alone. It is made, and closed to other
	// users, if need be. tor's own folder in it is Profile/tor.
	Profile string
	// Torrc is a file of lines to add to tor's configuration, as bridges or a
	// private network, or "". Lines that would undo what Passerby promises are
	// refused. At most 64 KiB.
	Torrc string

	pause time.Duration // before the first restart; 0 means firstPause
}

// Tor is one tor process with its supervisor. Its methods are safe for
// concurrent use.
type Tor struct {
	path    string
	chosen  bool // path was named by a person
	profile *profile
	run     *runFolder
	extra   *extraTorrc
	secret  [32]byte // makes isolation strings unreadable for tor
	pause   time.Duration

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup // everything that runs

	mu       sync.Mutex
	closing  bool
	status   Status
	current  *instance           // the tor that runs, or nil
	changed  chan struct{}       // closed and replaced at each change of status or current
	services map[string]*service // open ones by service ID
	targets  uint64              // counts the targets of services
	noPoW    bool                // this tor refused proof-of-work defences
	skew     time.Duration       // by which our clock is ahead, as the network last said
	renewing *renewal            // the Renew under way, or nil
	latest   consensus           // as tor last told
	asked    time.Time           // when it did

	closeOnce sync.Once
	closeErr  error
}

// startAttempts is how often Start tries again while an earlier tor of the same
// profile, whose owner was killed, is still on its way out.
const startAttempts = 3

// Start checks cfg, starts tor and returns when its control port answers; tor
// then connects to the network by itself, see [Tor.Watch]. ctx bounds the
// start alone. Errors wrap [ErrNoTor], [ErrTorChanged], [ErrTorTooOld],
// [ErrProfileNotWritable], [ErrProfileOpen], [ErrProfileInUse] or [ErrTorrc]
// where they apply, and say what to do.
func Start(ctx context.Context, cfg Config) (*Tor, error) {
	path, err := find(cfg.Path)
	if err != nil {
		return nil, err
	}
	if _, err := checkVersion(ctx, path); err != nil {
		return nil, err
	}
	extra, err := readTorrc(cfg.Torrc)
	if err != nil {
		return nil, err
	}
	profile, err := openProfile(cfg.Profile)
	if err != nil {
		return nil, err
	}
	run, err := makeRun(profile)
	if err != nil {
		profile.close()
		return nil, err
	}
	t := &Tor{
		path: path, chosen: cfg.Path != "", profile: profile, run: run, extra: extra, pause: cmp.Or(cfg.pause, firstPause),
		changed: make(chan struct{}), services: make(map[string]*service),
	}
	rand.Read(t.secret[:]) // never fails: crypto/rand ends the program instead
	t.ctx, t.cancel = context.WithCancel(context.Background())
	i, err := t.first(ctx)
	if err != nil {
		t.cancel()
		return nil, errors.Join(err, t.cleanUp())
	}
	t.adopt(i)
	t.wg.Go(func() { t.supervise(i) })
	return t, nil
}

// first writes the configuration and starts the first tor.
func (t *Tor) first(ctx context.Context) (i *instance, err error) {
	if err := t.run.write(torrcName, t.extra.String()); err != nil {
		return nil, err
	}
	if err := t.run.write(defaultsName, ""); err != nil {
		return nil, err
	}
	for range startAttempts {
		i, err = t.launch(ctx)
		if !errors.Is(err, ErrProfileInUse) {
			break
		}
	}
	return i, err
}

func (t *Tor) cleanUp() error {
	err := t.run.close()
	t.profile.close()
	return err
}

// Close ends tor and every stream and service, and returns when the process is
// gone and the profile is free. Every method fails with [ErrClosed] from then
// on.
func (t *Tor) Close() error {
	t.closeOnce.Do(func() {
		t.mu.Lock()
		t.closing = true
		t.status.Err = ErrClosed
		services := t.services
		t.services = make(map[string]*service)
		t.wake()
		t.mu.Unlock()
		t.cancel() // first: a tor that hangs must not hold up the rest
		for _, s := range services {
			s.end(ErrClosed)
		}
		t.wg.Wait()
		t.closeErr = t.cleanUp()
	})
	return t.closeErr
}

// Abandon ends tor at once, without letting it save what it learned since it
// last did: its connections break, and with them every circuit and onion
// service. Otherwise it is as Close. For when tenths of a second count.
func (t *Tor) Abandon() {
	t.mu.Lock()
	i := t.current
	t.mu.Unlock()
	if i != nil {
		i.process.cmd.Process.Kill() // fails only where it has ended meanwhile
	}
	t.Close()
}
