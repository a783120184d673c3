// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// links finds links: with a scheme, with www, by their domain, or spelt out.
func links(t *text, found *findings) {
	p := t.plain
	for i := 0; i < len(p); {
		switch {
		case p[i] == ':' && strings.HasPrefix(p[i:], "://"):
			i = t.schemeLink(i, found)
		case p[i] == '.' && i > 0 && i+1 < len(p) && hostByte(p[i-1]) && hostByte(p[i+1]) && p[i-1] != '.' && p[i+1] != '.':
			i = t.bareLink(i, found)
		default:
			i++
		}
	}
	t.speltLinks(found)
}

// maxLink bounds how far a link is read, in bytes.
const maxLink = 2048

// linkEnd returns where a link ends that has begun: before a space, or the
// signs that close a sentence or a bracket.
func linkEnd(p string, i int) int {
	end, open := i, 0
	for end < len(p) && end-i < maxLink {
		r, n := utf8.DecodeRuneInString(p[end:])
		if unicode.IsSpace(r) || strings.ContainsRune("<>\"|\\^{}", r) || r >= 0x1f000 {
			break
		}
		switch r {
		case '(':
			open++
		case ')':
			open--
		}
		end += n
	}
	for end > i {
		c := p[end-1]
		if c == ')' && open < 0 {
			open++
		} else if strings.IndexByte(".,;:!?'*]", c) < 0 {
			break
		}
		end--
	}
	return end
}

const maxScheme = 16

// schemeLink takes the link whose "://" is at i, and returns where to go on.
func (t *text) schemeLink(i int, found *findings) int {
	p := t.plain
	start := i
	for start > 0 && i-start < maxScheme && (isLetter(p[start-1]) || start < i && (p[start-1] == '+' || p[start-1] == '-')) {
		start--
	}
	body := i + len("://")
	if start == i || body == len(p) {
		return body
	}
	end := linkEnd(p, body)
	if end-body < 3 || !alnum(p[body]) && p[body] < utf8.RuneSelf && p[body] != '[' {
		return body
	}
	found.add(URL, start, end)
	rest := p[body:end]
	if at := strings.IndexByte(rest, '@'); at > 0 {
		if slash := strings.IndexByte(rest, '/'); slash < 0 || at < slash {
			// A name and a password before the host.
			if colon := strings.IndexByte(rest[:at], ':'); colon >= 0 && colon+1 < at {
				found.add(Password, body+colon+1, body+at)
			}
			body += at + 1
		}
	}
	t.profile(body, end, found)
	return end
}

// bareLink takes the host that has a dot at i, with its path.
func (t *text) bareLink(i int, found *findings) int {
	p := t.plain
	start, end := hostAround(p, i)
	next := max(end, i+1)
	if start >= end || !strings.Contains(p[start:end], ".") {
		return next
	}
	if start > 0 && strings.IndexByte("@/\\_#$=", p[start-1]) >= 0 || end < len(p) && strings.IndexByte("@_(", p[end]) >= 0 {
		return next
	}
	host := strings.ToLower(p[start:end])
	if !wellFormed(host) || notSites[host] {
		return next
	}
	tld := lastLabel(host)
	www := strings.HasPrefix(host, "www.")
	path := end+1 < len(p) && (p[end] == '/' && !unicode.IsSpace(rune(p[end+1])) || p[end] == '?' && alnum(p[end+1]) && strings.IndexByte(p[end:min(len(p), end+40)], '=') > 0)
	if port := end + 1; !path && end < len(p) && p[end] == ':' && port+1 < len(p) && isDigit(p[port]) && isDigit(p[port+1]) {
		path = true
	}
	var is bool
	switch {
	case www, tld == "onion" && len(host) >= 16+6:
		is = isTLD(tld)
	case plainTLDs[tld]:
		// A short name before two letters is a word that was torn.
		name := host[:len(host)-len(tld)-1]
		is = path || letters(name) && (len(tld) > 2 || len(name) > 3)
	case wordTLDs[tld]:
		is = path && pathHolds(p[end:]) && !everyday[host[:len(host)-len(tld)-1]] || t.siteNear(start, end, host, tld)
	case path && len(tld) >= 2:
		is = isTLD(tld) && pathHolds(p[end:]) && strings.IndexByte(p[end:linkEnd(p, end)], '.') < 0
	}
	if !is {
		return next
	}
	if path || end < len(p) && (p[end] == '/' || p[end] == '#') {
		end = max(end, linkEnd(p, end))
	}
	found.add(URL, start, end)
	t.profile(start, end, found)
	return max(end, next)
}

// letters tells whether there is a letter.
func letters(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// pathHolds tells a path from one of two words, as in "yes.no/maybe".
func pathHolds(rest string) bool {
	end := linkEnd(rest, 0)
	return end >= 3 || end == 2 && alnum(rest[1])
}

// siteNear tells whether a name with a top level domain that is a word is
// meant as a site.
func (t *text) siteNear(start, end int, host, tld string) bool {
	name := host[:len(host)-len(tld)-1]
	if strings.ContainsAny(name, "-.") && letters(name) && strings.Count(name, ".") <= 2 && strings.ContainsAny(name, "-0123456789") ||
		strings.HasSuffix(name, ".co") || strings.HasSuffix(name, ".com") {
		return true
	}
	if len(name) < 3 || !letters(name) || strings.Contains(name, ".") {
		return false
	}
	if alone(t, start, end) && len(name) >= 6 && len(t.words(0, len(t.plain))) <= len(host)+4 {
		return true
	}
	if i := t.tokenAt(start); i > 0 && len(name) >= 5 {
		for j := i - 1; j >= 0 && j >= i-2; j-- {
			if t.tokens[j].kind == word {
				return siteCues[t.tokens[j].text]
			}
		}
	}
	return false
}

// Hosts on which a link shows who somebody is, and where in it the name
// stands: "/" for the first part of the path, "/in/" for what follows that.
var profileHosts = map[string][]string{
	"instagram.com": {"/", "/stories/"}, "t.me": {"/", "/s/"}, "telegram.me": {"/"}, "telegram.dog": {"/"},
	"facebook.com": {"/", "/people/", "/profile.php?id="}, "fb.com": {"/"}, "fb.me": {"/"}, "m.me": {"/"}, "messenger.com": {"/t/"},
	"twitter.com": {"/"}, "x.com": {"/"}, "tiktok.com": {"/@"}, "snapchat.com": {"/add/", "/@", "/t/"}, "snapchat.app": {"/add/"},
	"github.com": {"/"}, "gitlab.com": {"/"}, "codeberg.org": {"/"}, "bitbucket.org": {"/"}, "linkedin.com": {"/in/"},
	"onlyfans.com": {"/"}, "fansly.com": {"/"}, "twitch.tv": {"/"}, "kick.com": {"/"}, "youtube.com": {"/@", "/c/", "/user/"},
	"reddit.com": {"/u/", "/user/"}, "vk.com": {"/"}, "vk.ru": {"/"}, "ok.ru": {"/", "/profile/"}, "steamcommunity.com": {"/id/", "/profiles/"},
	"open.spotify.com": {"/user/"}, "spotify.com": {"/user/"}, "linktr.ee": {"/"}, "discord.com": {"/users/"}, "discordapp.com": {"/users/"},
	"soundcloud.com": {"/"}, "pinterest.com": {"/"}, "medium.com": {"/@"}, "patreon.com": {"/"}, "ko-fi.com": {"/"},
	"cash.app": {"/$"}, "paypal.me": {"/"}, "paypal.com": {"/paypalme/"}, "venmo.com": {"/u/", "/"}, "threads.net": {"/@"}, "threads.com": {"/@"},
	"bsky.app": {"/profile/"}, "kik.me": {"/"}, "ask.fm": {"/"}, "ngl.link": {"/"}, "last.fm": {"/user/"}, "letterboxd.com": {"/"},
	"keybase.io": {"/"}, "about.me": {"/"}, "bio.link": {"/"}, "beacons.ai": {"/"}, "fetlife.com": {"/"}, "behance.net": {"/"},
	"dribbble.com": {"/"}, "flickr.com": {"/people/", "/photos/"}, "vsco.co": {"/"}, "deviantart.com": {"/"}, "xing.com": {"/profile/"},
	"weibo.com": {"/u/", "/n/"}, "zhihu.com": {"/people/"}, "space.bilibili.com": {"/"}, "line.me": {"/ti/p/"}, "skype.com": {"/"},
	"myspace.com": {"/"}, "roblox.com": {"/users/"}, "chess.com": {"/member/"}, "lichess.org": {"/@/"}, "strava.com": {"/athletes/"},
	"bere.al": {"/"}, "buymeacoffee.com": {"/"}, "tellonym.me": {"/"}, "curiouscat.live": {"/"}, "wattpad.com": {"/user/"}, "archiveofourown.org": {"/users/"},
	"odysee.com": {"/@"}, "mastodon.social": {"/@"}, "matrix.to": {"/#/@"}, "tinder.com": {"/@"}, "douyin.com": {"/user/"}, "xiaohongshu.com": {"/user/profile/"},
}

// notProfiles are first parts of paths that are no one's name.
var notProfiles = set(`p reel reels explore stories tv accounts direct about joinchat c s addstickers share proxy socks addtheme addemoji boost
	iv login setlanguage bg groups events pages watch marketplace photo profile.php photo.php story.php sharer sharer.php help permalink.php hashtag
	gaming i home search intent settings messages features topics orgs organizations sponsors marketplace pricing join signup directory videos video
	feed im wall audio music clips games discover stream you charts post posts status jobs company blog news trending popular
	privacy terms tos legal contact support download downloads app apps public club dialogs invite confirmphone contact giftcode m a live`)

// profile finds the name in a link to somebody's profile, and the number in a
// link to somebody's phone.
func (t *text) profile(start, end int, found *findings) {
	link := t.plain[start:end]
	slash := strings.IndexByte(link, '/')
	if slash < 0 {
		host := strings.ToLower(link)
		for _, suffix := range []string{".tumblr.com", ".carrd.co", ".bsky.social", ".blogspot.com", ".wordpress.com", ".livejournal.com", ".deviantart.com", ".substack.com"} {
			if name, ok := strings.CutSuffix(host, suffix); ok && name != "www" && name != "" && !strings.Contains(name, ".") {
				found.add(Handle, start, start+len(name))
			}
		}
		return
	}
	host, path := strings.ToLower(link[:slash]), link[slash:]
	if h, _, ok := strings.Cut(host, ":"); ok {
		host = h
	}
	forms := profileHosts[host]
	for forms == nil {
		_, parent, ok := strings.Cut(host, ".")
		if !ok || !strings.Contains(parent, ".") {
			break
		}
		host = parent
		forms = profileHosts[host]
	}
	if host == "wa.me" || host == "api.whatsapp.com" || host == "t.me" || host == "viber.click" {
		if n := strings.IndexAny(path, "0123456789"); n >= 0 && (n == 1 || path[n-1] == '+' || path[n-1] == '=') {
			if digits := span(path[n:], digitSet, maxBody); digits >= 7 {
				found.add(Phone, start+slash+n, start+slash+n+digits)
				return
			}
		}
	}
	for _, form := range forms {
		if len(path) < len(form) || !strings.EqualFold(path[:len(form)], form) {
			continue
		}
		name := path[len(form):]
		n := span(name, profileName, maxBody)
		for n > 0 && name[n-1] == '.' {
			n--
		}
		rest := strings.Trim(strings.SplitN(name[n:]+"?", "?", 2)[0], "/")
		first := strings.ToLower(name[:n])
		if n < 2 || rest != "" && form == "/" || form == "/" && (notProfiles[first] || strings.HasPrefix(first, "@")) {
			continue
		}
		if rest != "" && !strings.HasPrefix(form, "/profile") && form != "/people/" && form != "/stories/" && (strings.HasPrefix(rest, "video") || strings.HasPrefix(rest, "status") || strings.HasPrefix(rest, "post")) {
			continue
		}
		if host == "t.me" && strings.HasSuffix(first, "bot") || host == "vk.com" && strings.Trim(strings.TrimLeft(first, "clubpowaevnt-"), "0123456789_-") == "" && !strings.HasPrefix(first, "id") {
			continue
		}
		from := start + slash + len(form)
		found.add(Handle, from, from+n)
		return
	}
}

var (
	digitSet    = charsetOf("09")
	profileName = charsetOf("09azAZ__--..~~@@")
)

// dotWords are how people say the dot of an address, slashWords its slash.
var (
	dotWords   = set("dot point punto ponto punkt точка nokta kropka punt noghte nokte نقطه stip دات डॉट 点 點 крапка")
	joinWords  = set("underscore unterstrich underline underskor подчеркивание dash minus hyphen guion tiret hifen bindestrich")
	slashWords = set("slash barra schragstrich слеш слэш")
	// noSites are words before "dot com" that make no site of it.
	noSites = set("the a an this that of in from early old dot another some any no late every and or is was")
	noSuch  = set("bubble boom era crash bust days age startup startups company companies millionaire")
)

// speltLinks finds "mysite dot com slash me".
func (t *text) speltLinks(found *findings) {
	for i := 1; i+1 < len(t.tokens); i++ {
		dot, next, ok := t.dotAt(i)
		if !ok || next >= len(t.tokens) || t.tokens[next].kind != word {
			continue
		}
		tld := tldOf(t.tokens[next].text)
		if t.tokens[dot].text == "point" && tld != "com" {
			continue // "at this point net worth ..."
		}
		if !plainTLDs[tld] || len(tld) < 2 || !isLetter(tld[0]) && tld[0] < utf8.RuneSelf {
			continue
		}
		first, start := t.labelBefore(dot)
		if first < 0 || t.tokens[dot-1].end-start < 2 || noSites[t.tokens[first].text] || t.tokens[first].kind == number && first == dot-1 {
			continue
		}
		end := next
		if end+1 < len(t.tokens) && noSuch[t.tokens[end+1].text] {
			continue
		}
		// The country after "co", and what follows slashes.
		if _, n, ok := t.dotAt(end + 1); ok && n < len(t.tokens) && t.tokens[n].kind == word && len(t.tokens[n].text) == 2 && isTLD(t.tokens[n].text) {
			end = n
		}
		for n := 0; n < 4 && end+2 < len(t.tokens); n++ {
			s := t.tokens[end+1]
			if !slashWords[s.text] && s.text != "/" || t.tokens[end+2].kind > number {
				break
			}
			end += 2
		}
		found.add(URL, start, t.tokens[end].end)
		t.speltProfile(first, end, found)
		i = end
	}
}

// speltProfile finds the name in "instagram dot com slash joe".
func (t *text) speltProfile(first, end int, found *findings) {
	if end-first < 4 || !slashWords[t.tokens[end-1].text] && t.tokens[end-1].text != "/" {
		return
	}
	for _, form := range profileHosts[t.tokens[first].text+".com"] {
		if form == "/" && !notProfiles[t.tokens[end].text] {
			found.add(Handle, t.tokens[end].start, t.tokens[end].end)
			return
		}
	}
}

// dotAt reads a dot that is spelt out, or that stands in brackets or between
// spaces, and returns its first token and the one after it.
func (t *text) dotAt(i int) (dot, next int, ok bool) {
	if i >= len(t.tokens) {
		return 0, 0, false
	}
	open := i
	for i < len(t.tokens) && i < open+2 && opening[t.tokens[i].text] {
		i++
	}
	if i >= len(t.tokens) {
		return 0, 0, false
	}
	tok := t.tokens[i]
	isDot := tok.text == "." && (!tok.glued || i > open || i+1 < len(t.tokens) && !t.tokens[i+1].glued) || dotWords[tok.text]
	if !isDot {
		return 0, 0, false
	}
	next = i + 1
	for next < len(t.tokens) && next < i+3 && closing[t.tokens[next].text] {
		next++
	}
	if tok.text == "." && i == open && tok.glued {
		return 0, 0, false // the end of a sentence
	}
	return open, next, true
}

var (
	opening = set("( [ { < - _ * ' \"")
	closing = set(") ] } > - _ * ' \"")
)

// labelBefore returns the first token and byte of the name that ends before a
// token: its glued parts, and those before dots that are spelt out.
func (t *text) labelBefore(end int) (first, start int) {
	i := end - 1
	if i < 0 || t.tokens[i].kind > number {
		return -1, 0
	}
	for n := 0; i > 0 && n < 12; n++ {
		prev := t.tokens[i-1]
		switch {
		case t.han(i-1) != t.han(i):
			n = 12 // no space parts Chinese from what is written in it
			continue
		case t.tokens[i].glued && (prev.kind <= number || prev.text == "-" || prev.text == "_" || prev.text == "."):
			i--
			continue
		case utf8.RuneCountInString(t.tokens[i].text) == 1 && t.tokens[i].kind == word && prev.kind == word && utf8.RuneCountInString(prev.text) == 1 && t.tokens[i].text[0] < utf8.RuneSelf:
			i-- // letter by letter
			continue
		case i > 1 && (dotWords[prev.text] || joinWords[prev.text]) && t.tokens[i-2].kind <= number && !noSites[t.tokens[i-2].text]:
			i -= 2
			continue
		}
		break
	}
	if t.tokens[i].kind > number {
		i++
	}
	return i, t.tokens[i].start
}
