// SPDX-License-Identifier: GPL-3.0-or-later

package lobby

import "sync"

// Language is one of the languages that are offered as interests. To want to
// talk in one is an interest like any other, under the language's own name; it
// is never taken from the system, which would tell where somebody is from.
type Language struct {
	Code string // ISO 639, for a program to tell them apart
	Name string // in the language itself: the interest
	// English is its name in English. Whoever types that means the same.
	English string
}

// languages are those with the most speakers, and of Europe, where Tor has
// most of its users, by code.
var languages = []Language{
	{"ar", "العربية", "Arabic"}, {"bg", "Български", "Bulgarian"}, {"bn", "বাংলা", "Bengali"}, {"ca", "Català", "Catalan"},
	{"cs", "Čeština", "Czech"}, {"da", "Dansk", "Danish"}, {"de", "Deutsch", "German"}, {"el", "Ελληνικά", "Greek"},
	{"en", "English", "English"}, {"eo", "Esperanto", "Esperanto"}, {"es", "Español", "Spanish"}, {"et", "Eesti", "Estonian"},
	{"eu", "Euskara", "Basque"}, {"fa", "فارسی", "Persian"}, {"fi", "Suomi", "Finnish"}, {"fr", "Français", "French"},
	{"ga", "Gaeilge", "Irish"}, {"he", "עברית", "Hebrew"}, {"hi", "हिन्दी", "Hindi"}, {"hr", "Hrvatski", "Croatian"},
	{"hu", "Magyar", "Hungarian"}, {"id", "Bahasa Indonesia", "Indonesian"}, {"it", "Italiano", "Italian"}, {"ja", "日本語", "Japanese"},
	{"ko", "한국어", "Korean"}, {"lt", "Lietuvių", "Lithuanian"}, {"lv", "Latviešu", "Latvian"}, {"ms", "Bahasa Melayu", "Malay"},
	{"nl", "Nederlands", "Dutch"}, {"no", "Norsk", "Norwegian"}, {"pl", "Polski", "Polish"}, {"pt", "Português", "Portuguese"},
	{"ro", "Română", "Romanian"}, {"ru", "Русский", "Russian"}, {"sk", "Slovenčina", "Slovak"}, {"sl", "Slovenščina", "Slovene"},
	{"sq", "Shqip", "Albanian"}, {"sr", "Српски", "Serbian"}, {"sv", "Svenska", "Swedish"}, {"sw", "Kiswahili", "Swahili"},
	{"ta", "தமிழ்", "Tamil"}, {"th", "ไทย", "Thai"}, {"tl", "Filipino", "Tagalog"}, {"tr", "Türkçe", "Turkish"},
	{"uk", "Українська", "Ukrainian"}, {"ur", "اردو", "Urdu"}, {"vi", "Tiếng Việt", "Vietnamese"}, {"zh", "中文", "Chinese"},
}

// Languages returns the languages that are offered as interests, in the order
// of their codes. An interest is a language's Name.
func Languages() []Language { return append([]Language(nil), languages...) }

// inEnglish gives the plain form of a language's name for that of its name in
// English.
var inEnglish = sync.OnceValue(func() map[string]string {
	names := make(map[string]string)
	for _, l := range languages {
		if own, english := plain(l.Name), plain(l.English); own != english {
			names[english] = own
		}
	}
	return names
})
