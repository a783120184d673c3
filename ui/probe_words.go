// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"slices"
	"time"

	"passerby/app"
	"passerby/app/guard"
)

// This file says what stands in a conversation beside what was said in it. It
// knows nothing of Fyne.

// gravity is which of several questions is spoken of: the first of these.
var gravity = []guard.Category{
	guard.AskSecret, guard.AskMoney, guard.AskImage, guard.MovePlatform,
	guard.AskContact, guard.AskLocation, guard.AskName, guard.AskAge,
}

// answerTime is how soon after a question a message is no answer to it, but
// crossed it on the way.
const answerTime = 3 * time.Second

// openProbe returns the question of the stranger's that something is to be said
// of and the index of its message, or nil: the gravest one that is not answered
// yet, of those from index from on.
func openProbe(messages []app.Message, from int) (int, *guard.Finding) {
	var (
		open     *guard.Finding
		where    int
		answered time.Time
	)
	for i := len(messages) - 1; i >= from; i-- {
		m := &messages[i]
		if m.Mine {
			if m.At.After(answered) {
				answered = m.At
			}
			continue
		}
		if !answered.Before(m.At.Add(answerTime)) {
			break
		}
		for j := range m.Probes {
			f := &m.Probes[j]
			if open == nil || slices.Index(gravity, f.Category) < slices.Index(gravity, open.Category) {
				open, where = f, i
			}
		}
	}
	return where, open
}

// answersTo are two answers to a question that give nothing away, in the
// language of the question where they are known in it.
func answersTo(f guard.Finding) [2]string {
	if said, ok := answers[f.Category][f.Language]; ok {
		return said
	}
	return answers[f.Category]["en"]
}

// answers are, for each question and language, a light answer and a plain one.
var answers = map[guard.Category]map[string][2]string{
	guard.AskLocation: {
		"en": {"Somewhere under the same moon.", "I would rather not say where I am."},
		"es": {"En algún lugar bajo la misma luna.", "Prefiero no decir dónde estoy."},
		"de": {"Irgendwo unter demselben Mond.", "Das möchte ich nicht sagen."},
		"fr": {"Quelque part sous la même lune.", "Je préfère ne pas le dire."},
		"pt": {"Em algum lugar sob a mesma lua.", "Prefiro não dizer onde estou."},
		"ru": {"Где-то под той же луной.", "Об этом лучше умолчу."},
	},
	guard.AskContact: {
		"en": {"I like that this ends here.", "I do not give that to strangers."},
		"es": {"Me gusta que esto termine aquí.", "Eso no se lo doy a desconocidos."},
		"de": {"Mir gefällt, dass das hier endet.", "Das gebe ich Fremden nicht."},
		"fr": {"J'aime que ça reste ici.", "Je ne le donne pas à des inconnus."},
		"pt": {"Gosto que isto termine aqui.", "Isso não dou a desconhecidos."},
		"ru": {"Мне нравится, что всё останется здесь.", "Незнакомым я этого не даю."},
	},
	guard.AskAge: {
		"en": {"I stopped counting.", "I keep that to myself."},
		"es": {"Dejé de contar.", "Eso me lo guardo."},
		"de": {"Ich zähle nicht mehr mit.", "Das behalte ich für mich."},
		"fr": {"J'ai arrêté de compter.", "Je garde ça pour moi."},
		"pt": {"Parei de contar.", "Isso guardo para mim."},
		"ru": {"Давно не считаю.", "Это останется при мне."},
	},
	guard.AskName: {
		"en": {"Pick one for me.", "No names for me here."},
		"es": {"Elige uno para mí.", "Aquí prefiero sin nombres."},
		"de": {"Such mir einen aus.", "Hier lieber ohne Namen."},
		"fr": {"À toi d'en choisir un.", "Je préfère rester sans nom."},
		"pt": {"Escolhe um para mim.", "Aqui prefiro sem nomes."},
		"ru": {"А ты придумай за меня.", "А здесь лучше без имён."},
	},
	guard.AskImage: {
		"en": {"Imagine somebody better looking.", "No pictures from me. Words are fine."},
		"es": {"Imagina a alguien más guapo.", "Nada de fotos. Con palabras basta."},
		"de": {"Stell dir wen Hübscheren vor.", "Keine Bilder von mir. Worte genügen."},
		"fr": {"Imagine quelqu'un de plus beau.", "Pas de photos. Les mots suffisent."},
		"pt": {"Imagina alguém mais bonito.", "Nada de fotos. As palavras bastam."},
		"ru": {"Представь кого-нибудь покрасивее.", "Без фотографий. Слов достаточно."},
	},
	guard.AskMoney: {
		"en": {"All I have to give is words.", "No. I never send money."},
		"es": {"Solo tengo palabras para dar.", "No. Nunca envío dinero."},
		"de": {"Ich habe nur Worte zu geben.", "Nein. Ich schicke nie Geld."},
		"fr": {"Je n'ai que des mots à donner.", "Non. Je n'envoie jamais d'argent."},
		"pt": {"Só tenho palavras para dar.", "Não. Nunca envio dinheiro."},
		"ru": {"Могу поделиться только словами.", "Нет. Денег я не посылаю."},
	},
	guard.AskSecret: {
		"en": {"That one stays with me.", "No. Nobody gets that."},
		"es": {"Eso se queda conmigo.", "No. Eso no se lo doy a nadie."},
		"de": {"Das bleibt bei mir.", "Nein. Das bekommt niemand."},
		"fr": {"Ça reste avec moi.", "Non. Personne n'a ça de moi."},
		"pt": {"Isso fica comigo.", "Não. Isso não dou a ninguém."},
		"ru": {"Это останется при мне.", "Нет. Этого не получит никто."},
	},
	guard.MovePlatform: {
		"en": {"I like it here. Where were we?", "I only talk here."},
		"es": {"Aquí estoy a gusto. ¿Por dónde íbamos?", "Solo hablo aquí."},
		"de": {"Mir gefällt es hier. Wo waren wir?", "Ich rede nur hier."},
		"fr": {"Je suis bien ici. Où en étions-nous ?", "Je ne parle qu'ici."},
		"pt": {"Gosto daqui. Onde é que íamos?", "Só falo aqui."},
		"ru": {"Мне и здесь хорошо. На чём остановились?", "Я говорю только здесь."},
	},
}

// reminder says how long one has known the stranger, and what that means.
func reminder(known time.Duration) string {
	return "You have known this stranger for " + inWords(known) + ". They can keep everything you write."
}

var numbers = [...]string{
	"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
}

var tens = [...]string{"", "", "twenty", "thirty", "forty", "fifty"}

// inWords is a duration without figures, no more exactly than it matters.
func inWords(d time.Duration) string {
	minutes := int(d / time.Minute)
	hours := (minutes + 30) / 60
	switch {
	case minutes < 1:
		return "less than a minute"
	case minutes == 1:
		return "one minute"
	case minutes < 60:
		return counting(minutes) + " minutes"
	case hours == 1:
		return "about an hour"
	case hours < 48:
		return "about " + counting(hours) + " hours"
	}
	return "days"
}

// counting is a number from 1 to 59 as a word.
func counting(n int) string {
	switch {
	case n < len(numbers):
		return numbers[n]
	case n%10 == 0:
		return tens[n/10]
	}
	return tens[n/10] + "-" + numbers[n%10]
}
