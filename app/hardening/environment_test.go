// SPDX-License-Identifier: GPL-3.0-or-later

package hardening_test

import (
	"strings"
	"testing"

	"passerby/app/hardening"
)

func TestRefuse(t *testing.T) {
	for _, tc := range []struct {
		environ string
		refused string // the name that the error tells, or "" for none
	}{
		{"", ""},
		{"HOME=/home/a", ""},
		{"GOLOG_LOG_LEVEL=debug", "GOLOG_LOG_LEVEL"},
		{"GOLOG_FILE=log", "GOLOG_FILE"},
		{"GOLOG_LOG_LEVEL=", ""},
		{"GOTRACEBACK=crash", "GOTRACEBACK"},
		{"GOTRACEBACK=wer", "GOTRACEBACK"},
		{"GOTRACEBACK=all", ""},
		{"GOTRACEBACK=system", ""},
		{"GOTRACEBACK=none", ""},
		{"GODEBUG=gctrace=1", "GODEBUG"},
		{"GODEBUG=", ""},
		{"GODEBUGGER=gdb", ""},
		{"HOME=GODEBUG=1", ""},
		{"GOLOG_LOG_LEVEL", ""},
	} {
		t.Run(tc.environ, func(t *testing.T) {
			err := hardening.Refuse([]string{"LANG=C", tc.environ, "TERM=dumb"})
			switch {
			case tc.refused == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.refused != "" && (err == nil || !strings.Contains(err.Error(), tc.refused+",")):
				t.Errorf("the error is %v", err)
			}
		})
	}
}
