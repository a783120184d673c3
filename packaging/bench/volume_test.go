// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestUsesSayWhatTheirNamesSay(t *testing.T) {
	for _, test := range []struct {
		window           time.Duration
		messages, length int // of all uses, in their order
		use              int
	}{
		{time.Minute, 0, 0, 0},
		{time.Minute, 6, 6 * len(typed), 1},
		{time.Minute, 1, 4000, 2},
		{15 * time.Second, 1, len(typed), 1},
		{15 * time.Second, 1, 1000, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			u := uses[test.use]
			begin := time.Now()
			messages, length := 0, 0
			err := u.say(t.Context(), func(text string) error {
				if at := time.Since(begin); at <= 0 || at >= test.window {
					t.Errorf("%s: said after %v of %v", u.name, at, test.window)
				}
				messages, length = messages+1, length+len(text)
				return nil
			}, test.window)
			if err != nil || messages != test.messages || length != test.length {
				t.Errorf("%s for %v: %d messages of %d characters, %v", u.name, test.window, messages, length, err)
			}
		})
	}
}
