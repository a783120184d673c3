// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import (
	"crypto/sha256"
	"strings"
)

// charset tells of each byte whether it belongs to a key's body.
type charset [256]bool

func charsetOf(ranges string) *charset {
	var c charset
	for i := 0; i+1 < len(ranges); i += 2 {
		for b := ranges[i]; b <= ranges[i+1]; b++ {
			c[b] = true
		}
	}
	return &c
}

var (
	alnums   = charsetOf("09azAZ")
	wordish  = charsetOf("09azAZ__")
	dashed   = charsetOf("09azAZ__--")
	dotted   = charsetOf("09azAZ__--..")
	base64s  = charsetOf("09azAZ++//==")
	base64u  = charsetOf("09azAZ++//==__--")
	hexes    = charsetOf("09afAF")
	base58s  = charsetOf("19AHJNPZakmz")
	named    = charsetOf("09azAZ++//__--")
	capitals = charsetOf("09AZ")
)

// keyShape is how the keys of one service look: a prefix and a body of at
// least so many characters.
type keyShape struct {
	prefix string
	body   *charset
	least  int
}

// keyShapes follow the rules of gitleaks 8.30 (MIT) and the services' own
// documents. Lengths are a little below the true ones: a key that was cut is
// still no one else's business.
var keyShapes = shapesByFirst([]keyShape{
	{"AKIA", capitals, 16}, {"ASIA", capitals, 16}, {"ABIA", capitals, 16}, {"ACCA", capitals, 16}, {"ABSK", base64s, 100}, // AWS
	{"ghp_", alnums, 20}, {"gho_", alnums, 20}, {"ghu_", alnums, 20}, {"ghs_", alnums, 20}, {"ghr_", alnums, 20}, {"github_pat_", wordish, 22},
	{"glpat-", dotted, 16}, {"gldt-", dashed, 16}, {"glrt-", dotted, 16}, {"glcbt-", dashed, 16}, {"glptt-", hexes, 32}, {"gloas-", dashed, 32},
	{"glsoat-", dashed, 16}, {"glft-", dashed, 16}, {"glimt-", dashed, 20}, {"glagent-", dashed, 40}, {"glffct-", dashed, 16}, // GitLab
	{"xoxb-", dashed, 16}, {"xoxp-", dashed, 16}, {"xoxa-", dashed, 16}, {"xoxr-", dashed, 16}, {"xoxs-", dashed, 16}, {"xoxo-", dashed, 16},
	{"xoxe-", dashed, 16}, {"xoxe.xox", dashed, 16}, {"xapp-", dashed, 16}, {"hooks.slack.com/services/", base64s, 30}, // Slack
	{"AIza", dashed, 30}, {"ya29.", dashed, 30}, {"GOCSPX-", dashed, 20}, // Google
	{"sk_live_", alnums, 16}, {"sk_test_", alnums, 16}, {"rk_live_", alnums, 16}, {"rk_test_", alnums, 16}, {"whsec_", base64s, 16}, // Stripe
	{"sk-ant-", dashed, 20}, {"sk-proj-", dashed, 20}, {"sk-svcacct-", dashed, 20}, {"sk-admin-", dashed, 20}, {"sk-or-", dashed, 20}, {"sk-", alnums, 20},
	{"gsk_", alnums, 32}, {"xai-", alnums, 32}, {"pplx-", alnums, 32}, {"hf_", alnums, 24}, {"api_org_", alnums, 24}, {"r8_", alnums, 30}, {"tvly-", dashed, 24},
	{"npm_", alnums, 30}, {"pypi-", dashed, 30}, {"rubygems_", hexes, 40}, {"CLOJARS_", alnums, 40}, {"oy2", alnums, 43},
	{"dop_v1_", hexes, 40}, {"doo_v1_", hexes, 40}, {"dor_v1_", hexes, 40}, // DigitalOcean
	{"shpat_", hexes, 24}, {"shpca_", hexes, 24}, {"shppa_", hexes, 24}, {"shpss_", hexes, 24}, // Shopify
	{"SG.", dotted, 40}, {"SK", hexes, 32}, {"key-", hexes, 32}, {"xkeysib-", dashed, 60}, // SendGrid, Twilio, Mailgun, Brevo
	{"sq0atp-", dashed, 20}, {"sq0csp-", dashed, 20}, {"EAAA", dashed, 50}, {"EAAC", alnums, 80}, {"EAAM", alnums, 80}, // Square, Facebook
	{"ATATT3", base64u, 60}, {"ATCTT3", base64u, 60}, {"ATBB", alnums, 28}, // Atlassian
	{"HRKU-", dashed, 50}, {"dapi", hexes, 32}, {"LTAI", alnums, 16}, {"FLWSECK", dashed, 20}, {"PMAK-", dashed, 40},
	{"glc_", base64s, 32}, {"glsa_", wordish, 32}, {"eyJrIjoi", base64s, 60}, {"lin_api_", alnums, 32}, {"ntn_", alnums, 40}, {"secret_", alnums, 40},
	{"pscale_tkn_", dotted, 30}, {"pscale_pw_", dotted, 30}, {"pscale_oauth_", dotted, 30}, {"pul-", hexes, 40}, {"rdme_", alnums, 60},
	{"sntrys_", base64u, 40}, {"sntryu_", hexes, 60}, {"shippo_live_", hexes, 32}, {"shippo_test_", hexes, 32}, {"hvs.", dashed, 24}, {"hvb.", dashed, 60},
	{"dp.pt.", alnums, 40}, {"fo1_", dashed, 40}, {"fm2_", base64s, 60}, {"figd_", dashed, 36}, {"sbp_", hexes, 40}, {"tskey-", dashed, 20}, {"ops_eyJ", base64s, 60},
	{"AKCp", alnums, 60}, {"EZAK", alnums, 50}, {"API-", capitals, 26}, {"vercel_", alnums, 24}, {"dckr_pat_", dashed, 24}, {"pat-na1-", dashed, 32}, {"pat-eu1-", dashed, 32},
	{"AGE-SECRET-KEY-1", alnums, 40}, {"age-secret-key-1", alnums, 40}, {"nsec1", alnums, 50},
	{"xprv", base58s, 90}, {"yprv", base58s, 90}, {"zprv", base58s, 90}, {"tprv", base58s, 90},
	{"discord.com/api/webhooks/", base64u, 40}, {"discordapp.com/api/webhooks/", base64u, 40}, {"otpauth://", charsetOf("!~"), 20},
})

func shapesByFirst(all []keyShape) *[256][]keyShape {
	var by [256][]keyShape
	for _, s := range all {
		by[s.prefix[0]] = append(by[s.prefix[0]], s)
	}
	return &by
}

// shortestKey is how long the shortest key is that is looked for.
const shortestKey = 16

// keys finds private keys and the secrets of services.
func keys(t *text, found *findings) {
	if len(t.plain) < shortestKey {
		return
	}
	pemKeys(t, found)
	p := t.plain
	for i := 0; i < len(p); {
		if !alnum(p[i]) {
			i++
			continue
		}
		// The run of letters and digits from here on; keys begin with one.
		end := i
		for end < len(p) && wordish[p[end]] {
			end++
		}
		var next int
		if n := keyAt(p, i, end); n > 0 {
			found.add(PrivateKey, i, i+n)
			next = i + n
		} else if next = t.namedKey(i, end, found); next == end {
			for j := i; j < end; j++ { // after an underscore, as in KEY_ghp_...
				if p[j] == '_' && j+1 < end && alnum(p[j+1]) && len(keyShapes[p[j+1]]) > 0 {
					if n := prefixed(p, j+1); n > 0 {
						found.add(PrivateKey, j+1, j+1+n)
						next = max(end, j+1+n)
						break
					}
				}
			}
		}
		i = max(next, i+1)
	}
}

// keyAt returns how long the key is that begins at i, where end is the end of
// its first letters and digits, or 0.
func keyAt(p string, i, end int) int {
	if n := prefixed(p, i); n > 0 {
		return n
	}
	switch length := end - i; {
	case p[i] == 'e' && strings.HasPrefix(p[i:], "eyJ"):
		if i > 0 && dotted[p[i-1]] {
			return 0
		}
		return jwt(p[i:])
	case length >= 20 && length <= 28 && strings.IndexByte("MNO", p[i]) >= 0 && end < len(p) && p[end] == '.':
		return discordToken(p[i:])
	case end < len(p) && p[end] == ':' && length >= 8 && length <= 13:
		return telegramToken(p[i:end], p[end:])
	case (length == 51 || length == 52) && strings.IndexByte("5KL9c", p[i]) >= 0 && base58Checks(p[i:end]):
		return length
	case length == 56 && p[i] == 'S' && span(p[i:], charsetStellar, maxBody) == 56 && lively(p[i:end], true):
		return length
	}
	return 0
}

var charsetStellar = charsetOf("AZ27")

func prefixed(p string, i int) int {
	for _, s := range keyShapes[p[i]] {
		if !strings.HasPrefix(p[i:], s.prefix) {
			continue
		}
		body := p[i+len(s.prefix):]
		n := span(body, s.body, maxBody)
		for n > 0 && !alnum(body[n-1]) && body[n-1] != '=' {
			n--
		}
		if n < s.least || n < maxBody && n < len(body) && alnum(body[n]) || !lively(body[:n], s.body != capitals && s.prefix != "hf_") {
			continue
		}
		return len(s.prefix) + n
	}
	return 0
}

// maxKey bounds how far a key is read, maxBody how far one that may begin
// anywhere is.
const (
	maxKey  = 4096
	maxBody = 400
)

// span returns how many bytes at the start of s are of a set, up to most.
func span(s string, c *charset, most int) int {
	n := 0
	for n < len(s) && n < most && c[s[n]] {
		n++
	}
	return n
}

// lively tells a key from a placeholder such as "xxxxxxxx" or from words.
func lively(s string, digit bool) bool {
	var seen [256]bool
	kinds, hasDigit := 0, false
	for i := 0; i < len(s); i++ {
		if !seen[s[i]] {
			seen[s[i]] = true
			kinds++
		}
		hasDigit = hasDigit || isDigit(s[i])
	}
	return kinds >= 6 && (hasDigit || !digit)
}

func jwt(s string) int {
	head := span(s, dashed, maxKey)
	if head < 12 || head >= len(s) || s[head] != '.' {
		return 0
	}
	body := span(s[head+1:], dashed, maxKey)
	if body < 10 {
		return 0
	}
	n := head + 1 + body
	if n < len(s) && s[n] == '.' {
		n += 1 + span(s[n+1:], dashed, maxKey)
	}
	return n
}

func discordToken(s string) int {
	a := span(s, dashed, maxBody)
	if a >= len(s) || s[a] != '.' {
		return 0
	}
	b := span(s[a+1:], dashed, maxBody)
	if n := a + 1 + b; b < 5 || b > 8 || n >= len(s) || s[n] != '.' {
		return 0
	}
	c := span(s[a+b+2:], dashed, maxBody)
	if c < 20 || c > 45 || !lively(s[:a], false) {
		return 0
	}
	return a + b + 2 + c
}

func telegramToken(id, rest string) int {
	n := len(id)
	id = strings.TrimPrefix(id, "bot")
	if len(id) < 8 || strings.Trim(id, "0123456789") != "" || len(rest) < 2 || rest[1] != 'A' {
		return 0
	}
	body := span(rest[1:], dashed, maxBody)
	if body < 30 || body > 45 {
		return 0
	}
	return n + 1 + body
}

// base58Checks tells whether a text is Base58Check: its last four bytes are
// those of the double SHA-256 of the others.
func base58Checks(s string) bool {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	var number [40]byte
	for i := 0; i < len(s); i++ {
		carry := strings.IndexByte(alphabet, s[i])
		if carry < 0 {
			return false
		}
		for j := len(number) - 1; j >= 0; j-- {
			carry += int(number[j]) * 58
			number[j] = byte(carry)
			carry >>= 8
		}
		if carry > 0 {
			return false
		}
	}
	// A private key is a byte for the network, 32 for the key, perhaps one
	// for compression, and 4 for the check.
	for _, n := range []int{37, 38} {
		payload := number[len(number)-n : len(number)-4]
		sum := sha256.Sum256(payload)
		sum = sha256.Sum256(sum[:])
		if string(sum[:4]) == string(number[len(number)-4:]) {
			return true
		}
	}
	return false
}

// pemKeys finds keys in blocks of text: PEM (RFC 7468), OpenSSH, PGP, PuTTY.
func pemKeys(t *text, found *findings) {
	p := t.plain
	for at := 0; ; {
		i := strings.Index(p[at:], "PRIVATE KEY")
		if i < 0 {
			break
		}
		i += at
		at = i + len("PRIVATE KEY")
		begin := strings.LastIndex(p[max(0, i-40):i], "BEGIN")
		if begin < 0 {
			continue
		}
		begin += max(0, i-40)
		for begin > 0 && p[begin-1] == '-' {
			begin--
		}
		body := strings.TrimLeft(p[at:], "-BLOCK \t\r\n\\")
		if len(body) < 16 || !base64s[body[0]] {
			continue
		}
		end := len(p)
		if stop := strings.Index(p[at:], "END"); stop >= 0 {
			end = at + stop
			if close := strings.Index(p[end:], "KEY"); close >= 0 {
				end += close + len("KEY")
			}
			for end < len(p) && p[end] == '-' {
				end++
			}
		}
		found.add(PrivateKey, begin, end)
		at = end
	}
	if i := strings.Index(p, "PuTTY-User-Key-File-"); i >= 0 {
		found.add(PrivateKey, i, len(strings.TrimRight(p, " \n")))
	}
}

// keyNames are what people call a key that they give away, publicNames what is
// as long and no secret.
var (
	keyNames = phrases(`secret, private key, priv key, privkey, privatekey, secret key, secretkey, api key, apikey, api keys, api secret, access key, access token,
		auth token, bot token, client secret, secret access key, app secret, webhook secret, authorization bearer, bearer token, signing key, encryption key, wallet key, my key, aws secret, aws key,
		api token, my token, the token, refresh token, session token, deploy key,
		clave privada, clave secreta, clave api, clave de api, llave privada, cle privee, cle secrete, cle api, cle d api, privater schlussel, privaten schlussel,
		geheimer schlussel, api schlussel, chave privada, chave secreta, chave api, chave de api, chave da api, приватный ключ, закрытый ключ, секретный ключ,
		ключ api, api ключ, апи ключ, токен бота, мой токен, токен, ozel anahtar*, gizli anahtar*, api anahtar*, کلید خصوصی, کلید api, निजी कुंजी,
		私 钥, 密 钥, chiave privata, chiave api, prive sleutel, api sleutel, klucz prywatny, klucz api, token bota, private schlussel`)
	publicNames = phrases(`public key, pubkey, hash, txid, tx, transaction, commit, contract, checksum, sha256, md5, sha, address, fingerprint, clave publica,
		cle publique, offentlicher schlussel, chave publica, открытый ключ, публичный ключ, хеш, хэш, uuid, id is, 公 钥`)
)

// namedKey finds a run that is a secret because the words before it say so,
// and returns where to go on.
func (t *text) namedKey(i, end int, found *findings) int {
	p := t.plain
	if i > 0 && named[p[i-1]] {
		return end // not the beginning; so the text is read once
	}
	n := i + span(p[i:], named, maxKey)
	for pad := 0; pad < 2 && n < len(p) && p[n] == '='; pad++ {
		n++
	}
	if n-i < shortestKey || n < len(p) && (p[n] == '.' && n+1 < len(p) && alnum(p[n+1]) || p[n] == '@' || strings.HasPrefix(p[n:], "://")) {
		return end
	}
	for n > end && !alnum(p[n-1]) && p[n-1] != '=' {
		n--
	}
	letters, digits := 0, 0
	for j := i; j < n; j++ {
		if isDigit(p[j]) {
			digits++
		} else if isLetter(p[j]) {
			letters++
		}
	}
	if digits < 1 || digits < 2 && n-i < 32 || letters < 4 || !lively(p[i:n], true) {
		return end
	}
	before := t.words(i-70, i)
	name, public := keyNames.last(before), publicNames.last(before)
	if after := t.words(n, n+48); name < 0 && public < 0 && n-i >= 50 && keyNames.in(after) && !publicNames.in(after) {
		name = 0
	}
	if name < 0 || public > name {
		return end
	}
	found.add(PrivateKey, i, n)
	return n
}
