// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"testing"

	"passerby/app/guard"
)

// What Turkish, Hindi, Persian, Chinese and Polish give away and ask for, and
// what only looks so; and that they leave other languages alone.
func TestEastern(t *testing.T) {
	checkEach(t, []lineOf{
		{guard.Me, "21 yaşındayım öğrenciyim", "age=21"},
		{guard.Me, "izmirde yaşıyorum", "city=izmirde"},
		{guard.Me, "adım Kerem", "name=Kerem"},
		{guard.Me, "şifrem Karabas34", "password=Karabas34"},
		{guard.Me, "annem 50 yaşında", ""},
		{guard.Me, "main 20 saal ka hu", "age=20"},
		{guard.Me, "मैं पटना में रहता हूँ", "city=पटना"},
		{guard.Me, "mera naam Rohan hai", "name=Rohan"},
		{guard.Me, "mera bhai 12 saal ka hai", ""},
		{guard.Me, "من ۲۲ سالمه", "age=۲۲"},
		{guard.Me, "از شیراز هستم", "city=شیراز"},
		{guard.Me, "esmam reza", "name=reza"},
		{guard.Me, "داداشم ۱۵ سالشه", ""},
		{guard.Me, "我今年23岁", "age=23"},
		{guard.Me, "我住在杭州", "city=杭州"},
		{guard.Me, "我的微信是xiaomao_77", "handle=xiaomao_77"},
		{guard.Me, "验证码482913", "password=482913"},
		{guard.Me, "我弟弟今年10岁", ""},
		{guard.Me, "想去云南旅游", ""},
		{guard.Me, "cuma antalyaya uçuyorum", "travel=cuma antalyaya uçuyorum"},
		{guard.Me, "almanyadayım şu an", "country=almanyadayım"},
		{guard.Me, "apartman kapısı *3046", "password=3046"},
		{guard.Me, "ablam geçen yaz evlendi", ""},
		{guard.Me, "okula gidiyorum", ""},
		{guard.Me, "kal goa ja raha hu", "travel=kal goa ja raha"},
		{guard.Me, "मैं शादीशुदा हूँ", "family=शादीशुदा"},
		{guard.Me, "bhai ki shaadi hai kal", ""},
		{guard.Me, "ساکن آلمانم", "country=آلمانم"},
		{guard.Me, "معلمم گفت فردا امتحانه", ""},
		{guard.Me, "本人男，三十五，在东莞打工", "gender=男 age=三十五 city=东莞"},
		{guard.Me, "邮箱chenbo88@163.com发我", "email=chenbo88@163.com"},
		{guard.Me, "有两个孩子在打架", ""},
		{guard.Me, "mam 24 lata", "age=24"},
		{guard.Me, "jestem z Poznania", "city=Poznania"},
		{guard.Me, "mam na imię Kasia", "name=Kasia"},
		{guard.Me, "mieszkam na ul. Długa 5/7", "address=ul. Długa 5/7"},
		{guard.Me, "mój brat ma 12 lat", ""},
		{guard.Me, "i play on steam deck", ""},
		{guard.Stranger, "kaç yaşındasın", "ask_age=kaç yaşındasın"},
		{guard.Stranger, "nerelisin", "ask_location=nerelisin"},
		{guard.Stranger, "foto atsana", "ask_image=foto atsana"},
		{guard.Stranger, "kaha se ho", "ask_location=kaha se ho"},
		{guard.Stranger, "apni pic bhejo", "ask_image=apni pic bhejo"},
		{guard.Stranger, "چند سالته", "ask_age=چند سالته"},
		{guard.Stranger, "بیا تلگرام", "move_platform=بیا تلگرام"},
		{guard.Stranger, "你是哪里人", "ask_location=你是哪里人"},
		{guard.Stranger, "加个微信吧", "ask_contact=加个微信"},
		{guard.Stranger, "验证码发我一下", "ask_secret=验证码发我一下"},
		{guard.Stranger, "ben mert 24 izmir, sen?", "ask_name=sen ask_age=sen ask_location=sen"},
		{guard.Stranger, "main 21 delhi se, aur tum?", "ask_age=aur tum ask_location=aur tum"},
		{guard.Stranger, "من علی ۲۵ تهران، تو؟", "ask_name=تو ask_age=تو ask_location=تو"},
		{guard.Stranger, "我25，成都的，你呢", "ask_age=你呢 ask_location=你呢"},
		{guard.Stranger, "ile masz lat", "ask_age=ile masz lat"},
		{guard.Stranger, "chodź na discorda", "move_platform=chodź na discorda"},
		{guard.Stranger, "podaj kod blik", "ask_secret=podaj kod blik"},
		{guard.Stranger, "co robisz", ""},
		{guard.Stranger, "naber nasılsın", ""},
		{guard.Stranger, "para ver la película", ""},
		{guard.Stranger, "your number is great", ""},
	})
}
