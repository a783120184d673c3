// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"strings"
	"testing"

	"passerby/app/guard"
)

func TestEnglishIdentifiers(t *testing.T) {
	told := map[guard.Category]bool{
		guard.Handle: true, guard.Name: true, guard.Address: true, guard.Postcode: true, guard.BirthDate: true,
		guard.Workplace: true, guard.School: true, guard.Password: true,
	}
	for _, tt := range []struct{ text, want string }{
		{"my insta is coffeewithlou", "handle=coffeewithlou"},
		{"commit 3f786850e387550fdab836ed7e6dc881de23001b broke it", ""},
		{"nans safe is 31-08-64", "password=31-08-64"},
		{"its my birthday tmrw", "birth_date=tmrw"},
		{"its like its my birthday today", ""},
		{"221b baker street is where sherlock lives", ""},
		{"just started w deloitte", "workplace=deloitte"},
		{"snap: jakey.boi", "handle=jakey.boi"},
		{"im bigbadwolf77 on xbox", "handle=bigbadwolf77"},
		{"@the_real_mo", "handle=the_real_mo"},
		{"my insta is private", ""},
		{"discord is better than skype", ""},
		{"im Anna", "name=Anna"},
		{"my names becky btw", "name=becky"},
		{"everyone calls me moose", "name=moose"},
		{"call me crazy but i like it", ""},
		{"my name is hard to spell", ""},
		{"my sisters name is kate", ""},
		{"i live at 12 rose lane", "address=12 rose lane"},
		{"flat 3b 41 high st", "address=flat 3b 41 high st"},
		{"po box 1123", "address=po box 1123"},
		{"blk 4 lot 18 mahogany st", "address=blk 4 lot 18 mahogany st"},
		{"its a 10 minute drive", ""},
		{"sherlock lives at 221b baker street", ""},
		{"postcode is LS6 2AB", "postcode=LS6 2AB"},
		{"austin tx 78704", "postcode=78704"},
		{"my score was 90210", ""},
		{"w8 4th time today", ""},
		{"born 5 may 1999", "birth_date=5 may 1999"},
		{"my bday's on the 14th of feb", "birth_date=14th of feb"},
		{"the game comes out on june 5", ""},
		{"i work at tesco", "workplace=tesco"},
		{"i work for a company called brightleaf", "workplace=brightleaf"},
		{"i work at a bank", ""},
		{"i want to work at google", ""},
		{"i study law at durham university", "school=durham university"},
		{"im a student at ucla", "school=ucla"},
		{"i go to a public school", ""},
		{"i want to go to stanford", ""},
		{"my password is hunter22", "password=hunter22"},
		{"it texted me 662019", "password=662019"},
		{"my netflix password is pineapple", "password=pineapple"},
		{"on the tills in woolies til 9", "workplace=woolies"},
		{"walmart let me go home early", "workplace=walmart"},
		{"walmart let me return it", ""},
		{"queued an hour at ikea for a lamp", ""},
		{"oakhill middle school is trash", "school=oakhill middle school"},
		{"delhi university second year", "school=delhi university"},
		{"middle school was a nightmare", ""},
		{"number 9 on tullow street", "address=number 9 on tullow street"},
		{"come over, 5 banksia cres 3207", "address=5 banksia cres postcode=3207"},
		{"78704 zipcode gang", "postcode=78704"},
		{"birthday? 5th may", "birth_date=5th may"},
		{"im a virgo, sept 9", "birth_date=sept 9"},
		{"my exam is on may 5", ""},
		{"my real name? kelvin", "name=kelvin"},
		{"Ruth, 51, from Margate", "name=Ruth"},
		{"@kwame.plays on twitch", "handle=kwame.plays"},
		{"my passwords always Monkey_tree99", "password=Monkey_tree99"},
		{"password is wrong", ""},
		{"error code 4042", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			// when
			var found []guard.Finding
			for _, f := range guard.Check(tt.text, guard.Context{}) {
				if told[f.Category] {
					found = append(found, f)
				}
			}

			// then
			if got := said(tt.text, found); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A bare word counts where the stranger has just asked for it.
func TestEnglishAnswers(t *testing.T) {
	for _, tt := range []struct{ question, answer, want string }{
		{"whats ur name", "tasha wbu", "name=tasha"},
		{"hi", "tasha wbu", ""},
		{"whats ur insta", "its moonpie_22", "handle=moonpie_22"},
		{"send me the code u got", "559201", "password=559201"},
		{"how was ur score", "559201", ""},
		{"whens your birthday", "march 3rd", "birth_date=march 3rd"},
	} {
		t.Run(tt.answer, func(t *testing.T) {
			ctx := guard.Context{Before: []guard.Line{{Who: guard.Stranger, Text: tt.question}}}
			if got := said(tt.answer, guard.Check(tt.answer, ctx)); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
