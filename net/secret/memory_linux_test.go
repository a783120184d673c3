// SPDX-License-Identifier: GPL-3.0-or-later

package secret_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha512"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"passerby/net/secret"
)

// key is a random key that nobody knows but memory: what is kept of it is its
// complement, so that looking for it adds no copy to be found.
type key struct{ complement [48]byte }

// newKey derives a key as the session does: a hash, inside Do.
func newKey() *key {
	k := new(key)
	secret.Do(func() {
		seed := make([]byte, 32)
		_, _ = rand.Read(seed)
		sum := sha512.Sum384(seed)
		for i := range k.complement {
			k.complement[i] = ^sum[i]
		}
	})
	return k
}

// write puts the key in dst.
func (k *key) write(dst []byte) {
	for i := range k.complement {
		dst[i] = ^k.complement[i]
	}
}

// count returns how often the key is in this process's writable memory, or
// more where a copy lies on the border of two readings.
func (k *key) count(t *testing.T) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	mem, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	const chunk = 64 << 10
	buf := make([]byte, chunk+len(k.complement))
	found := 0
	for lines := bufio.NewScanner(bytes.NewReader(maps)); lines.Scan(); {
		var from, to uint64
		var may string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &may); err != nil {
			t.Fatal(err)
		}
		// The race detector's notes are terabytes of address space, and hold
		// no values.
		if !strings.HasPrefix(may, "rw") || to-from > 1<<30 {
			continue
		}
		for at := from; at < to; at += chunk {
			n := min(to-at, uint64(len(buf)))
			if _, err := mem.ReadAt(buf[:n], int64(at)); err != nil {
				break // not readable, as the kernel's own pages
			}
			found += k.in(buf[:n])
			clear(buf)
		}
	}
	return found
}

// in returns how often the key is in b.
func (k *key) in(b []byte) int {
	n := 0
	for len(b) >= len(k.complement) {
		i := bytes.IndexByte(b, ^k.complement[0])
		if i < 0 || len(b)-i < len(k.complement) {
			break
		}
		same := true
		for j, c := range k.complement {
			same = same && b[i+j] == ^c
		}
		if same {
			n++
		}
		b = b[i+1:]
	}
	return n
}

// check says whether what is found in memory agrees with [secret.Erases].
func (k *key) check(t *testing.T, what string) {
	t.Helper()
	switch n := k.count(t); {
	case secret.Erases && n > 0:
		t.Errorf("%s: the key is still in memory, %d times", what, n)
	case !secret.Erases && n == 0:
		t.Errorf("%s: the key is gone although this build claims no erasure: the test sees too little", what)
	}
}

// collect frees what nothing refers to and waits until it is swept.
func collect() {
	for range 3 {
		runtime.GC()
	}
}

// onStack leaves the key in a frame deep in the stack, where what is called
// next does not write over it.
//
//go:noinline
func onStack(k *key, depth int) byte {
	var frame [1024]byte
	if depth > 0 {
		return onStack(k, depth-1) + frame[depth]
	}
	k.write(frame[100:])
	return frame[100+len(k.complement)]
}

func TestStackIsErasedAtOnce(t *testing.T) {
	for range 3 {
		k := newKey()
		secret.Do(func() { onStack(k, 8) })
		k.check(t, "after Do")
	}
}

func TestStackIsErasedAfterAPanic(t *testing.T) {
	k := newKey()
	func() {
		defer func() { _ = recover() }()
		secret.Do(func() {
			onStack(k, 8)
			panic("reason")
		})
	}()
	k.check(t, "after the panic")
}

func TestStackThatMovedIsErased(t *testing.T) {
	k := newKey()
	done := make(chan bool)
	go func() { // a new goroutine's stack is small and moves as it grows
		defer close(done)
		secret.Do(func() {
			onStack(k, 0)
			onStack(k, 64)
		})
	}()
	<-done
	collect()
	k.check(t, "after the goroutine's end")
}

// cipher stands for any object that holds a key.
type cipher struct{ key [48]byte }

var kept *cipher // held here so that no compiler proves it unused

func TestHeapIsErasedOnceCollected(t *testing.T) {
	k := newKey()
	secret.Do(func() {
		for range 100 { // garbage of many sizes
			for size := len(k.complement); size < 100_000; size *= 3 {
				kept = nil
				b := make([]byte, size)
				k.write(b)
				_ = append(b, string(b)...)
			}
		}
	})
	collect()
	k.check(t, "after the collection")
}

func TestWhatLivesOnIsErasedAfterItsEnd(t *testing.T) {
	k := newKey()
	secret.Do(func() {
		kept = new(cipher)
		k.write(kept.key[:])
	})
	collect()
	if k.count(t) == 0 {
		t.Error("a key in use cannot be found: this test sees nothing")
	}
	kept = nil
	collect()
	k.check(t, "after the last use")
}

func TestWhatIsNotErased(t *testing.T) {
	for _, tc := range []struct {
		name string
		run  func(k *key) (hold any)
	}{
		{"memory from before the call", func(k *key) any {
			b := make([]byte, 48)
			secret.Do(func() { k.write(b) })
			return b
		}},
		{"a string handed out", func(k *key) any {
			var s string
			secret.Do(func() {
				b := make([]byte, 48)
				k.write(b)
				s = string(b)
			})
			return s
		}},
		{"another goroutine", func(k *key) any {
			held := make(chan []byte)
			secret.Do(func() {
				go func() {
					b := make([]byte, 48)
					k.write(b)
					held <- b
				}()
			})
			return <-held
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k := newKey()
			hold := tc.run(k)
			collect()
			if k.count(t) == 0 {
				t.Error("erased: the documentation says that it is not")
			}
			runtime.KeepAlive(hold)
		})
	}
}
