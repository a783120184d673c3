// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"bufio"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Strace returns the command that records the system calls of a program and
// of all its children which tell what they do on the network, in files that
// begin with prefix, one for each thread, for [ReadTrace]. The error says what
// to install where strace is missing.
func Strace(prefix string) ([]string, error) {
	path, err := exec.LookPath("strace")
	if err != nil {
		return nil, fmt.Errorf("strace is missing (Debian, Ubuntu: sudo apt install strace): %w", err)
	}
	return []string{path, "-ff", "--seccomp-bpf", "-qq",
		"-e", "trace=%network,execve,execveat,clone,clone3,fork,vfork", "-o", prefix, "--"}, nil
}

// Trace is what processes did on the network.
type Trace struct {
	Programs map[string]*Sockets // by the name of the program
	// Wrong holds, a line each, what the rules below forbid and what could not
	// be understood.
	Wrong []string
}

// Sockets counts what the threads of a program did.
type Sockets struct {
	Calls   int // that were understood
	Unix    int // unix sockets made
	Inet    int // sockets of IPv4 and IPv6 made
	Netlink int // sockets to the kernel made
	// Connected counts calls of connect that name an address, by this
	// address: a path, or an IP address without its port.
	Connected map[string]int
}

// Rules say what may be in a Trace.
type Rules struct {
	// Inet names the programs that may have sockets of IPv4 and IPv6: streams
	// only, and nothing but this machine's loopback at either end. All other
	// programs may have none.
	Inet []string
	// UnixBelow is the folder in which every unix socket with a name must be.
	UnixBelow string
}

// ReadTrace reads what [Strace] recorded. A thread belongs to the program that
// was started last in it, or, before that, in the thread that made it. Whoever
// cannot be told apart is held to the strictest rules.
func ReadTrace(prefix string, rules Rules) (*Trace, error) {
	paths, err := filepath.Glob(prefix + ".*")
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errors.New("strace has recorded nothing")
	}
	threads := map[int][]string{}
	for _, path := range paths {
		tid, err := strconv.Atoi(strings.TrimPrefix(path, prefix+"."))
		if err != nil {
			return nil, fmt.Errorf("%s is not named after a thread", path)
		}
		if threads[tid], err = readLines(path); err != nil {
			return nil, err
		}
	}
	return parseTrace(threads, rules), nil
}

func readLines(path string) (lines []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	return lines, scanner.Err()
}

// unknown is the program of a thread that nobody is seen to have made.
const unknown = "an unknown program"

// traceReader goes through the threads.
type traceReader struct {
	Trace
	rules   Rules
	threads map[int][]string
	made    map[int]string // thread: program of the thread that made it
}

func parseTrace(threads map[int][]string, rules Rules) *Trace {
	r := &traceReader{Trace: Trace{Programs: map[string]*Sockets{}}, rules: rules, threads: threads, made: map[int]string{}}
	children := map[int]bool{}
	for _, lines := range threads {
		for _, line := range lines {
			if tid, ok := newThread(line); ok {
				children[tid] = true
			}
		}
	}
	for tid := range threads {
		if !children[tid] {
			r.read(tid, unknown)
		}
	}
	return &r.Trace
}

// read reads one thread and those that it made.
func (r *traceReader) read(tid int, program string) {
	for _, line := range r.threads[tid] {
		if to, ok := executed(line); ok {
			program = to
			continue
		}
		if child, ok := newThread(line); ok {
			r.read(child, program)
			continue
		}
		s := r.Programs[program]
		if s == nil {
			s = &Sockets{Connected: map[string]int{}}
			r.Programs[program] = s
		}
		for _, wrong := range s.judge(line, r.allows(program), r.rules.UnixBelow) {
			r.Wrong = append(r.Wrong, fmt.Sprintf("%s (thread %d): %s: %s", program, tid, wrong, line))
		}
	}
}

func (r *traceReader) allows(program string) bool {
	for _, p := range r.rules.Inet {
		if p == program {
			return true
		}
	}
	return false
}

var (
	execLine   = regexp.MustCompile(`^execve(?:at\(AT_FDCWD, |\()"([^"]*)".* = 0$`)
	threadLine = regexp.MustCompile(`^(?:clone3?|v?fork)\(.*\) *= (\d+)$`)
	// otherLine is what is of no interest: attempts to start something or a
	// thread that failed, signals, and the end.
	otherLine   = regexp.MustCompile(`^(?:(?:execve|execveat|clone3?|v?fork)\(.*= (?:-1 .*|\?.*)|--- .* ---|\+\+\+ .* \+\+\+)$`)
	callLine    = regexp.MustCompile(`^([a-z0-9_]+)\((.*)\) *= (-?\d+|\?)( .*)?$`)
	cutLine     = regexp.MustCompile(`^[a-z0-9_]+\(.*<(?:unfinished \.\.\.|detached \.\.\.)>$`)
	familyWord  = regexp.MustCompile(`\b[AP]F_[A-Z0-9]+\b`)
	otherEnd    = regexp.MustCompile(`\bsa_family=([A-Z0-9_]+)`)
	unixPath    = regexp.MustCompile(`sun_path=(@?"(?:[^"\\]|\\.)*")`)
	inetAddress = regexp.MustCompile(`inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)"`)
	port        = regexp.MustCompile(`sin6?_port=htons\((\d+)\)`)
	control     = regexp.MustCompile(`cmsg_type=SCM_RIGHTS`)
)

// executed returns the name of the program that the thread runs from here on.
func executed(line string) (program string, ok bool) {
	m := execLine.FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	return filepath.Base(m[1]), true
}

func newThread(line string) (tid int, ok bool) {
	m := threadLine.FindStringSubmatch(line)
	if m == nil {
		return 0, false
	}
	tid, err := strconv.Atoi(m[1])
	return tid, err == nil && tid > 0
}

// judge counts what a call did and says what is wrong with it.
func (s *Sockets) judge(line string, inet bool, unixBelow string) (wrong []string) {
	if otherLine.MatchString(line) {
		return nil
	}
	var call string
	arguments := line
	switch m := callLine.FindStringSubmatch(line); {
	case m != nil:
		call, arguments = m[1], m[2]
	case cutLine.MatchString(line): // the thread ended within the call
		call, _, _ = strings.Cut(line, "(")
	default:
		return []string{"cannot be understood"}
	}
	s.Calls++
	if fromKernel(arguments) {
		return nil
	}
	families := familyWord.FindAllString(arguments, -1)
	if call == "socket" || call == "socketpair" {
		if len(families) != 1 {
			return []string{"a socket of no known family"}
		}
		switch families[0][3:] {
		case "UNIX", "LOCAL":
			s.Unix++
		case "NETLINK":
			s.Netlink++
		case "INET", "INET6":
			if s.Inet++; !strings.Contains(arguments, "SOCK_STREAM") {
				wrong = append(wrong, "an inet socket that is no stream")
			}
		}
	}
	for _, f := range families {
		switch f[3:] {
		case "UNIX", "LOCAL", "NETLINK":
		case "INET", "INET6":
			if !inet {
				wrong = append(wrong, "an inet socket")
			}
		default:
			wrong = append(wrong, "a family of sockets that nobody needs")
		}
	}
	if control.MatchString(arguments) {
		wrong = append(wrong, "a descriptor from another process")
	}
	for _, m := range unixPath.FindAllStringSubmatch(arguments, -1) {
		path, err := strconv.Unquote(m[1])
		if err != nil || !strings.HasPrefix(filepath.Clean(path), filepath.Clean(unixBelow)+"/") {
			wrong = append(wrong, "a unix socket of somebody else")
			continue
		}
		s.connected(call, path)
	}
	for _, m := range inetAddress.FindAllStringSubmatch(arguments, -1) {
		a, err := netip.ParseAddr(m[1] + m[2])
		if err != nil || !a.Unmap().IsLoopback() {
			wrong = append(wrong, "an address that is not loopback")
			continue
		}
		s.connected(call, a.String())
	}
	for _, m := range port.FindAllStringSubmatch(arguments, -1) {
		switch m[1] {
		case "53", "853", "5353", "5355":
			wrong = append(wrong, "a port of name services")
		}
	}
	return wrong
}

// fromKernel tells whether a call names the kernel as the other end. Its
// messages are about this machine's interfaces, and so are addresses in them.
func fromKernel(arguments string) bool {
	ends := otherEnd.FindAllStringSubmatch(arguments, -1)
	for _, m := range ends {
		if m[1] != "AF_NETLINK" {
			return false
		}
	}
	return len(ends) > 0
}

func (s *Sockets) connected(call, to string) {
	if call == "connect" {
		s.Connected[to]++
	}
}
