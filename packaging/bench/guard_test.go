// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReportGuard(t *testing.T) {
	var out bytes.Buffer
	if err := reportGuard(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"card", "move_platform", "identifier without address and name", "alarms in 100 harmless lines"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report says nothing of %q:\n%s", want, out.String())
		}
	}
}

func TestReportPresidio(t *testing.T) {
	// given texts in the set's form, one with a letter of two bytes before the span
	path := filepath.Join(t.TempDir(), "set.json")
	const set = `[
	  {"full_text": "é card 4111111111111111", "spans": [{"entity_type": "CREDIT_CARD", "start_position": 7, "end_position": 23}]},
	  {"full_text": "since 1977", "spans": [{"entity_type": "DATE_TIME", "start_position": 6, "end_position": 10}]}]`
	if err := os.WriteFile(path, []byte(set), 0o600); err != nil {
		t.Fatal(err)
	}
	// when
	var out bytes.Buffer
	if err := reportPresidio(&out, path); err != nil {
		t.Fatal(err)
	}
	// then
	if !strings.Contains(out.String(), "recall 1.00, F2 1.00") || strings.Contains(out.String(), "DATE_TIME") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestReportPresidioRefuses(t *testing.T) {
	for name, body := range map[string]string{"none": "[]", "other": `{"a":1}`, "broken": "["} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := reportPresidio(&bytes.Buffer{}, path); err == nil || !strings.Contains(err.Error(), "PRESIDIO") {
			t.Errorf("%s: got %v, want an error that names PRESIDIO", name, err)
		}
	}
}
