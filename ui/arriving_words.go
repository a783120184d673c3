// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import (
	"fmt"

	"passerby/app"
)

// cardWords are what a card of the first run says: one thought.
type cardWords struct{ title, text string }

// cardsWords are the cards, in their order.
var cardsWords = [...]cardWords{
	{
		"What nobody sees",
		"What you two say, and where you are. There is no account and no server. Words go through Tor, " +
			"encrypted from your window to the stranger's, and neither of you learns where the other is.",
	},
	{
		"What your provider sees",
		"Whoever runs your line can see that you use Tor, and when. Not whom you talk with, and not what you say.",
	},
	{
		"The stranger can be anyone",
		"A kind person, most of the time. But also somebody you know, the police, or a company. Nobody is checked, " +
			"and encryption does not protect you from them.",
	},
	{
		"They can keep all of it",
		"The stranger can take pictures of the screen, with a camera too. " +
			"No program can prevent that, or notice it. Write what you could stand by.",
	},
	{
		"What to keep to yourself",
		"Your name, your face, where you live, work or learn, your names elsewhere. Each narrows down who you could be; " +
			"a few of them together can be enough to find you.",
	},
}

// Labels of the buttons of the cards.
const (
	cardsAgain   = "The five cards"
	cardsSkip    = "Skip"
	cardsClose   = "Close"
	cardsBack    = "Back"
	cardsNext    = "Next"
	cardsBegin   = "Begin"
	cardsDone    = "Done"
	cardsCareful = "What a careful person does"
)

// carefulHeading is the section of the help page that the last card leads to.
const carefulHeading = "What a careful person does"

// cardPlace says which of the cards is shown, for those who cannot see the dots.
func cardPlace(at int) string { return fmt.Sprintf("Card %d of %d", at+1, len(cardsWords)) }

// meanwhile says what goes on beneath the cards, since it cannot be seen.
func meanwhile(s app.State) string {
	switch {
	case s.Phase == app.Home && s.Problem != nil && s.Problem.Fatal:
		return "Passerby cannot go on. The reason waits behind the cards."
	case s.Phase == app.Talking:
		return "A conversation goes on meanwhile."
	case s.Ready:
		return "Meanwhile: connected through Tor."
	case s.Tor.Progress >= 100:
		return "Meanwhile: through Tor, looking for others."
	case s.Tor.Progress > 0:
		return fmt.Sprintf("Meanwhile Tor connects: %d %%.", s.Tor.Progress)
	}
	return "Meanwhile Tor starts."
}
