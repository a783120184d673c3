// SPDX-License-Identifier: GPL-3.0-or-later

//go:build linux

package consoletest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var traceRules = Rules{Inet: []string{"tor"}, UnixBelow: "/p/run"}

const thread = `clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[11]}, 88) = `

func TestTraceOfAGoodRun(t *testing.T) {
	// given a program of two threads, which starts tor, of two threads
	threads := map[int][]string{
		10: {
			`execve("/x/passerby", ["/x/passerby", "console"], 0x7ffdc2f5f8c0 /* 39 vars */) = 0`,
			thread + "11",
			`--- SIGURG {si_signo=SIGURG, si_code=SI_TKILL, si_pid=10, si_uid=0} ---`,
			`socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3`,
			`sendto(3, [{nlmsg_len=20, nlmsg_type=RTM_GETLINK, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ...}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20`,
			`recvmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=[[{nlmsg_len=76, nlmsg_type=RTM_NEWADDR}, {ifa_family=AF_INET, ifa_prefixlen=8}, [[{nla_len=8, nla_type=IFA_ADDRESS}, inet_addr("192.0.2.4")]]]], iov_len=4096}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 164`,
			`+++ exited with 0 +++`,
		},
		11: {
			`clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|SIGCHLD) = 12`,
			`socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = 4`,
			`connect(4, {sa_family=AF_UNIX, sun_path="/p/run/socks"}, 20) = -1 ENOENT (No such file or directory)`,
			`connect(4, {sa_family=AF_UNIX, sun_path="/p/run/socks"}, 20) = 0`,
			`getsockname(4, {sa_family=AF_UNIX}, [112 => 2]) = 0`,
			`recvfrom(4, 0xc000, 10, 0, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)`,
			`accept4(5,  <unfinished ...>`,
		},
		12: {
			`execve("/opt/tor", ["/opt/tor"], 0xc0 /* 1 var */) = -1 ENOENT (No such file or directory)`,
			`execve("/usr/sbin/tor", ["/usr/sbin/tor", "-f", "x"], 0xc00 /* 1 var */) = 0`,
			thread + "13",
			`socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [3, 4]) = 0`,
			`socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 9`,
			`connect(9, {sa_family=AF_INET, sin_port=htons(5001), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress)`,
		},
		13: {`bind(9, {sa_family=AF_INET6, sin6_port=htons(0), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0`},
	}
	// when
	trace := parseTrace(threads, traceRules)
	// then
	if len(trace.Wrong) > 0 {
		t.Errorf("blamed: %q", trace.Wrong)
	}
	ours, tor := trace.Programs["passerby"], trace.Programs["tor"]
	if len(trace.Programs) != 2 || ours == nil || tor == nil {
		t.Fatalf("programs: %v", trace.Programs)
	}
	if ours.Unix != 1 || ours.Inet != 0 || ours.Netlink != 1 || ours.Connected["/p/run/socks"] != 2 {
		t.Errorf("ours: %+v", ours)
	}
	if tor.Unix != 1 || tor.Inet != 1 || tor.Connected["127.0.0.1"] != 1 || tor.Calls != 4 {
		t.Errorf("tor's: %+v", tor)
	}
}

func TestTraceBlames(t *testing.T) {
	for name, tc := range map[string]struct {
		line      string
		ours, tor string // what is wrong if the one or the other did it
	}{
		"inet stream": {`socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3`, "an inet socket", ""},
		"inet6 stream": {`socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = -1 EAFNOSUPPORT (Address family not supported by protocol)`,
			"an inet socket", ""},
		"datagram":  {`socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = 3`, "no stream", "no stream"},
		"datagram6": {`socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP) = 3`, "no stream", "no stream"},
		"raw":       {`socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) = 3`, "no stream", "no stream"},
		"packet":    {`socket(AF_PACKET, SOCK_RAW, htons(0x3 /* ETH_P_ALL */)) = 3`, "nobody needs", "nobody needs"},
		"bluetooth": {`socket(AF_BLUETOOTH, SOCK_STREAM, 0) = 3`, "nobody needs", "nobody needs"},
		"a family strace does not know": {`socket(0x63 /* AF_??? */, SOCK_STREAM, 0) = -1 EAFNOSUPPORT (Address family not supported by protocol)`,
			"no known family", "no known family"},
		"loopback": {`connect(3, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, 16) = 0`, "an inet socket", ""},
		"elsewhere": {`connect(3, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1.evil")}, 16) = 0`,
			"not loopback", "not loopback"},
		"public": {`connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 EINPROGRESS (Operation now in progress)`,
			"not loopback", "not loopback"},
		"public6": {`connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0`,
			"not loopback", "not loopback"},
		"a kernel that is none": {`sendmmsg(3, [{msg_hdr={msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}}}, {msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(99), sin_addr=inet_addr("198.51.100.7")}}}], 2, 0) = 2`,
			"not loopback", "not loopback"},
		"all interfaces": {`bind(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16) = 0`,
			"not loopback", "not loopback"},
		"sent to": {`sendto(3, "\1\2", 2, 0, {sa_family=AF_INET, sin_port=htons(99), sin_addr=inet_addr("198.51.100.7")}, 16) = 2`,
			"not loopback", "not loopback"},
		"many sent to": {`sendmmsg(3, [{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(99), sin_addr=inet_addr("198.51.100.7")}, msg_namelen=16}}], 1, 0) = 1`,
			"not loopback", "not loopback"},
		"local resolver": {`connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0`,
			"name services", "name services"},
		"local resolver6": {`connect(3, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0`,
			"name services", "name services"},
		"name service": {`connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file or directory)`,
			"somebody else", "somebody else"},
		"abstract socket": {`connect(3, {sa_family=AF_UNIX, sun_path=@"/p/run/x"}, 110) = 0`, "somebody else", "somebody else"},
		"a way out":       {`connect(3, {sa_family=AF_UNIX, sun_path="/p/run/../../tmp/x"}, 110) = 0`, "somebody else", "somebody else"},
		"a longer name":   {`connect(3, {sa_family=AF_UNIX, sun_path="/p/running"}, 110) = 0`, "somebody else", "somebody else"},
		"descriptor": {`recvmsg(3, {msg_name=NULL, msg_controllen=24, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[7]}]}, 0) = 1`,
			"another process", "another process"},
		"cut short": {`connect(3, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.1")}, 16 <unfinished ...>`,
			"not loopback", "not loopback"},
		"nonsense": {`connect(3, {sa_fam`, "understood", "understood"},
	} {
		t.Run(name, func(t *testing.T) {
			for program, want := range map[string]string{"passerby": tc.ours, "tor": tc.tor, "resolver": tc.ours, "": tc.ours} {
				lines := []string{tc.line}
				if program != "" {
					lines = slices.Insert(lines, 0, `execve("/x/`+program+`", ["x"], 0x7ffd /* 1 var */) = 0`)
				}
				got := parseTrace(map[int][]string{7: lines}, traceRules).Wrong
				if want == "" && len(got) > 0 || want != "" && !strings.Contains(strings.Join(got, "\n"), want) {
					t.Errorf("%q: blamed for %q, want %q", program, got, want)
				}
			}
		})
	}
}

func TestTraceOfAThreadBelongsToWhoMadeIt(t *testing.T) {
	const inet = `socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3`
	// given a child that opens a socket before it becomes tor
	trace := parseTrace(map[int][]string{
		1: {`execve("/x/passerby", ["x"], 0x7ffd /* 1 var */) = 0`, `vfork() = 2`},
		2: {inet, `execve("/usr/sbin/tor", ["tor"], 0xc00 /* 1 var */) = 0`, inet},
	}, traceRules)
	// then the first is ours
	if len(trace.Wrong) != 1 || !strings.HasPrefix(trace.Wrong[0], "passerby (thread 2)") {
		t.Errorf("blamed: %q", trace.Wrong)
	}
}

func TestReadTrace(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadTrace(filepath.Join(dir, "t"), traceRules); err == nil {
		t.Error("nothing was recorded, and nobody says so")
	}
	for name, content := range map[string]string{
		"t.5": "execve(\"/x/passerby\", [\"x\"], 0x7ffd /* 1 var */) = 0\nvfork() = 6\n",
		"t.6": "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trace, err := ReadTrace(filepath.Join(dir, "t"), traceRules)
	if err != nil || len(trace.Wrong) != 1 {
		t.Errorf("got %+v, %v", trace, err)
	}
}
