// SPDX-License-Identifier: GPL-3.0-or-later

package tor

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxTorrc bounds the extra configuration, in bytes.
const maxTorrc = 64 << 10

// extraLine is one option of the extra configuration.
type extraLine struct {
	number  int // of the line in the file, from 1
	keyword string
	value   string
}

// extraTorrc is the person's addition to tor's configuration.
type extraTorrc struct {
	file  string
	lines []extraLine
}

// readTorrc reads and checks the file, or returns an empty addition for "".
func readTorrc(file string) (*extraTorrc, error) {
	if file == "" {
		return &extraTorrc{}, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, advise(ErrTorrc, err.Error(), "name a file that can be read after --torrc")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxTorrc+1))
	if err != nil {
		return nil, advise(ErrTorrc, err.Error(), "name a file that can be read after --torrc")
	}
	lines, err := parseTorrc(content)
	if err != nil {
		return nil, fmt.Errorf("%w (in %s)", err, file)
	}
	return &extraTorrc{file: file, lines: lines}, nil
}

// parseTorrc reads options, one on each line, in the form of torrc(5) less
// what is not needed: lines that go on after a backslash, %include, and
// options that would undo what Passerby promises or needs.
func parseTorrc(content []byte) ([]extraLine, error) {
	if len(content) > maxTorrc {
		return nil, advise(ErrTorrc, fmt.Sprintf("more than %d bytes", maxTorrc), "keep only the lines that are needed")
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // some editors begin a text file so
	var lines []extraLine
	scanner := bufio.NewScanner(bytes.NewReader(content))
	scanner.Buffer(nil, maxTorrc+2)
	for number := 1; scanner.Scan(); number++ {
		line, err := parseTorrcLine(scanner.Text())
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if line.keyword != "" {
			line.number = number
			lines = append(lines, line)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTorrc, err)
	}
	return lines, nil
}

// parseTorrcLine reads one line. The keyword is "" where there is none.
func parseTorrcLine(text string) (extraLine, error) {
	if !utf8.ValidString(text) {
		return extraLine{}, advise(ErrTorrc, "it is not UTF-8 text", "save the file as plain text")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return (r < ' ' && r != '\t') || r == 0x7f }) {
		return extraLine{}, advise(ErrTorrc, "it holds a control character", "save the file as plain text")
	}
	text = strings.Trim(text, " \t")
	if strings.HasSuffix(text, `\`) {
		return extraLine{}, advise(ErrTorrc, "it goes on after a backslash", "write each option on one line")
	}
	if text == "" || text[0] == '#' {
		return extraLine{}, nil
	}
	keyword, value := text, ""
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		keyword, value = text[:i], strings.Trim(text[i:], " \t")
	}
	if strings.HasPrefix(keyword, "%") {
		return extraLine{}, advise(ErrTorrc, fmt.Sprintf("%s is not supported", quote(keyword)), "copy the lines of the other file into this one")
	}
	if strings.Trim(keyword, letters) != "" {
		return extraLine{}, advise(ErrTorrc, fmt.Sprintf("%s is no option", quote(keyword)), "begin each line with the name of a tor option")
	}
	if why := refusal(keyword); why != "" {
		return extraLine{}, advise(ErrTorrc, fmt.Sprintf("%s %s", quote(keyword), why), "remove this line")
	}
	return extraLine{keyword: keyword, value: value}, nil
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// quote returns s in quotes, cut to a length that a message can hold.
func quote(s string) string {
	const longest = 40
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return `"` + s + `"`
}

const (
	isOurs     = "is set by Passerby itself"
	isLogging  = "would write a log or change what tor tells Passerby"
	isListener = "would open a port of this computer"
	isRelay    = "would make this copy a relay"
	isService  = "would publish an onion service that is not Passerby's"
	isProcess  = "would take tor out of Passerby's hands"
)

// refused names the options that the extra configuration may not hold, in
// lower case. tor takes an option's beginning for the option, so beginnings
// are refused too; see refusal.
var refused = map[string]string{
	"accountingmax": isRelay, "avoiddiskwrites": isOurs, "bridgerelay": isRelay,
	"cachedirectory": isOurs, "cachedirectorygroupreadable": isOurs, "clientonly": isOurs,
	"controllistenaddress": isListener, "controlport": isOurs, "controlportfilegroupreadable": isOurs,
	"controlportwritetofile": isOurs, "controlsocket": isOurs, "controlsocketsgroupwritable": isOurs,
	"cookieauthentication": isOurs, "cookieauthfile": isOurs, "cookieauthfilegroupreadable": isOurs,
	"datadirectory": isOurs, "datadirectorygroupreadable": isOurs,
	"authoritativedirectory": isRelay, "v3authoritativedirectory": isRelay, "bridgeauthoritativedir": isRelay,
	"dirport": isRelay, "dnsport": isListener, "dnslistenaddress": isListener,
	"dormantcanceledbystartup": isOurs, "exitrelay": isRelay,
	"extorport": isListener, "extorportcookieauthfile": isListener, "extorportcookieauthfilegroupreadable": isListener,
	"familykeydirectory": isRelay, "fetchhidservdescriptors": isOurs, "hashedcontrolpassword": isOurs,
	"httptunnelport": isListener, "keydirectory": isOurs, "keydirectorygroupreadable": isOurs,
	"log": isLogging, "logmessagedomains": isLogging, "logtimegranularity": isLogging,
	"androididentitytag": isLogging, "syslogidentitytag": isLogging, "truncatelogfile": isLogging,
	"maxunparseabledescsizetolog": isLogging, "safelogging": isOurs,
	"metricsport": isListener, "metricsportpolicy": isListener,
	"natdport": isListener, "natdlistenaddress": isListener, "orport": isRelay, "orlistenaddress": isRelay,
	"owningcontrollerprocess": isProcess, "pidfile": isProcess, "publishhidservdescriptors": isOurs,
	"runasdaemon": isProcess, "user": isProcess,
	"servertransportplugin": isRelay, "servertransportlistenaddr": isRelay,
	"socksport": isOurs, "sockspolicy": isOurs, "sockslistenaddress": isOurs,
	"transport": isListener, "translistenaddress": isListener, "unixsocksgroupwritable": isOurs,
}

// sparedBeginnings are options that are allowed although a refused one begins
// with the same letters. tor prefers the exact name.
var sparedBeginnings = []string{"bridge"}

// refusal says why an option is refused, or "".
func refusal(keyword string) string {
	k := strings.ToLower(keyword)
	if strings.HasPrefix(k, "_") {
		return isProcess
	}
	const service = "hiddenservice"
	if strings.HasPrefix(k, service) || strings.HasPrefix(service, k) {
		return isService
	}
	if why, ok := refused[k]; ok {
		return why
	}
	if slices.Contains(sparedBeginnings, k) {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(refused)) {
		if strings.HasPrefix(name, k) {
			return refused[name]
		}
	}
	return ""
}

// String returns the configuration for tor, each option on the line that it
// has in the person's file.
func (e *extraTorrc) String() string {
	var b strings.Builder
	number := 1
	for _, l := range e.lines {
		for ; number < l.number; number++ {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s %s", l.keyword, l.value)
	}
	b.WriteByte('\n')
	return b.String()
}

// blame returns tor's complaint about the configuration as an error that names
// the line, where the complaint names its option or its value.
func (e *extraTorrc) blame(complaint string) error {
	const advice = "correct the file after --torrc, or start without it"
	for _, l := range e.lines {
		if mentions(complaint, l.keyword) || (len(l.value) > 3 && strings.Contains(complaint, l.value)) {
			return fmt.Errorf("line %d: %w (in %s)", l.number, advise(ErrTorrc, complaint, advice), e.file)
		}
	}
	return fmt.Errorf("%w (in %s)", advise(ErrTorrc, complaint, advice), e.file)
}

// mentions tells whether text holds word as a whole word, in either case.
func mentions(text, word string) bool {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r > 0x7f || !strings.ContainsRune(letters, r) })
	return slices.ContainsFunc(fields, func(f string) bool { return strings.EqualFold(f, word) })
}
