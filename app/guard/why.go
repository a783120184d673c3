// SPDX-License-Identifier: GPL-3.0-or-later

package guard

// why says of each category, in one sentence, why it matters.
var why = map[Category]string{
	Card:       "Whoever has the number of a card can try to pay with it.",
	IBAN:       "The number of an account leads to your bank and your name, and can be debited.",
	SeedPhrase: "Whoever has these words owns the wallet, now and for ever.",
	PrivateKey: "Whoever has this key can act as you until it is withdrawn.",
	Password:   "Whoever has this can open what it protects, and what else you use it for.",
	NationalID: "This number names one person for life, and debts and accounts can be opened with it.",

	Email:       "An address can be searched for, and often leads to your name and your other accounts.",
	Phone:       "A number can be looked up, called, located by some, and leads to your name.",
	Handle:      "A name on another service shows who you are there, your friends and your pictures.",
	URL:         "A link can lead to you, and whoever runs the page may see who follows it.",
	Address:     "This is the door that you live or work behind.",
	Postcode:    "A postcode often means one street, or one house.",
	Coordinates: "These numbers are a point on the map.",
	BirthDate:   "With a place, a full date of birth is enough to find most people.",
	Name:        "A name can be searched for, and stays with you.",
	Workplace:   "Where you work is easily found, and so are those who work there.",
	School:      "Where you learn is easily found, and so are those who go there.",
	IPAddress:   "This number is where your line is; Passerby goes to great lengths to hide it.",

	Age:         "Together with a place and a job, an age makes few people of many.",
	Gender:      "By itself it says little; it halves the number of people you could be.",
	City:        "A town leaves a small part of the world to look in.",
	Country:     "A country leaves one part of the world to look in.",
	Job:         "Few people in one place do the same work.",
	Nationality: "Where you come from narrows down who you are.",
	Family:      "Who belongs to you narrows down who you are, and can be used to press you.",
	Health:      "What ails you is yours alone; it can be used against you.",
	Orientation: "Whom you love is yours alone; in many places it can be used against you.",
	Religion:    "What you believe is yours alone; in many places it can be used against you.",
	Income:      "What you earn or own tells whether you are worth robbing.",
	Travel:      "When you are away, your home is empty; where you will be, you can be met.",

	AskLocation:  "Where you are is the first thing somebody needs who wants to find you.",
	AskContact:   "A number or a name elsewhere ends your being unknown, for good.",
	AskAge:       "Often just a habit; it also tells whoever looks for the very young.",
	AskName:      "A name lets a stranger look for you elsewhere.",
	AskImage:     "A picture shows your face, your room and often your place, and can be used to press you.",
	AskMoney:     "Nobody who means well asks a stranger for money.",
	AskSecret:    "Nobody who means well needs this, whoever they say they are.",
	MovePlatform: "Elsewhere there are names, numbers and logs; this is how most frauds go on.",
}
