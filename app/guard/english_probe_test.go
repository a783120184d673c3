// SPDX-License-Identifier: GPL-3.0-or-later

package guard_test

import (
	"slices"
	"strings"
	"testing"

	"passerby/app/guard"
)

// kinds writes the categories of findings.
func kinds(found []guard.Finding) string {
	var all []string
	for _, f := range found {
		all = append(all, string(f.Category))
	}
	return strings.Join(all, " ")
}

func TestEnglishProbes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"hii where u from", "ask_location"},
		{"from where", "ask_location"},
		{"from where i stand u lost that debate", ""},
		{"where do penguins live, north or south", ""},
		{"do u use reddit much", ""},
		{"would u pay 70 for a game", ""},
		{"whats the password to get in the club", ""},
		{"my telegram is full of bots", ""},
		{"oh cool which part of london r u in", "ask_location"},
		{"whats the time over there", "ask_location"},
		{"big city or small town", "ask_location"},
		{"what school do u go to", "ask_location"},
		{"nearest train station to you?", "ask_location"},
		{"where are you going with this story", ""},
		{"what city is the movie set in", ""},
		{"do you prefer the city or the countryside", ""},
		{"how old r ya", "ask_age"},
		{"u over 18 right", "ask_age"},
		{"what grade r u in", "ask_age"},
		{"how old is your dog", ""},
		{"are you 100% sure", ""},
		{"what should i call u", "ask_name"},
		{"im vikram and you are?", "ask_name"},
		{"whats your cats name", ""},
		{"who are you rooting for", ""},
		{"can i see you", "ask_image"},
		{"wanna facetime", "ask_image"},
		{"what do u look like", "ask_image"},
		{"i took a pic of my cat", ""},
		{"do u have snap", "ask_contact"},
		{"how do i find you again", "ask_contact"},
		{"number?", "ask_contact"},
		{"whats your favorite number", ""},
		{"i lost my wallet can u help", "ask_money"},
		{"buy me a gift card", "ask_money"},
		{"i can teach you how to make 500 a day", "ask_money"},
		{"put in just 200 dollars and see", "ask_money"},
		{"my card got blocked, can u wire me something", "ask_money"},
		{"my card got declined at lunch, so embarrassing", ""},
		{"what is your good age", "ask_age"},
		{"which city if u dont mind", "ask_location"},
		{"im brian 44 from hull. whats yours?", "ask_name"},
		{"heres me. now u send one", "ask_image"},
		{"read me the number on the front of ur card", "ask_secret"},
		{"whats your number one song", ""},
		{"money cant buy happiness", ""},
		{"can you lend me your ear", ""},
		{"verify you are real, send me the code", "ask_secret"},
		{"whats your mothers maiden name", "ask_secret"},
		{"i forgot my password again", ""},
		{"lets go to telegram", "move_platform"},
		{"im never here, hit me up on discord", "move_platform"},
		{"i met my gf on discord", ""},
		{"m or f?", ""},
		{"im tired hbu", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			// when
			found := guard.Check(tt.text, guard.Context{Who: guard.Stranger})

			// then
			if got := kinds(found); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Who says "hbu" after an own statement asks for the same.
func TestEnglishReturnedQuestions(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []guard.Category
	}{
		{"im 22 from pune hbu?", []guard.Category{guard.AskAge, guard.AskLocation}},
		{"19m wbu", []guard.Category{guard.AskAge}},
		{"im in texas wbu", []guard.Category{guard.AskLocation}},
		{"i'm Priya and you?", []guard.Category{guard.AskName}},
		{"asl?", []guard.Category{guard.AskAge, guard.AskLocation}},
		{"i like metal, you?", nil},
	} {
		t.Run(tt.text, func(t *testing.T) {
			// when
			got := strings.Fields(kinds(guard.Check(tt.text, guard.Context{Who: guard.Stranger})))

			// then
			slices.Sort(got)
			want := []string{}
			for _, c := range tt.want {
				want = append(want, string(c))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
