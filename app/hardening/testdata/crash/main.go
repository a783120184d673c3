// SPDX-License-Identifier: GPL-3.0-or-later

// Crash dies in the way that its argument names, with the text of its second
// argument wherever the runtime might print it.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"passerby/app/hardening"
)

type message struct{ text string }

func (m message) Error() string { return "message: " + m.text }

type said string

var ways = map[string]func(text string){
	"panic with a string":       func(text string) { panic(text) },
	"panic with a named string": func(text string) { panic(said(text)) },
	"panic with an error":       func(text string) { panic(errors.New(text)) },
	"panic with a nested error": func(text string) { panic(fmt.Errorf("frame 3: %w", fmt.Errorf("decode: %w", message{text}))) },
	"panic with a struct":       func(text string) { panic(struct{ message }{message{text}}) },
	"panic in a goroutine":      func(text string) { go panic(text); time.Sleep(time.Minute) },
	"panic in a deferred call":  func(text string) { defer func() { panic("then " + text) }(); panic(text) },
	"panic raised again":        func(text string) { defer func() { panic(recover()) }(); panic(text) },
	"panic while printing":      func(string) { panic(bad{}) },
	"write to a nil map":        func(text string) { var m map[string]string; m[text] = text },
	"failed type assertion":     func(text string) { var v any = message{text}; _ = v.(fmt.Stringer) },
	"index out of range":        func(text string) { _ = text[len(text)+len(os.Args):] },
	"nil pointer":               func(text string) { var m *message; m.text = text },
	"stack overflow":            func(text string) { overflow(text) },
	"concurrent map writes":     race,
	"SIGABRT":                   signal(unix.SIGABRT),
	"SIGSEGV":                   signal(unix.SIGSEGV),
	"SIGQUIT":                   signal(unix.SIGQUIT),
	"SIGTRAP":                   signal(unix.SIGTRAP),
	"no window": func(text string) {
		log.Println("Fyne error: ", "window creation error")
		log.Println("  Cause:", errors.New("no GLX"))
		log.Println("  Cause:", text)
		log.Println("Fyne error: ", "something else")
		log.Println("  Cause:", text)
		os.Exit(2)
	},
	"log.Fatal":             func(text string) { log.Fatal(text) },
	"write to descriptor 2": func(text string) { _, _ = unix.Write(2, []byte(text)); os.Exit(2) },
	"write to os.Stderr":    func(text string) { fmt.Fprintln(os.Stderr, text); os.Exit(2) },
	"no fault":              func(string) { time.Sleep(50 * time.Millisecond); os.Exit(2) },
}

type bad struct{}

func (bad) Error() string { panic(os.Args[2]) }

func overflow(text string) int { return overflow(text+"!"[:0]) + len(text) }

func race(text string) {
	m := map[string]int{}
	for range 8 {
		go func() {
			for {
				m[text]++
			}
		}()
	}
	time.Sleep(time.Minute)
}

func signal(s syscall.Signal) func(string) {
	return func(text string) {
		keep := []byte(text)
		_ = unix.Kill(unix.Getpid(), s)
		time.Sleep(time.Minute)
		fmt.Println(keep)
	}
}

func main() {
	errOut, measures := hardening.Start()
	if os.Args[1] == "ways" {
		for way := range ways {
			fmt.Println(way)
		}
		return
	}
	if os.Args[1] == "measures" {
		for _, m := range measures {
			fmt.Printf("%t: %s: %s\n", m.Holds, m.Name, m.Why)
		}
		var limit unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
			panic(err)
		}
		dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		fmt.Printf("core dumps have at most %d of %d bytes\ndumpable is %d, %v\n", limit.Cur, limit.Max, dumpable, err)
		own, err := os.ReadDir("/proc/self/fd")
		fmt.Printf("sees its own descriptors: %t, %v\n", len(own) > 2, err)
		return
	}
	fmt.Fprintln(errOut, "own words")
	ways[os.Args[1]](os.Args[2])
}
