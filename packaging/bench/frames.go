// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// benchmark is one of package session: its name and what it measured, by
// unit.
type benchmark struct {
	name   string
	values map[string][]float64
}

// experiments are the builds that are compared; see package secret.
var experiments = [2]string{"GOEXPERIMENT=noruntimesecret", "GOEXPERIMENT=runtimesecret"}

// measureFrames runs package session's benchmarks of a frame in both builds,
// runs times.
func measureFrames(ctx context.Context, runs int, tell func(string, ...any)) (plain, erasing []benchmark, err error) {
	var builds [2][]benchmark
	for i, experiment := range experiments {
		tell("frames with %s, which may have to build much of Go first", experiment)
		args := append(append([]string{"test"}, buildFlags...), "-run=^$", "-bench=^BenchmarkFrame", "-benchmem",
			"-count="+strconv.Itoa(runs), "passerby/net/session")
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Env = append(os.Environ(), experiment)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w\n%s", experiment, err, out)
		}
		if builds[i] = parseBenchmarks(string(out)); len(builds[i]) == 0 {
			return nil, nil, errors.New("passerby/net/session has no BenchmarkFrame")
		}
	}
	return builds[0], builds[1], nil
}

// processors is what Go adds to a benchmark's name where there are several.
var processors = regexp.MustCompile(`-\d+$`)

// parseBenchmarks reads what go test says: "BenchmarkName-2  100  7 ns/op …".
func parseBenchmarks(out string) (all []benchmark) {
	for text := range strings.Lines(out) {
		words := strings.Fields(text)
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := processors.ReplaceAllString(strings.TrimPrefix(words[0], "Benchmark"), "")
		at := slices.IndexFunc(all, func(b benchmark) bool { return b.name == name })
		if at < 0 {
			at = len(all)
			all = append(all, benchmark{name, make(map[string][]float64)})
		}
		for i := 2; i+1 < len(words); i += 2 {
			if v, err := strconv.ParseFloat(words[i], 64); err == nil {
				all[at].values[words[i+1]] = append(all[at].values[words[i+1]], v)
			}
		}
	}
	return all
}

// frameLines are the lines of the table about frames.
func frameLines(plain, erasing []benchmark) (lines []line) {
	for _, p := range plain {
		at := slices.IndexFunc(erasing, func(e benchmark) bool { return e.name == p.name })
		if at < 0 {
			continue
		}
		name := strings.ToLower(p.name)
		for _, kind := range []struct {
			what, key string
			show      unit
		}{
			{"allocations", "allocs/op", number}, {"allocated", "B/op", fewBytes}, {"time", "ns/op", nanoseconds},
		} {
			lines = append(lines, line{what: name + ": " + kind.what + ", plain | runtimesecret", unit: kind.show,
				floor: p.values[kind.key], ours: erasing[at].values[kind.key], aim: aim{kind: shownRatio}})
		}
	}
	return lines
}
