// SPDX-License-Identifier: GPL-3.0-or-later

package secret_test

import (
	"runtime"
	"testing"

	"passerby/net/secret"
)

func TestDoCalls(t *testing.T) {
	t.Run("once", func(t *testing.T) {
		calls := 0
		secret.Do(func() { calls++ })
		if calls != 1 {
			t.Errorf("called %d times", calls)
		}
	})
	t.Run("nested", func(t *testing.T) {
		var order []int
		secret.Do(func() {
			order = append(order, 1)
			secret.Do(func() { order = append(order, 2) })
			order = append(order, 3)
		})
		if len(order) != 3 || order[0] != 1 || order[1] != 2 || order[2] != 3 {
			t.Errorf("ran in the order %v", order)
		}
	})
	t.Run("with a panic", func(t *testing.T) {
		defer func() {
			if p := recover(); p != "reason" {
				t.Errorf("recovered %v", p)
			}
		}()
		secret.Do(func() { panic("reason") })
		t.Error("went on")
	})
	t.Run("and goes on after a panic", func(t *testing.T) {
		func() {
			defer func() { _ = recover() }()
			secret.Do(func() { panic("reason") })
		}()
		done := false
		secret.Do(func() { done = true })
		if !done {
			t.Error("not called")
		}
	})
	t.Run("with Goexit", func(t *testing.T) {
		ended := make(chan bool, 1)
		go func() {
			defer func() { ended <- true }()
			secret.Do(runtime.Goexit)
			t.Error("went on")
		}()
		<-ended
	})
	t.Run("from many goroutines", func(t *testing.T) {
		const many = 64
		sums := make(chan int, many)
		for i := range many {
			go func() {
				sum := 0
				for range 100 {
					secret.Do(func() {
						sum += deep(50, i)
						runtime.Gosched()
					})
				}
				sums <- sum
			}()
		}
		total := 0
		for range many {
			total += <-sums
		}
		if want := 100 * 51 * many * (many - 1) / 2; total != want {
			t.Errorf("the sum is %d, want %d", total, want)
		}
	})
}

// deep grows the stack and counts on its way back.
//
//go:noinline
func deep(depth, each int) int {
	var room [256]byte
	room[depth] = byte(each)
	if depth == 0 {
		return int(room[0])
	}
	return deep(depth-1, each) + int(room[depth])
}

func BenchmarkDo(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		secret.Do(func() {})
	}
}
