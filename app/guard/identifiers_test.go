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
		{"johndoe at gmail com my email is", ""},
		{"my email is johndoe at gmail", "johndoe at gmail"},
		{"johndoe99 at hotmail", "johndoe99 at hotmail"},
		{"john at gmail dot com", "john at gmail dot com"},
		{"juan punto perez arroba gmail punto com", "juan punto perez arroba gmail punto com"},
		{"max punkt muster klammeraffe gmx punkt de", "max punkt muster klammeraffe gmx punkt de"},
		{"иван собака яндекс точка ру", ""},
		{"ivan собака yandex точка ru", "ivan собака yandex точка ru"},
		{"jean arobase orange point fr", ""},
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
