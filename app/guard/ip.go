// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"net/netip"
	"strings"
)

// ownIP are words that say that an address is the writer's; otherIP those that
// say whose else it is.
var (
	ownIP = phrases(`public one, public ip, public address, external one, ip publica, ip publique, ip publico, offentliche ip, публичный ip, белый ip, внешний ip, my ip, my ip address, my ipv4, my ipv6, my public ip, my home ip, my real ip, my external ip, my wan ip, ip is, ip address is, my addr, my server is at, connect to me, connect to my,
		mi ip, mi direccion ip, mi ip publica, meine ip, meine ip adresse, mon ip, mon adresse ip, l ip c est, meu ip, minha ip, o meu ip, meu endereco ip, мой ip, мой айпи, мой ip адрес, мой айпишник, айпи,
		ip adresim, benim ip, ip m, मेरा ip, mera ip, ip من, آی پی من, ای پی من, آیپی من, آی پی, 我 的 ip, 我 ip, il mio ip, mijn ip, moje ip, moj ip, ip mi`)
	surelyOwnIP = phrases("my server, my minecraft server, mi server, mi servidor, mein server, meinem server, mon serveur, meu servidor, meu server, il mio server, мой сервер, моем сервере, whatismyip, whatsmyip, what is my ip, whats my ip, see me as, vpn off, without vpn, without a vpn, my address, my public address, sin vpn, ohne vpn, sans vpn, sem vpn, без впн, my ip, my ip address, my public ip, my home ip, my real ip, mi ip, meine ip, mon ip, mon adresse ip, meu ip, мой ip, мой айпи, ip adresim, mera ip, 我 的 ip, il mio ip, mijn ip, moje ip, ip من, آی پی من, mi direccion ip, meine ip adresse, mine is, mines, mine s, bei mir, hosted at mine, from my pc, chez moi, bende")
	otherIP     = phrases("knocking, hammering, brute force, attacker, attackers, attack, attacks, attempts, banned, ban, blocked, spammer, scanner, bots, guy from, someone from, somebody from, visitors from, server ip, server s, server, router, gateway, dns, localhost, subnet, netmask, google, cloudflare, vpn, proxy, his ip, her ip, their ip, your ip, printer, camera, example, version, v, su ip, tu ip, ping, resolver, exit node, exit, maj, update, updated, firmware, patch, build, release, ios, android, driver, версия, версии, версию, обновление, обновил, actualizacion, mise a jour, aktualisierung, surum, guncelleme, 版 本, نسخه, आवृत्ति")
)

// resolvers are public services whose addresses everybody knows.
var resolvers = map[netip.Addr]bool{}

// documentation are the addresses that RFC 5737 and RFC 3849 set aside for
// examples. Nobody has one; who says that they do stands for who does.
var documentation []netip.Prefix

// reserved are those that are nobody's besides what net/netip knows.
var reserved []netip.Prefix

func init() {
	for _, s := range strings.Fields(`8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220
		94.140.14.14 94.140.15.15 4.2.2.1 4.2.2.2 77.88.8.8 223.5.5.5 114.114.114.114 2001:4860:4860::8888 2606:4700:4700::1111 1.2.3.4 1.2.3.5`) {
		resolvers[netip.MustParseAddr(s)] = true
	}
	for _, s := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"} {
		documentation = append(documentation, netip.MustParsePrefix(s))
	}
	for _, s := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4"} {
		reserved = append(reserved, netip.MustParsePrefix(s))
	}
}

// longestIP is how long an address can be in text.
const longestIP = 45

// ipAddresses finds the writer's own address on the internet.
func ipAddresses(t *text, found *findings) {
	p := t.plain
	t.speltIPs(found)
	for i := 0; i < len(p); {
		if !ipByte(p[i]) || i > 0 && (alnum(p[i-1]) || p[i-1] == '.' || p[i-1] == '_' || p[i-1] == '-') {
			i++
			continue
		}
		end, dots, colons := i, 0, 0
		for end < len(p) && ipByte(p[end]) {
			switch p[end] {
			case '.':
				dots++
			case ':':
				colons++
			}
			end++
		}
		next := end
		// A sign at the end belongs to the sentence, and one colon to a port.
		if dots == 3 && colons == 1 {
			end = i + strings.IndexByte(p[i:end], ':')
		}
		for end > i && (p[end-1] == '.' || p[end-1] == ':' && !strings.HasSuffix(p[i:end], "::")) {
			end--
		}
		if (dots >= 3 || colons >= 2) && end-i <= longestIP && (next == len(p) || !isLetter(p[next]) && p[next] != '_') {
			if addr, err := netip.ParseAddr(p[i:end]); err == nil && t.ownIP(addr, i, end) {
				found.add(IPAddress, i, end)
			}
		}
		i = next
	}
}

// speltIPs finds addresses whose dots are in words or brackets: "84 dot 115",
// "84[.]115".
func (t *text) speltIPs(found *findings) {
	for i := 0; i < len(t.tokens); i++ {
		if t.tokens[i].kind != number {
			continue
		}
		address, end, spelt := t.tokens[i].text, i+1, false
		for n := 0; n < 3; n++ {
			_, next, ok := t.dotAt(end)
			switch {
			case ok:
				spelt = true
			case numberAfterSpace(t, end) && surelyOwnIP.in(t.words(t.tokens[i].start-32, t.tokens[i].start)):
				next, ok, spelt = end, true, true
			case end+1 < len(t.tokens) && t.tokens[end].text == ".":
				next, ok = end+1, true
			}
			if !ok || next >= len(t.tokens) || t.tokens[next].kind != number {
				address = ""
				break
			}
			address += "." + t.tokens[next].text
			end = next + 1
		}
		if address == "" || !spelt || len(address) > longestIP {
			continue
		}
		if addr, err := netip.ParseAddr(address); err == nil && t.ownIP(addr, t.tokens[i].start, t.tokens[end-1].end) {
			found.add(IPAddress, t.tokens[i].start, t.tokens[end-1].end)
			i = end - 1
		}
	}
}

// numberAfterSpace tells whether a number stands at a token, after a space.
func numberAfterSpace(t *text, i int) bool {
	return i < len(t.tokens) && t.tokens[i].kind == number && !t.tokens[i].glued
}

func ipByte(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' || c == '.' || c == ':' }

func (t *text) ownIP(addr netip.Addr, start, end int) bool {
	addr = addr.Unmap()
	if !addr.IsGlobalUnicast() || addr.IsPrivate() || resolvers[addr] || addr.Is6() && addr.As16()[0]>>5 != 1 {
		return false
	}
	for _, p := range reserved {
		if p.Contains(addr) {
			return false
		}
	}
	before, after := t.words(start-48, start), t.words(end, end+32)
	for _, p := range documentation {
		if p.Contains(addr) {
			return surelyOwnIP.in(before) || phrasesMine.in(after)
		}
	}
	if surelyOwnIP.in(before) || phrasesMine.in(after) || (ownIP.in(before) || !versionLike(addr) && (firstPerson.in(before) || firstPerson.in(after))) && !otherIP.in(before) && !otherIP.in(after) {
		return true
	}
	// By itself it is an answer.
	return t.asked[AskLocation] && alone(t, start, end) || len(t.plain) <= end-start+4 && !strings.ContainsAny(t.plain, "?/")
}

// firstPerson are words that tell that something is the writer's.
var firstPerson = phrases(`my, mine, me, home, wan, connect, join, host, hosting, mi, mio, mia, entra, conectate, mein, meine, meinem, mir, verbinde, mon, moi, chez moi, meu, minha, conecta,
	мой, моя, мне, меня, себя, заходи, benim, bana, bende, baglan, من, خودم, 我, mera, meri, mijn, moj, moje, mnie, casa mia`)

// versionLike tells an address that could as well be a version: all of its
// parts are small.
func versionLike(addr netip.Addr) bool {
	const small = 32
	if !addr.Is4() {
		return false
	}
	for _, part := range addr.As4() {
		if part >= small {
			return false
		}
	}
	return true
}

// phrasesMine follow an address that is the writer's.
var phrasesMine = phrases("running on my, hosted on my, on my pc, on my laptop, from my pc, from my house, at my house, at my place, my home ip, is my ip, thats my ip, is mine, that s my ip, es mi ip, ist meine ip, c est mon ip, cest mon ip, e meu ip, это мой ip, это мой айпи")
