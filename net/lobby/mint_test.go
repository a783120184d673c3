// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/onion/oniontest"
)

func TestASpareHasItsWorkDoneForThisEpochAndTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Cost{Memory: 8, Effort: 3}
		l := New(t.Context(), Params{Network: oniontest.New().Node(), Mesh: alone{}, Name: "test", Cost: c})
		defer l.Close()
		spare := <-l.spares
		for range 3 { // epochs
			// when nobody looks for anybody
			time.Sleep(time.Minute)
			synctest.Wait()
			// then its work is done, at what it would be minted at
			epoch := l.clock.epoch()
			for _, e := range []uint32{epoch, epoch + 1} {
				done, ok := spare.purse.get(e, c.Effort+effortMargin)
				if b := (Beacon{Epoch: e, Address: spare.address}); !ok || !c.Memory.Valid("test", b.subject(), done.nonce, done.effort) {
					t.Fatalf("epoch %d: %v, %v", e, done, ok)
				}
			}
			time.Sleep(Epoch - time.Minute)
		}
		spare.close()
		if n := len(spare.purse.paid); n > 4 {
			t.Fatalf("work for %d epochs is kept", n)
		}
	})
}

func TestWhatIsNeededNowGoesBeforeWhatIsDoneAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMinter()
		// given work done ahead that takes for ever
		var ahead error
		go func() {
			ahead = m.run(t.Context(), true, func(ctx context.Context) error {
				<-ctx.Done()
				return ctx.Err()
			})
		}()
		synctest.Wait()
		// when some is needed now
		done := make(chan error)
		go func() { done <- m.run(t.Context(), false, func(context.Context) error { return nil }) }()
		// then it gives way
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !errors.Is(ahead, context.Canceled) {
			t.Fatalf("got %v", ahead)
		}
		// and what is to be done ahead meanwhile gives way at once
		holding := make(chan struct{})
		go func() {
			m.run(t.Context(), false, func(context.Context) error { <-holding; return nil })
		}()
		synctest.Wait()
		waiting, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := m.run(waiting, true, func(context.Context) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("two at once: %v", err)
		}
		close(holding)
	})
}
