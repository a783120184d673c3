// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

// What Russian gives away and asks for, and what only looks so.
func TestRussian(t *testing.T) {
	for _, tt := range []struct {
		who        guard.Speaker
		text, want string
	}{
		{guard.Me, "привет, мне 19, я из питера", "age=19 city=питера"},
		{guard.Me, "д 19 спб", "gender=д age=19 city=спб"},
		{guard.Me, "м 24 екб", "gender=м age=24 city=екб"},
		{guard.Me, "мне уже двадцать два", "age=двадцать два"},
		{guard.Me, "я 2004 года", "age=2004"},
		{guard.Me, "живу в мск с рождения", "city=мск"},
		{guard.Me, "сама из новосибирска", "city=новосибирска"},
		{guard.Me, "я из беларуси, живу в варшаве", "country=беларуси city=варшаве"},
		{guard.Me, "москва, а ты", "city=москва"},
		{guard.Me, "мой тг @lisa_fox", "handle=lisa_fox"},
		{guard.Me, "инста mari.ka99", "handle=mari.ka99"},
		{guard.Me, "добавь в дс kotik#2231", "handle=kotik"},
		{guard.Me, "меня зовут Григорий", "name=Григорий"},
		{guard.Me, "можно просто саня", "name=саня"},
		{guard.Me, "др у меня 14 мая", "birth_date=14 мая"},
		{guard.Me, "адрес: ул. Садовая, д. 12, кв. 7", "address=ул. Садовая, д. 12, кв. 7"},
		{guard.Me, "индекс 630099", "postcode=630099"},
		{guard.Me, "работаю сварщиком", "job=сварщиком"},
		{guard.Me, "учусь на юриста", "job=юриста"},
		{guard.Me, "я медсестра в реанимации", "job=медсестра"},
		{guard.Me, "работаю в пятерочке", "workplace=пятерочке"},
		{guard.Me, "учусь в мгу", "school=мгу"},
		{guard.Me, "хожу в школу 57", "school=школу 57"},
		{guard.Me, "я замужем, двое детей", "family=замужем family=двое детей"},
		{guard.Me, "у меня две дочки", "family=дочки"},
		{guard.Me, "живу с родителями", "family=с родителями"},
		{guard.Me, "у меня астма с детства", "health=астма"},
		{guard.Me, "пью антидепрессанты", "health=антидепрессанты"},
		{guard.Me, "я би", "orientation=би"},
		{guard.Me, "я мусульманин", "religion=мусульманин"},
		{guard.Me, "я татарин", "nationality=татарин"},
		{guard.Me, "зп 45 тысяч", "income=45 тысяч"},
		{guard.Me, "в пятницу лечу в стамбул", "travel=лечу в стамбул"},
		{guard.Me, "пароль от вайфая Koshka2020", "password=Koshka2020"},
		{guard.Me, "код из смс 448291", "password=448291"},
		{guard.Me, "mne 23, ya iz moskvy", "age=23 city=moskvy"},
		{guard.Me, "когда мне было 10 я боялся темноты", ""},
		{guard.Me, "мне 20 минут ехать", ""},
		{guard.Me, "брату 15, он в школе", ""},
		{guard.Me, "мой друг из питера", ""},
		{guard.Me, "хочу переехать в сочи", ""},
		{guard.Me, "меня зовут гулять, сори", ""},
		{guard.Me, "мама работает врачом", ""},
		{guard.Me, "хочу стать программистом", ""},
		{guard.Me, "забыл пароль от стима", ""},
		{guard.Me, "я не пользуюсь инстой", ""},
		{guard.Me, "пароль от сейфа отца 9-27-14", "password=9-27-14"},
		{guard.Me, "мне смс пришла с цифрами 482913", "password=482913"},
		{guard.Me, "опять забыл пароль от почты блин", ""},
		{guard.Me, "цой родился в ленинграде", ""},
		{guard.Me, "днюха 8 мая, будет 22", "birth_date=8 мая age=22"},
		{guard.Me, "едем в турцию с 4 по 18", "travel=едем в турцию с 4 по 18"},
		{guard.Me, "по нации башкир а языка не знаю", "nationality=башкир"},
		{guard.Stranger, "сколько лет цою было бы щас", ""},
		{guard.Me, "сосед женат третий раз", ""},
		{guard.Me, "я на 100% уверен", ""},
		{guard.Me, "мне 50 рублей не хватило", ""},
		{guard.Me, "я в шоке от этой серии", ""},
		{guard.Me, "у меня 15 сообщений", ""},
		{guard.Stranger, "откуда ты?", "ask_location=откуда ты"},
		{guard.Stranger, "с какого города", "ask_location=с какого города"},
		{guard.Stranger, "скок лет", "ask_age=скок лет"},
		{guard.Stranger, "как тебя звать", "ask_name=как тебя звать"},
		{guard.Stranger, "тг есть?", "ask_contact=тг есть"},
		{guard.Stranger, "кинь фотку", "ask_image=кинь фотку"},
		{guard.Stranger, "го в тг", "move_platform=го в тг"},
		{guard.Stranger, "займи 500 рублей до пятницы", "ask_money=займи 500 рублей"},
		{guard.Stranger, "скажи код из смс", "ask_secret=скажи код из смс"},
		{guard.Stranger, "мне 25, а тебе?", "ask_age=а тебе"},
		{guard.Stranger, "я из омска а ты", "ask_location=а ты"},
		{guard.Stranger, "откуда знаешь про это", ""},
		{guard.Stranger, "сколько стоит эта игра", ""},
		{guard.Stranger, "как зовут главного героя", ""},
		{guard.Stranger, "какой твой любимый город", ""},
		{guard.Stranger, "как дела", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			if got := said(tt.text, guard.Check(tt.text, guard.Context{Who: tt.who})); got != tt.want {
				t.Errorf("Check(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}
