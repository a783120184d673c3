// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"fmt"
	"time"

	"passerby/app"
)

var (
	mesh  = app.Mesh{Peers: 12, Sources: app.Sources{Slots: 3}}
	whole = app.Tor{Progress: 100, Summary: "Done"}
	begun = time.Now().Add(-13 * time.Minute)
)

// scenes are single moments, held still.
var scenes = map[string]app.State{
	"starting": {},
	"connecting": {
		Tor: app.Tor{Progress: 55, Summary: "Loading relay descriptors"},
	},
	"publishing": {Tor: whole, Mesh: app.Mesh{Peers: 2}},
	"warned": {
		Tor: app.Tor{Progress: 10, Summary: "Connecting to a relay", Warning: "Connection timed out"},
	},
	"problem": {
		Problem: &app.Problem{
			What:   "The clock of this computer is wrong by 3 hours.",
			Advice: "Tor cannot connect with a wrong clock. Set it right in the system's settings; Passerby goes on by itself.",
		},
		Tor: app.Tor{Progress: 15, Summary: "Handshaking with a relay"},
	},
	"failed": {Problem: &app.Problem{
		What:   "No Tor was found on this computer, and Passerby speaks to strangers through nothing else.",
		Advice: "Install the package “tor” (on Debian and Ubuntu: sudo apt install tor), or name a tor of your own with --tor PATH. Then start Passerby again.",
		Fatal:  true,
	}},
	"cards":  {Tor: app.Tor{Progress: 55, Summary: "Loading relay descriptors"}},
	"home":   {Tor: whole, Mesh: mesh, Ready: true},
	"alone":  {Tor: whole, Ready: true},
	"keeper": {Tor: whole, Mesh: mesh, Ready: true, Keeping: app.Keeping{Remember: true, Remembered: 7, Stay: true, Staying: true}},
	"keyless": {Tor: whole, Mesh: mesh, Ready: true, Keeping: app.Keeping{
		Remember: true, Problem: "Keepers that you met cannot be kept: this system has no key store that Passerby can use: " +
			"no Secret Service is on the session bus. Install GNOME Keyring or KWallet.",
	}},
	"update":   {Tor: whole, Mesh: mesh, Ready: true, Update: newer},
	"uptodate": {Tor: whole, Mesh: mesh, Ready: true, Update: app.Update{Can: true, Phase: app.UpdateNewest}},
	"replayed": {Tor: whole, Mesh: mesh, Ready: true, Update: app.Update{Can: true, Phase: app.UpdateFailed, Problem: &app.Problem{
		What:   "The list is older than this copy, so an old one is being shown again.",
		Advice: "Do not install anything from there.",
	}}},
	"seeking": {
		Phase: app.Seeking, Tor: whole, Mesh: mesh, Ready: true,
		Search: &app.Search{
			Since: time.Now().Add(-83 * time.Second), Interests: []string{"tea", "night trains"},
			Published: true, Stamped: true, Pushed: 3,
		},
	},
	"asking": {
		Phase: app.Seeking, Tor: whole, Mesh: mesh, Ready: true,
		Search: &app.Search{
			Since: time.Now().Add(-130 * time.Second), Published: true, Stamped: true,
			Pushed: 3, Echoed: true, Beacons: 4, Dialing: 2,
		},
	},
	"met": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true,
		Conversation: &app.Conversation{ID: 1, Since: time.Now(), Interests: []string{"tea"}},
	},
	"talking": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true, Conversation: conversation(),
	},
	"asked": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true, Conversation: asked(),
	},
	"told": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true, Conversation: told(),
	},
	"reconnecting": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true, Conversation: broken(),
	},
	"picture": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true, Conversation: pictured(),
	},
	"meanwhile": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true, Conversation: pictured(),
	},
	"long": {
		Phase: app.Talking, Tor: whole, Mesh: mesh, Ready: true, Conversation: endless(),
	},
	"after": ended(app.TheyLeft, nil, 13, 14),
	"lost":  ended(app.Lost, nil, 12, 13, 14),
	"cut": ended(app.Lost, &app.Problem{
		What:   "The stranger sent more than Passerby can hold, so it left.",
		Advice: "You can look for another.",
	}, 14),
	"blocked": ended(app.Blocked, nil),
}

// newer is a version that was published, with files that nobody has.
var newer = app.Update{Can: true, Phase: app.UpdateNewer, Version: "0.2.0", Files: []app.UpdateFile{
	{Name: "passerby_0.2.0_amd64.deb", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
	{Name: "passerby-0.2.0-1.x86_64.rpm", SHA256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"},
	{Name: "passerby-0.2.0-setup.exe", SHA256: "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13"},
}}

// ended is what is left of a conversation.
func ended(why app.Reason, problem *app.Problem, undelivered ...uint64) app.State {
	return app.State{
		Phase: app.After, Tor: whole, Mesh: mesh, Ready: true, Problem: problem,
		Conversation: &app.Conversation{
			ID: 1, Since: begun, Until: time.Now(), Ended: why, Said: 14, Heard: 9, Undelivered: undelivered,
		},
	}
}

// talk is a conversation of lines, forty seconds apart.
func talk(interests []string, lines ...app.Message) *app.Conversation {
	c := &app.Conversation{ID: 1, Since: begun, Interests: interests, Messages: lines}
	at := begun.Add(time.Minute)
	for i := range c.Messages {
		m := &c.Messages[i]
		m.At = at
		at = at.Add(40 * time.Second)
		if m.Mine {
			c.Said++
			m.ID = uint64(c.Said)
		} else {
			c.Heard++
			m.ID = uint64(c.Heard)
		}
	}
	return c
}

func mine(text string, d app.Delivery) app.Message {
	return app.Message{Mine: true, Text: text, Delivery: d}
}

func theirs(text string) app.Message { return app.Message{Text: text} }

func conversation() *app.Conversation {
	return talk([]string{"tea", "night trains"},
		theirs("Good evening."),
		theirs("Is it late where you are, or shall we not say?"),
		mine("Let us not say. Late enough for a second pot of tea.", app.Delivered),
		theirs("Then I will guess nothing and put the kettle on as well. I took a night train once only because it had a samovar at the end of the corridor; the man who kept it alight had been riding the same line for thirty years and knew every bridge by its sound."),
		mine("By its sound?", app.Delivered),
		mine("I would have stayed awake for that.", app.Delivered),
		theirs("I did. Stone ones hum, he said, and iron ones sing.\nHe was right about the iron ones."),
		mine("Вот это мне нравится. Και τα ποτάμια; 🚂", app.Delivered),
		mine("I will listen next time.", app.Sent),
		mine("And you, where would you go if the line did not end?", app.Waiting),
	)
}

// asked is a conversation in which the stranger asks for something.
func asked() *app.Conversation {
	return talk([]string{"tea", "night trains"},
		theirs("Good evening."),
		mine("Good evening. I have just put the kettle on.", app.Delivered),
		theirs("Tea at this hour! You could be my grandmother."),
		mine("I would be proud of you.", app.Delivered),
		theirs("haha. so where do you live"),
	)
}

// told is a conversation in which one has told a lot.
func told() *app.Conversation {
	return talk([]string{"tea"},
		theirs("And what do you do all day?"),
		mine("i work as a nurse", app.Delivered),
		theirs("That must be hard. Nights too?"),
		mine("yes. im 24 and feel like 60", app.Delivered),
		theirs("Where is that?"),
		mine("i live in leeds", app.Delivered),
		theirs("I was there once. It rained."),
		mine("It still does.", app.Sent),
	)
}

// broken is a conversation whose line is being built anew.
func broken() *app.Conversation {
	c := talk([]string{"tea", "night trains"},
		theirs("Stone ones hum, he said, and iron ones sing. I stayed awake to hear it, and he was right about the iron ones."),
		mine("I will listen next time.", app.Delivered),
		theirs("Do. And keep the window open a hand's breadth, whatever the conductor says."),
		mine("And you, where would you go if the line did not end?", app.Sent),
		mine("I ask because I looked at a map of it once.", app.Waiting),
		mine("It stops at a lake, in the middle of nothing, and the timetable has one train a week.", app.Waiting),
		mine("I never went.", app.Waiting),
	)
	c.Reconnecting = true
	return c
}

// pictured is the conversation in the README's picture.
func pictured() *app.Conversation {
	return talk([]string{"tea", "night trains"},
		theirs("Good evening. Is it late where you are, or shall we not say?"),
		mine("Let us not say. Late enough for a second pot of tea.", app.Delivered),
		theirs("Then I put the kettle on as well."),
		theirs("I once took a night train only because it had a samovar at the end of the corridor. The man who kept it alight had been on that line for thirty years and knew every bridge by its sound."),
		mine("By its sound?", app.Delivered),
		theirs("Stone ones hum, he said, and iron ones sing. I stayed awake to hear it, and he was right about the iron ones."),
		mine("Now I want to go there tonight.", app.Delivered),
		mine("What were you reading on the way?", app.Delivered),
	)
}

func endless() *app.Conversation {
	c := &app.Conversation{ID: 1, Since: begun}
	for i := range 5000 {
		m := app.Message{ID: uint64(i/2 + 1), Mine: i%3 == 0, At: begun.Add(time.Duration(i) * time.Second), Delivery: app.Delivered}
		m.Text = fmt.Sprintf("Message %d of many, so that there is something to scroll through.", i+1)
		if i%7 == 0 {
			m.Text += " Now and then one of them is longer, and takes several lines: the lines are broken where a reader would break them, and the bubble is as wide as its longest line."
		}
		c.Messages = append(c.Messages, m)
	}
	c.Said, c.Heard = 1667, 3333
	return c
}
