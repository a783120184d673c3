// SPDX-License-Identifier: GPL-3.0-or-later

package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"passerby/net/session"
)

func TestBothSidesExportTheSameSecretAndNobodyElseDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := make(map[[32]byte]bool)
		for range 3 {
			// given a conversation
			dialer, answerer := talk(t)
			secret := dialer.Exported()
			// then both have the same secret, another than in any other
			// conversation
			if secret != answerer.Exported() {
				t.Error("the two sides differ")
			}
			if secret == [32]byte{} || seen[secret] {
				t.Errorf("%x is no secret of this conversation", secret)
			}
			seen[secret] = true
			// and one of them is the first
			if !dialer.Dialed() || answerer.Dialed() {
				t.Errorf("dialed: %v and %v", dialer.Dialed(), answerer.Dialed())
			}
			// and when keys are renewed, then it stays
			time.Sleep(session.RenewTime + time.Minute)
			if dialer.Exported() != secret || answerer.Exported() != secret {
				t.Error("it changed")
			}
			// and when it has ended, then nobody has it any more
			dialer.Close()
			answerer.Close()
			for _, side := range []*session.Session{dialer, answerer} {
				for range side.Events() { // up to the last one
				}
			}
			if dialer.Exported() != [32]byte{} || answerer.Exported() != [32]byte{} {
				t.Error("it outlived the conversation")
			}
		}
	})
}
