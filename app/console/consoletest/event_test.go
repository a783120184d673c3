// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import "testing"

func TestEventsOfTheContract(t *testing.T) {
	for _, line := range []string{
		`{"event":"tor","progress":0,"summary":""}`,
		`{"event":"mesh","peers":0,"sources":{"slots":1,"invites":0,"remembered":0},"slots_alone":false}`,
		`{"event":"ready"}`,
		`{"event":"seeking"}`,
		`{"event":"matched","interests":[]}`,
		`{"event":"received","text":"a\nb"}`,
		`{"event":"sent","id":1}`,
		`{"event":"delivered","id":1}`,
		`{"event":"reconnecting"}`,
		`{"event":"resumed"}`,
		`{"event":"ended","reason":"you left"}`,
		`{"event":"ended","reason":"they left"}`,
		`{"event":"ended","reason":"blocked"}`,
		`{"event":"ended","reason":"lost","undelivered":[]}`,
		`{"event":"ended","reason":"lost","undelivered":[3,4]}`,
		`{"event":"error","message":"no"}`,
		`{"event":"update","status":"asking"}`,
		`{"event":"update","status":"newest"}`,
		`{"event":"update","status":"newer","version":"1.2.3","files":[{"name":"a","sha256":"00"}]}`,
		`{"event":"update","status":"failed","problem":"no"}`,
	} {
		if _, err := parseEvent([]byte(line)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestEventsThatBreakTheContract(t *testing.T) {
	for name, line := range map[string]string{
		"empty":                  ``,
		"no JSON":                `ready`,
		"no object":              `[]`,
		"no event":               `{}`,
		"unknown event":          `{"event":"typing"}`,
		"unknown field":          `{"event":"ready","at":1}`,
		"field of another event": `{"event":"ready","id":1}`,
		"field missing":          `{"event":"tor","progress":1}`,
		"field null":             `{"event":"matched","interests":null}`,
		"wrong type":             `{"event":"sent","id":"1"}`,
		"two on one line":        `{"event":"ready"}{"event":"ready"}`,
		"unknown reason":         `{"event":"ended","reason":"bored"}`,
		"no word of the lost":    `{"event":"ended","reason":"lost"}`,
		"null of the lost":       `{"event":"ended","reason":"lost","undelivered":null}`,
		"unknown status":         `{"event":"update","status":"bored"}`,
		"newer without files":    `{"event":"update","status":"newer","version":"1.2.3"}`,
		"files of no version":    `{"event":"update","status":"newest","files":[]}`,
		"the lost of who left":   `{"event":"ended","reason":"you left","undelivered":[]}`,
	} {
		if _, err := parseEvent([]byte(line)); err == nil {
			t.Errorf("%s: taken: %s", name, line)
		}
	}
}
