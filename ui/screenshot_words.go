// SPDX-License-Identifier: GPL-3.0-or-later

package ui

import "passerby/ui/screenguard"

// This file says what pictures of the screen do. It knows nothing of Fyne.

// captureWord is the state in the fewest words.
func captureWord(s screenguard.State) string {
	switch s {
	case screenguard.On:
		return "blocked here"
	case screenguard.Partial:
		return "partly blocked here"
	case screenguard.Unknown:
		return "not known to be blocked"
	}
	return "not blocked here"
}

// recordLine is what the header of a conversation says of it.
func recordLine(s screenguard.State) string {
	return "The stranger can record this · screenshots: " + captureWord(s) + " ›"
}

// recordShort says the same in fewer words.
func recordShort(s screenguard.State) string {
	word := "not blocked here"
	switch s {
	case screenguard.On:
		word = "blocked here"
	case screenguard.Partial:
		word = "partly blocked here"
	case screenguard.Unknown:
		word = "block not known"
	}
	return "They can record · " + word + " ›"
}

// recordFirst is said before the first conversation.
const recordFirst = "Whoever you meet can record what you both write, with anything. Nothing can prevent it, and nothing can notice it."

// captureMeans is the state in sentences.
func captureMeans(c capture) string {
	switch {
	case c.state == screenguard.On:
		return "The system says that it keeps this window out of screenshots, recordings and shared screens. " +
			"It gives no guarantee. A camera still sees the window, and so does a program that runs with the system's rights."
	case c.state == screenguard.Partial:
		return "The system says that it keeps this window out of screenshots, but not out of all: since version 15 of macOS, " +
			"recorders and shared screens get it all the same. So does a camera."
	case c.state == screenguard.NotPossible:
		return "Screenshots of this window are not blocked. This system has no way for a window to keep out of them: " +
			"whatever takes pictures of your screen, or shares it, gets this window too."
	case c.state == screenguard.Off && !c.asked:
		return "You turned the block off in the settings. Whatever takes pictures of your screen, or shares it, gets this window too."
	case c.state == screenguard.Off:
		return "The system was asked to keep this window out of screenshots, and says that it does not. " +
			"Whatever takes pictures of your screen, or shares it, gets this window too."
	}
	return "It is not known whether the system keeps this window out of screenshots: it does not tell. " +
		"Take it that whatever takes pictures of your screen gets this window too."
}

// recordPart is something to know, beneath a heading.
type recordPart struct {
	heading string
	texts   []string
}

// recordView is what the panel about pictures says.
type recordView struct {
	title, lead string
	parts       []recordPart
}

// record says what can be kept of a conversation, by whom, and what a picture
// does. Where one may just have been taken, that comes first.
func record(c capture, pressed bool) recordView {
	them := recordPart{"On the stranger's side", []string{
		"They can keep all of this: by a screenshot, a recorder, a camera or a pencil. " +
			"Nothing can prevent that, and nothing can notice it, here or in any other program.",
		"So write what you could stand by.",
	}}
	here := recordPart{"On this computer", []string{captureMeans(c)}}
	both := recordPart{"What a screenshot does to you both", []string{
		"It keeps what the other one believed would vanish.",
		"It proves nothing. Anybody can make up such a picture with a few keys: Make it up, in the menu of a conversation, is there for that.",
		"It shows more than their words: your own, the clock, and what else is open on your desktop. " +
			"Many systems copy their pictures to the maker's servers without asking again.",
	}}
	if pressed {
		return recordView{"You pressed Print Screen",
			"If your system took a picture, it has put it in a folder or on the clipboard. It is yours to delete.",
			[]recordPart{both, here, them}}
	}
	return recordView{"Who can record this", "", []recordPart{them, here, both}}
}

var curtainWords = settingWords{
	name: "Cover the window when you look elsewhere",
	term: "Curtain",
	parts: []settingPart{
		{"What it is for", "As soon as another window is in front, this one shows its mark and nothing else. " +
			"Somebody who looks over your shoulder, or at a screen that you share, reads nothing. It opens when you come back."},
		{"What it costs", "You cannot read here while you do something elsewhere, and you see what was said when you come back."},
	},
}

var blockWords = settingWords{
	name: "Keep this window out of screenshots",
	term: "Capture block",
	parts: []settingPart{
		{"What it is for", "The system is asked to leave this window out of screenshots, recordings and shared screens on this computer. " +
			"The header of a conversation says what the system answers."},
		{"What it cannot do", "It stops no camera, no program with the system's rights, and nothing on the stranger's side."},
		{"When to turn it off", "Where a magnifier or a screen reader needs a picture of the window, where you share your screen " +
			"and want the window in it, and to take a picture of a conversation that you made up."},
	},
}

// blockCannot says why the window cannot be kept out of screenshots, or "".
func blockCannot(s screenguard.State) string {
	if s != screenguard.NotPossible {
		return ""
	}
	return "This cannot be done here: the system has no way for a window to keep out of screenshots. " +
		"The curtain covers the window while you look elsewhere."
}
