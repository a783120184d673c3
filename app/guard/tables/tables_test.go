// SPDX-License-Identifier: GPL-3.0-or-later

package tables_test

import (
	"runtime"
	"strings"
	"testing"

	"passerby/app/guard/tables"
)

func fold(s string) []string { return strings.Fields(tables.Fold(s)) }

// findPlace finds the place whose name all of the words together are.
func findPlace(words []string) (tables.Place, bool) {
	p, n, ok := tables.LongestPlace(words)
	return p, ok && n == len(words)
}

// findCountry finds the country that all of the words together name.
func findCountry(words []string) (tables.CountryMatch, bool) {
	c, n, ok := tables.LongestCountry(words)
	return c, ok && n == len(words)
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		said, name, country string
		words               int
	}{
		{"leeds", "Leeds", "GB", 1},
		{"new york", "New York City", "US", 2},
		{"NYC", "New York City", "US", 1},
		{"são paulo", "São Paulo", "BR", 2},
		{"sao paulo lol", "São Paulo", "BR", 2},
		{"sampa", "São Paulo", "BR", 1},
		{"München", "Munich", "DE", 1},
		{"munich", "Munich", "DE", 1},
		{"munchen", "Munich", "DE", 1},
		{"muenchen", "Munich", "DE", 1},
		{"Мюнхене", "Munich", "DE", 1},
		{"Москва", "Moscow", "RU", 1},
		{"москвы", "Moscow", "RU", 1},
		{"питере", "Saint Petersburg", "RU", 1},
		{"нижнего новгорода", "Nizhniy Novgorod", "RU", 2},
		{"ростове-на-дону", "Rostov-na-Donu", "RU", 3},
		{"екатеринбурге", "Yekaterinburg", "RU", 1},
		{"pune hbu", "Pune", "IN", 1},
		{"दिल्ली", "Delhi", "IN", 1},
		{"تهران", "Tehran", "IR", 1},
		{"北京", "Beijing", "CN", 1},
		{"اصفهانی", "Isfahan", "IR", 1},
		{"victoria", "Victoria", "AU", 1},
		{"brum", "Birmingham", "GB", 1},
		{"wrocław", "Wrocław", "PL", 1},
		{"mailand", "Milan", "IT", 1},
		{"مشهد", "Mashhad", "IR", 1},
		{"istanbul'da", "Istanbul", "TR", 1},
		{"ankaralıyım", "Ankara", "TR", 1},
		{"İzmir", "İzmir", "TR", 1},
		{"newcastle upon tyne", "Newcastle upon Tyne", "GB", 3},
		{"stoke-on-trent", "Stoke-on-Trent", "GB", 3},
		{"st. petersburg", "Saint Petersburg", "RU", 2},
		{"düdo", "Düsseldorf", "DE", 1},
		{"köln", "Köln", "DE", 1},
		{"bh", "Belo Horizonte", "BR", 1},
		{"ohio", "Ohio", "US", 1},
		{"bayern", "Bavaria", "DE", 1},
		{"kent", "Kent", "GB", 1},
		{"nsw", "New South Wales", "AU", 1},
		{"cataluña", "Catalonia", "ES", 1},
		{"uttar pradesh", "Uttar Pradesh", "IN", 2},
	} {
		p, n, ok := tables.LongestPlace(fold(tc.said))
		if !ok || p.Name != tc.name || p.Country != tc.country || n != tc.words {
			t.Errorf("%q is %+v of %d words (%t), want %s, %s of %d", tc.said, p, n, ok, tc.name, tc.country, tc.words)
		}
	}
}

func TestNoPlace(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"", "the", "i", "and you", "what are you doing", "привет", "как дела", "سلام", "haha"} {
		if p, n, ok := tables.LongestPlace(fold(said)); ok || n != 0 {
			t.Errorf("%q is %+v", said, p)
		}
	}
	// A message has as many words as its writer likes, and empty ones.
	if _, _, ok := tables.LongestPlace([]string{"", "leeds"}); ok {
		t.Error("an empty word is a place")
	}
	if p, ok := findPlace(fold("leeds uk")); ok {
		t.Errorf("\"leeds uk\" is %+v as a whole", p)
	}
	long := make([]string, 10000)
	for i := range long {
		long[i] = strings.Repeat("san ", 1000)
	}
	if _, _, ok := tables.LongestPlace(long); ok {
		t.Error("san san san is a place")
	}
}

// Names of several words come as words, or as one word that holds the spaces
// that Fold made of its hyphens.
func TestPlaceInOneWord(t *testing.T) {
	t.Parallel()
	p, n, ok := tables.LongestPlace([]string{tables.Fold("Stoke-on-Trent")})
	if !ok || n != 1 || p.Name != "Stoke-on-Trent" {
		t.Errorf("got %+v of %d words", p, n)
	}
	p, n, ok = tables.LongestPlace([]string{"newcastle", tables.Fold("upon-Tyne"), "mate"})
	if !ok || n != 2 || p.Name != "Newcastle upon Tyne" {
		t.Errorf("got %+v of %d words", p, n)
	}
}

func TestPrefixes(t *testing.T) {
	t.Parallel()
	for said, name := range map[string]string{
		"北京人": "Beijing", "北京": "Beijing", "上海的": "Shanghai", "深圳市民": "Shenzhen", "香港": "Hong Kong",
		"山东济南": "Shandong", "台北": "Taipei", "北": "", "我在北京": "",
	} {
		if p, n, ok := tables.PlacePrefix(said); ok != (name != "") || p.Name != name || n > len(said) {
			t.Errorf("%q is %+v of %d bytes, want %q", said, p, n, name)
		}
	}
	for said, code := range map[string]string{"中国人": "CN", "美国": "US", "日本": "JP", "法国来的": "FR", "德": "", "": ""} {
		if c, _, ok := tables.CountryPrefix(said); ok != (code != "") || c.Code != code {
			t.Errorf("%q is %+v, want %q", said, c, code)
		}
	}
}

func TestAmbiguousPlaces(t *testing.T) {
	t.Parallel()
	for _, said := range []string{
		"nice", "reading", "of", "mobile", "bath", "orange", "split", "hat", "same", "as", "most",
		"buy", "man", "van", "chat", "date", "best", "see", "home", "born", "ham", "essen", "sur",
		"parla", "hay", "para", "casa", "son", "cali", "lens", "tours", "nancy", "florence", "la",
		"in", "or", "ok", "me", "hi", "oh", "pa", "sofia", "charlotte", "madison", "jackson",
		"lincoln", "orange", "kent", "victoria", "georgia", "владимир", "орел", "мир", "ordu", "batman",
		"santiago", "como", "natal", "enterprise", "surprise", "paradise",
	} {
		if p, ok := findPlace(fold(said)); ok && !p.Ambiguous {
			t.Errorf("%q is %s and nothing else", said, p.Name)
		}
	}
	for _, said := range []string{
		"leeds", "london", "paris", "berlin", "nyc", "münchen", "köln", "москва", "питер", "спб", "мск",
		"pune", "delhi", "mumbai", "北京", "تهران", "madrid", "bcn", "cdmx", "bsas", "sampa", "new york",
		"los angeles", "sf", "philly", "ffm", "düdo", "blr", "dilli", "california", "texas", "ohio",
		"manchester", "istanbul", "ankara", "bogotá", "lyon", "toulouse", "lisboa", "recife", "rio de janeiro",
		"екатеринбург", "новосибирске", "bayern", "nrw", "nsw", "ontario", "yorkshire", "warszawa", "amsterdam",
	} {
		if p, ok := findPlace(fold(said)); !ok || p.Ambiguous {
			t.Errorf("%q is %+v (%t), want a place and nothing else", said, p, ok)
		}
	}
}

func TestPopulations(t *testing.T) {
	t.Parallel()
	for said, people := range map[string][2]int{
		"leeds": {4e5, 9e5}, "pune": {2e6, 8e6}, "tokyo": {7e6, 40e6}, "москва": {9e6, 14e6},
		"reykjavik": {1e5, 2e5}, "california": {35e6, 42e6}, "vatican city": {400, 1000},
	} {
		if p, ok := findPlace(fold(said)); !ok || p.Population < people[0] || p.Population > people[1] {
			t.Errorf("%q is %+v (%t), want between %d and %d people", said, p, ok, people[0], people[1])
		}
	}
}

// Bounds of the tables' cost: what they hold on to, and how long the first
// lookup of a program takes at most.
func TestMemory(t *testing.T) {
	if p, ok := findPlace([]string{"leeds"}); !ok {
		t.Fatal(p)
	}
	tables.GivenName("emma")
	if _, ok := findCountry([]string{"france"}); !ok {
		t.Fatal("no France")
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	if most := uint64(15 << 20); m.HeapAlloc > most {
		t.Errorf("%d bytes are held, want %d at most", m.HeapAlloc, most)
	}
}

func BenchmarkPlaceFound(b *testing.B)  { benchmarkPlace(b, "leeds", "is", "ok") }
func BenchmarkPlaceMissed(b *testing.B) { benchmarkPlace(b, "because", "of", "you") }
func BenchmarkPlaceLong(b *testing.B) {
	benchmarkPlace(b, "newcastle", "upon", "tyne", "is", "cold", "today")
}
func BenchmarkPlaceCyrillic(b *testing.B) {
	benchmarkPlace(b, "екатеринбурге", "живу")
}

func benchmarkPlace(b *testing.B, words ...string) {
	tables.LongestPlace(words)
	b.ReportAllocs()
	for b.Loop() {
		tables.LongestPlace(words)
	}
}

func BenchmarkFoldPlain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		tables.Fold("leeds")
	}
}

func BenchmarkFoldAccents(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		tables.Fold("São Paulo")
	}
}
