// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

func TestEmail(t *testing.T) {
	checkAll(t, guard.Email, []findingTest{
		{"joe@example.com", "joe@example.com"},
		{"write me: Joe.Doe+x@mail.example.co.uk!", "Joe.Doe+x@mail.example.co.uk"},
		{"joe@gmail.com.thanks", "joe@gmail.com"},
		{"jo\u200be@gmail.com", "jo\u200be@gmail.com"},
		{"jоe@gmail.com", "jоe@gmail.com"},
		{"(joe_doe@proton.me)", "joe_doe@proton.me"},
		{"john dot doe at gmail dot com", "john dot doe at gmail dot com"},
		{"its john(at)gmail(dot)com ok", "john(at)gmail(dot)com"},
		{"john [at] company [dot] org", "john [at] company [dot] org"},
		{"john @ gmail . com", "john @ gmail . com"},
		{"johndoe at gmail com my email is", "johndoe at gmail com"},
		{"my email is johndoe at gmail", "johndoe at gmail"},
		{"johndoe99 at hotmail", "johndoe99 at hotmail"},
		{"john at gmail dot com", "john at gmail dot com"},
		{"juan punto perez arroba gmail punto com", "juan punto perez arroba gmail punto com"},
		{"max punkt muster klammeraffe gmx punkt de", "max punkt muster klammeraffe gmx punkt de"},
		{"иван собака яндекс точка ру", "иван собака яндекс точка ру"},
		{"ivan собака yandex точка ru", "ivan собака yandex точка ru"},
		{"jean arobase orange point fr", "jean arobase orange point fr"},
		{"s a r a h @ gmail . com", "s a r a h @ gmail . com"},
		{"mail me joe99 gmail com", "joe99 gmail com"},
		{"joe at the rate gmail dot com", "joe at the rate gmail dot com"},
		{"got spam from joe@gmail.com", ""},
		{"support@amazon.com never answers", ""},
		{"joe@gmail", "joe@gmail"},
		{"john_doe AT outlook DOT com", "john_doe AT outlook DOT com"},
		{"john at gmaildotcom", "john at gmaildotcom"},

		{"meet me at noon dot", ""},
		{"look at google dot com", ""},
		{"@home all day", ""},
		{"im working at google", ""},
		{"i work at gmail", ""},
		{"image@2x.png", ""},
		{"lets meet @ starbucks", ""},
		{"@joe@mastodon.social", ""},
		{"git@github.com:joe/x", ""},
		{"1 @ 2 . 3", ""},
		{"look at yahoo dot com", ""},
	})
	checkAll(t, guard.Handle, []findingTest{{"im @joe@mastodon.social there", "@joe@mastodon.social"}})
}

func TestURL(t *testing.T) {
	checkAll(t, guard.URL, []findingTest{
		{"https://example.com/a?b=c", "https://example.com/a?b=c"},
		{"see (https://en.wikipedia.org/wiki/Tor_(network)).", "https://en.wikipedia.org/wiki/Tor_(network)"},
		{"www.example.de!", "www.example.de"},
		{"mysite.com", "mysite.com"},
		{"go to example.co.uk now", "example.co.uk"},
		{"t.me/joe", "t.me/joe"},
		{"discord.gg/abc123", "discord.gg/abc123"},
		{"youtu.be/dQw4w9WgXcQ", "youtu.be/dQw4w9WgXcQ"},
		{"mysite dot com slash x", "mysite dot com slash x"},
		{"mysite(dot)com", "mysite(dot)com"},
		{"duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion", "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion"},
		{"схожу на мойсайт.рф", "мойсайт.рф"},
		{"look on meinefirma.de vorbei", "meinefirma.de"},
		{"joes-cafe.de", "joes-cafe.de"},
		{"ftp://host/x", "ftp://host/x"},
		{"example.com:8080/x", "example.com:8080/x"},

		{"main.go and readme.md", ""},
		{"script.py report.pdf", ""},
		{"v1.2.3", ""},
		{"ok.so what", ""},
		{"no.im fine", ""},
		{"lol.but why", ""},
		{"yes.me too", ""},
		{"e.g. this i.e. that", ""},
		{"at 10.30 for 5.99", ""},
		{"node.js and asp.net", ""},
		{"the dot com bubble", ""},
		{"and/or yes.no/maybe...", ""},
		{"hey.how are you", ""},
		{"wait...what", ""},
		{"claro.de nada", ""},
		{"u.s.a.", ""},
		{"foo.bar()", ""},
		{"joe@example.com", ""},
	})
	checkAll(t, guard.Handle, []findingTest{
		{"instagram.com/joe.doe", "joe.doe"},
		{"https://www.instagram.com/joe/?hl=en", "joe"},
		{"t.me/joe", "joe"},
		{"https://www.tiktok.com/@joe", "joe"},
		{"linkedin.com/in/joe-doe-123", "joe-doe-123"},
		{"reddit.com/u/joe", "joe"},
		{"github.com/joe", "joe"},
		{"facebook.com/profile.php?id=1000123", "1000123"},
		{"steamcommunity.com/id/joe", "joe"},
		{"joe.tumblr.com", "joe"},
		{"instagram dot com slash joe", "joe"},

		{"https://www.instagram.com/p/Cabc123/", ""},
		{"github.com/golang/go", ""},
		{"x.com/nasa/status/123", ""},
		{"https://www.tiktok.com/@joe/video/123", ""},
		{"youtube.com/watch?v=dQw4w9WgXcQ", ""},
		{"https://news.ycombinator.com/item?id=1", ""},
		{"t.me/joinchat/AAAA", ""},
		{"reddit.com/r/golang", ""},
	})
	checkAll(t, guard.Phone, []findingTest{{"wa.me/447911123456", "447911123456"}})
	checkAll(t, guard.Password, []findingTest{{"http://joe:hunter2@example.com/", "hunter2"}})
}

func TestIPAddress(t *testing.T) {
	checkAll(t, guard.IPAddress, []findingTest{
		{"my ip is 84.115.22.190", "84.115.22.190"},
		{"84.115.22.190", "84.115.22.190"},
		{"join the mc server 84.115.22.190:25565 its running on my pc", "84.115.22.190"},
		{"ok mines 84.115.22.190 whats ur ping", "84.115.22.190"},
		{"mi ip es 84.115.22.190:25565", "84.115.22.190"},
		{"мой айпи 84.115.22.190", "84.115.22.190"},
		{"my ip: 203.0.113.7", "203.0.113.7"},
		{"my ipv6 is 2a02:8108:96c0:1f00:9d2:3c55:11aa:7b01", "2a02:8108:96c0:1f00:9d2:3c55:11aa:7b01"},
		{"84.115.22.190 thats my ip", "84.115.22.190"},
		{"my ip is 84 115 22 190", "84 115 22 190"},
		{"home ip 84[.]115[.]22[.]190", "84[.]115[.]22[.]190"},

		{"my ip is 192.168.0.14", ""},
		{"127.0.0.1", ""},
		{"my dns is 8.8.8.8", ""},
		{"use 1.1.1.1", ""},
		{"example: 203.0.113.7", ""},
		{"version 4.18.2.1", ""},
		{"v10.0.19041.1", ""},
		{"my mac is 00:1b:44:11:3a:b7", ""},
		{"at 12:30:45", ""},
		{"::1", ""},
		{"std::string", ""},
		{"ping 93.184.216.34 and see", ""},
		{"the server ip is 93.184.216.34", ""},
	})
}

func TestCoordinates(t *testing.T) {
	checkAll(t, guard.Coordinates, []findingTest{
		{"51.5074, -0.1278", "51.5074, -0.1278"},
		{"im at 40.712776 -74.005974 now", "40.712776 -74.005974"},
		{"gps 48.858,2.294", "48.858,2.294"},
		{"lat: 48.8584 lon: 2.2945", "48.8584 lon: 2.2945"},
		{"51.50°N 0.12°W", "51.50°N 0.12°W"},
		{`51°30'26"N 0°7'39"W`, `51°30'26"N 0°7'39"W`},
		{"51°30′26″N, 0°7′39″W", "51°30′26″N, 0°7′39″W"},
		{"N51.5074 W0.1278", "N51.5074 W0.1278"},
		{"51 deg 30 min north, 0 deg 7 min west", "51 deg 30 min north, 0 deg 7 min west"},
		{"geo:37.786971,-122.399677", "37.786971,-122.399677"},
		{"https://www.google.com/maps/@51.5074,-0.1278,15z", "51.5074,-0.1278"},
		{"8FVC9G8F+6X", "8FVC9G8F+6X"},
		{"9G8F+6X zurich", "9G8F+6X"},
		{"///index.home.raft", "///index.home.raft"},
		{"what3words filled.count.soap", "filled.count.soap"},
		{"30U 699316 5710163", "30U 699316 5710163"},

		{"pi is 3.1415 and e is 2.7182", ""},
		{"3.1415, 2.7182", ""},
		{"12.50, 13.99", ""},
		{"1920x1080, 2.5", ""},
		{"v1.2345.6789", ""},
		{"21-19, 21-17", ""},
		{"it is 25°C or 77°F", ""},
		{"95.1234, 12.3456 no", ""},
		{"95.1234, 195.3456", ""},
		{"c++ and 2+2", ""},
		{"///", ""},
		{"https://a.b.c", ""},
		{"1.0845, 1.0912", ""},
	})
}

func TestPhone(t *testing.T) {
	checkAll(t, guard.Phone, []findingTest{
		{"+44 7911 123456", "+44 7911 123456"},
		{"numaram 73.162.14.208", ""},
		{"whatsapp me +1 (212) 555-0182 ok", "+1 (212) 555-0182"},
		{"+79161234567", "+79161234567"},
		{"0049 151 23456789", "0049 151 23456789"},
		{"plus 44 7911 123456", "plus 44 7911 123456"},
		{"07911 123456", "07911 123456"},
		{"im 19 07911 123456", "07911 123456"},
		{"text me 07911123456 x", "07911123456"},
		{"my number is 555-0123", "555-0123"},
		{"(212) 555-0182", "212) 555-0182"},
		{"212-555-0182", "212-555-0182"},
		{"212.736.5000", "212.736.5000"},
		{"call me 2125550182", "2125550182"},
		{"06 12 34 56 78", "06 12 34 56 78"},
		{"mon num 0612345678", "0612345678"},
		{"ruf an: 0151/23456789", "0151/23456789"},
		{"llamame 612 34 56 78", "612 34 56 78"},
		{"612 345 678", "612 345 678"},
		{"me liga 11 98765-4321", "11 98765-4321"},
		{"(11) 98765-4321", "11) 98765-4321"},
		{"8 916 123-45-67", "8 916 123-45-67"},
		{"89161234567", "89161234567"},
		{"мой номер 9161234567", "9161234567"},
		{"numaram 0532 123 45 67", "0532 123 45 67"},
		{"شماره من ۰۹۱۲۳۴۵۶۷۸۹", "۰۹۱۲۳۴۵۶۷۸۹"},
		{"我的手机号13812345678", "13812345678"},
		{"13812345678", "13812345678"},
		{"mera number 98765 43210 hai", "98765 43210"},
		{"zero seven nine one one one two three four five six", "zero seven nine one one one two three four five six"},
		{"oh seven nine double one, one two three four five six", "oh seven nine double one, one two three four five six"},
		{"seis uno dos tres cuatro cinco seis siete ocho mi numero", "seis uno dos tres cuatro cinco seis siete ocho"},
		{"восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", "восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь"},
		{"zéro six douze trente-quatre cinquante-six soixante-dix-huit", "zéro six douze trente-quatre cinquante-six soixante-dix-huit"},
		{"0️⃣7️⃣9️⃣1️⃣1️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣", "0️⃣7️⃣9️⃣1️⃣1️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣"},
		{"0 7 9 1 1 1 2 3 4 5 6", "0 7 9 1 1 1 2 3 4 5 6"},
		{"O7911 l23456", "O7911 l23456"},
		{"five five five 0 one 2 three call me", "five five five 0 one 2 three"},
		{"0791\n1123\n456", "0791\n1123\n456"},

		{"8800 156 239 only for you", "8800 156 239"},
		{"06-12-34-56-78", "06-12-34-56-78"},
		{"07911☎️123456", "07911☎️123456"},
		{"sıfır beş yüz otuz üç dört yüz on iki yetmiş altı elli bir", "sıfır beş yüz otuz üç dört yüz on iki yetmiş altı elli bir"},
		{"صفر نهصد و دوازده سیصد و چهل و پنج شصت و هفت هشتاد و نه", "صفر نهصد و دوازده سیصد و چهل و پنج شصت و هفت هشتاد و نه"},
		{"o1 6o 5 5 8 3 2 9 1", "o1 6o 5 5 8 3 2 9 1"},

		{"12345678", ""},
		{"order number 12345678", ""},
		{"order 07911123456", ""},
		{"i have 1234567890 points", ""},
		{"$1 000 000 000", ""},
		{"it costs 250 000 000", ""},
		{"12.05.1999 14 30", ""},
		{"2024-11-05", ""},
		{"1990-1995 2001", ""},
		{"6-4 3-6 7-5 6-2", ""},
		{"at 10:30 or 11:45", ""},
		{"192.168.100.200", ""},
		{"4111 1111 1111 1111", ""},
		{"1 2 3 4 5 6 7 8 9 10", ""},
		{"ten nine eight seven six five four three two one", ""},
		{"one two three four five six seven eight nine ten", ""},
		{"0 1 1 0 1 0 0 1 0 1 1", ""},
		{"eight six seven five three oh nine", ""},
		{"tracking 1Z999AA10123456784", ""},
		{"call 1-800-273-8255", ""},
		{"call 0800 111 222", ""},
		{"8 800 555 35 35", ""},
		{"call of duty 2019 2022", ""},
		{"his number is 07911 123456", ""},
		{"lottery numbers 07 14 22 31 38 44", ""},
		{"die nummer 74158083926 nimmt es nicht", ""},
		{"3.14159265358979", ""},
		{"20 30 40 50 60", ""},
		{"1234567890 is what i type", ""},
		{"v12.345.6789", ""},
		{"https://example.com/07911123456", ""},
		{"1,234,567,890", ""},
		{"isbn 978 3 16 148410 0", ""},
	})
}

func TestPhoneInPieces(t *testing.T) {
	me := func(lines ...string) guard.Context {
		var ctx guard.Context
		for _, l := range lines {
			ctx.Before = append(ctx.Before, guard.Line{Who: guard.Me, Text: l}, guard.Line{Who: guard.Stranger, Text: "ok"})
		}
		return ctx
	}
	for _, tt := range []struct {
		text, want string
		ctx        guard.Context
	}{
		{"123456", "123456", me("07911")},
		{"3456", "3456", me("0791", "112")},
		{"and then 3456", "3456", me("so its 0791", "112")},
		{"one two three four five six", "one two three four five six", me("oh seven nine one one")},
		{"5678", "5678", me("my number is 61234")},
		{"7911 123456", "7911 123456", me("+44")},
		{"123456", "", me("hello")},
		{"19", "", me("20")},
		{"3-2", "", me("1-0", "2-1")},
		{"19", "", me("07911 123456")},
		{"2019", "", me("i was born in 1999 and moved in 2004")},
	} {
		if got := found(guard.Phone, tt.text, tt.ctx); got != tt.want {
			t.Errorf("%q after %v: %q, want %q", tt.text, tt.ctx.Before, got, tt.want)
		}
	}
}

func TestPieces(t *testing.T) {
	after := func(lines ...string) guard.Context {
		var ctx guard.Context
		for _, l := range lines {
			ctx.Before = append(ctx.Before, guard.Line{Who: guard.Me, Text: l})
		}
		return ctx
	}
	for _, tt := range []struct {
		category   guard.Category
		text, want string
		ctx        guard.Context
	}{
		{guard.Card, "1111 thats it", "1111", after("4111 1111", "1111")},
		{guard.IBAN, "0532 0130 00", "0532 0130 00", after("DE89 3704", "0044")},
		{guard.SeedPhrase, "useful legal winner thank yellow", "useful legal winner thank yellow", after("legal winner thank year wave", "sausage worth")},
		{guard.Email, "@gmail.com", "@gmail.com", after("joe.doe99")},
		{guard.Email, "gmail dot com", "gmail dot com", after("its joe at")},
		{guard.Card, "1112", "", after("4111 1111", "1111")},
		{guard.Email, "gmail dot com", "", after("what is that page called again?")},
	} {
		if got := found(tt.category, tt.text, tt.ctx); got != tt.want {
			t.Errorf("%s in %q after %v: %q, want %q", tt.category, tt.text, tt.ctx.Before, got, tt.want)
		}
	}
}
