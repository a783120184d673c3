// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mailProviders are names that stand for a provider of mail even without their
// top level domain; in sharedProviders are those that are words as well.
var (
	mailProviders = set(`gmail googlemail hotmail outlook yahoo ymail rocketmail icloud proton protonmail pm tutanota tuta fastmail zoho gmx aol msn
		yandex rambler mailru wanadoo laposte sfr libero virgilio tiscali hushmail posteo mailbox ukr naver hanmail rediffmail qq freenet
		bol uol seznam interia onet wp ziggo kpnmail telenet comcast verizon btinternet gmai gmial hotmial outlok cock riseup disroot mailfence startmail sina foxmail`)
	sharedProviders = set("web mail live me mac list inbox bk orange free ya o2 t-online online terra sky att cox duck 163 126 139 sapo ig alice hey")
)

// atWords are how people say the sign of a mail address.
var atWords = set("at arroba arobase klammeraffe собака собачка собаку chiocciola malpa apestaart apenstaartje ät et a kuyruklu ات")

// spokenLabels are parts of domains as other scripts write them.
var spokenLabels = map[string]string{
	"яндекс": "yandex", "мейл": "mail", "мэйл": "mail", "маил": "mail", "мейлру": "mailru", "гмейл": "gmail", "гмаил": "gmail", "джимейл": "gmail", "рамблер": "rambler",
	"ру": "ru", "ком": "com", "нет": "net", "юа": "ua", "орг": "org",
	"جیمیل": "gmail", "یاهو": "yahoo", "هاتمیل": "hotmail", "کام": "com", "ای ار": "ir",
	"जीमेल": "gmail", "जिमेल": "gmail", "याहू": "yahoo", "कॉम": "com",
}

// tldOf returns a label as it is written in addresses.
func tldOf(label string) string {
	if s, ok := spokenLabels[label]; ok {
		return s
	}
	return label
}

// mailWords are words that tell that an address of mail comes.
var mailWords = phrases(`email, e mail, emails, mail, mails, correo, correu, mel, courriel, почта, почту, почте, мыло, имейл, емейл, eposta, e posta, ایمیل, ईमेल, 邮 箱, poczta,
	ایمیلم, gmail, inbox, write me, adresse, address is, reach me, hmu at, contact`)

// notLocal are words before "at gmail" that are no one's address.
var notLocal = set(`look work works working am is are im i me be was been or and at in on the my mail email emails account reach located based up
	contact address write him her them us it here there back job hired people team guys someone anyone everyone login arrived stay meet see send`)

// emails finds addresses of mail.
func emails(t *text, found *findings) {
	p := t.plain
	for i := strings.IndexByte(p, '@'); i >= 0; {
		next := i + 1
		if end := t.plainEmail(i, found); end > 0 {
			next = end
		}
		j := strings.IndexByte(p[next:], '@')
		if j < 0 {
			break
		}
		i = next + j
	}
	t.speltEmails(found)
}

// Sizes of the parts of an address, RFC 5321.
const (
	maxLocal  = 64
	maxDomain = 253
)

// plainEmail takes the address whose @ is at i, and returns where it ends.
func (t *text) plainEmail(i int, found *findings) int {
	p := t.plain
	start := i
	for start > 0 && i-start < maxLocal {
		c := p[start-1]
		if alnum(c) || strings.IndexByte("._%+-", c) >= 0 {
			start--
			continue
		}
		r, n := utf8.DecodeLastRuneInString(p[:start])
		if r >= utf8.RuneSelf && unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			start -= n
			continue
		}
		break
	}
	for start < i && strings.IndexByte("._%+-", p[start]) >= 0 {
		start++
	}
	end := i + 1
	for end < len(p) && end-i <= maxDomain && hostByte(p[end]) {
		end++
	}
	if han := strings.IndexFunc(p[i+1:end], func(r rune) bool { return unicode.Is(unicode.Han, r) }); han >= 0 {
		end = i + 1 + han // Chinese goes on without a space
	}
	_, end = trimHost(p, i+1, end)
	if start == i || end <= i+1 || p[i-1] == '.' {
		return 0
	}
	host := strings.ToLower(p[i+1 : end])
	if !alnum(host[0]) && host[0] < utf8.RuneSelf || !wellFormed(host) {
		return 0
	}
	// A sentence that goes on without a space: "joe@mail.com.thanks".
	for !isTLD(lastLabel(host)) || !letters(lastLabel(host)) {
		dot := strings.LastIndexByte(host, '.')
		if dot < 0 || strings.Count(host, ".") < 2 {
			return 0
		}
		host, end = host[:dot], i+1+dot
	}
	if end < len(p) && (p[end] == ':' && end+1 < len(p) && alnum(p[end+1]) && !isDigit(p[end+1]) && p[start:i] == "git") {
		return end // git@host:path
	}
	if start > 0 && p[start-1] == '@' {
		found.add(Handle, start-1, end) // @joe@mastodon.social
		return end
	}
	if start > 0 && p[start-1] == '/' || start > 2 && p[start-1] == ':' && strings.Contains(p[max(0, start-40):start], "://") {
		return end // the name before a host in a link
	}
	if !t.othersMail(start, strings.ToLower(p[start:i])) {
		found.add(Email, start, end)
	}
	return end
}

// roles are local parts that are of an office and of no person (RFC 2142 and
// habit).
var roles = set(`support info noreply no-reply donotreply admin help sales service kundenservice press abuse postmaster webmaster security
	billing careers newsletter notifications notification customerservice helpdesk legal privacy mailer-daemon`)

// otherSenders are words before an address that somebody else writes from.
var otherSenders = phrases(`phishing, scam, scammer, spam, from, sender, wrote to me from, von, absender, remitente, remetente, expediteur, отправитель, от, gonderen, mittente, afzender, nadawca`)

// othersMail tells whether an address is somebody else's.
func (t *text) othersMail(start int, local string) bool {
	before := t.words(start-40, start)
	if mailOwn.in(before) {
		return false
	}
	return roles[local] || othersAddress.in(before) || otherSenders.in(before)
}

var othersAddress = phrases(`his email, her email, their email, his mail, her mail, his address, her address, su correo, seine mail, ihre mail, son mail, email dele, email dela, его почта, ее почта, onun maili, 他 的 邮 箱, 她 的 邮 箱,
	moms email, mums email, dads email, boss email, teachers email, friends email`)

var mailOwn = phrases("my, mine, me at, mi, mein, meine, meiner, mon, meu, minha, мой, моя, мою, benim, mijn, moj, il mio, 我 的, من, mera, meri")

// speltEmails finds "john dot doe at gmail dot com", "john(at)gmail(dot)com",
// "john @ gmail . com".
func (t *text) speltEmails(found *findings) {
	for i := 1; i < len(t.tokens); i++ {
		tok := t.tokens[i]
		sign := tok.text == "@" || tok.text == "特" && tok.glued && t.tokens[i-1].text == "艾"
		if !sign && (tok.kind != word || !atWords[tok.text]) {
			if tok.kind == word && mailProviders[tok.text] {
				t.unmarkedEmail(i, found)
			}
			continue
		}
		left, right := i, i+1
		if tok.text == "特" {
			left--
		}
		for n := 0; n < 2 && left > 0 && opening[t.tokens[left-1].text]; n++ {
			left--
		}
		for n := 0; n < 2 && right < len(t.tokens) && closing[t.tokens[right].text]; n++ {
			right++
		}
		if right+1 < len(t.tokens) && t.tokens[right].text == "the" && t.tokens[right+1].text == "rate" { // as India says it
			right += 2
			if right < len(t.tokens) && t.tokens[right].text == "of" {
				right++
			}
		}
		bracketed := left < i && right > i+1
		if tok.text == "a" && !bracketed {
			continue
		}
		if left > 1 && t.tokens[left-1].text == "," && t.tokens[left-1].glued {
			left--
		}
		first, start := t.labelBefore(left)
		if first < 0 {
			continue
		}
		end, host, dotted := t.speltDomain(right)
		if end < 0 {
			continue
		}
		if !dotted && mailProviders[host] && end < len(t.tokens) && t.tokens[end].kind == word && plainTLDs[t.tokens[end].text] {
			end, dotted = end+1, true // "gmail com"
		}
		provider := mailProviders[host] || dotted && sharedProviders[host]
		local := t.plain[start:t.tokens[left-1].end]
		if sign && dotted && !strings.ContainsAny(t.plain[start:t.tokens[end-1].end], " ()[]{}<>") {
			continue // written as it is: plainEmail has judged it
		}
		plainWord := first == left-1
		rich := !plainWord || strings.ContainsAny(local, "0123456789._-")
		named := func() bool { return mailWords.in(t.words(start-60, start)) }
		is := false
		switch {
		case plainWord && notLocal[t.tokens[first].text], len(local) < 2 && plainWord:
		case dotted && (sign || bracketed):
			is = provider || rich || named() || bracketed
		case tok.text == "et": // "and" in French
			is = provider && dotted && !plainWord
		case dotted:
			is = provider || rich && !plainWord || named()
		case provider:
			is = sign || bracketed || rich || first == 0 || named()
		}
		if is && !t.othersMail(start, strings.ToLower(local)) {
			found.add(Email, start, t.tokens[end-1].end)
			i = end - 1
		}
	}
}

// unmarkedEmail takes "joe99 gmail com", whose provider is at a token, where
// the words before say that an address comes.
func (t *text) unmarkedEmail(i int, found *findings) {
	end, _, dotted := t.speltDomain(i)
	if !dotted && end > 0 && end < len(t.tokens) && plainTLDs[t.tokens[end].text] {
		end, dotted = end+1, true
	}
	first, start := t.labelBefore(i)
	if !dotted || first < 0 || t.tokens[i].glued {
		return
	}
	if local := t.plain[start:t.tokens[i-1].end]; strings.ContainsAny(local, "0123456789._") && letters(local) && mailWords.in(t.words(start-60, start)) {
		found.add(Email, start, t.tokens[end-1].end)
	}
}

// speltDomain reads the name of a host at a token, with its dots as signs or
// in words, and returns the token after it and its first label.
func (t *text) speltDomain(i int) (end int, host string, dotted bool) {
	if i >= len(t.tokens) || t.tokens[i].kind > number {
		return -1, "", false
	}
	host = tldOf(t.tokens[i].text)
	end = i + 1
	for end+1 < len(t.tokens) && t.tokens[end].glued && !t.han(end) && (t.tokens[end].kind <= number || t.tokens[end].text == "-" && t.tokens[end+1].glued) && end-i < 8 {
		host += t.tokens[end].text
		end++
	}
	if label, ok := strings.CutSuffix(host, "dotcom"); ok && label != "" {
		return end, label, true
	}
	for n := 0; n < 3; n++ {
		next := end
		if next+1 < len(t.tokens) && t.tokens[next].text == "." && t.tokens[next].glued && t.tokens[next+1].glued {
			next++
		} else if _, after, ok := t.dotAt(next); ok {
			next = after
		} else {
			break
		}
		if next >= len(t.tokens) || t.tokens[next].kind != word {
			break
		}
		label := tldOf(t.tokens[next].text)
		if n == 0 || isTLD(label) {
			end = next + 1
			dotted = isTLD(label)
			continue
		}
		break
	}
	return end, host, dotted
}
