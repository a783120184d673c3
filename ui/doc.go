// SPDX-License-Identifier: GPL-3.0-or-later

// Package ui is the window: it draws the State of the program and hands on
// what a person asks for. [Run] opens it over anything that is a [Program].
//
// # One way round
//
// A goroutine follows the program's states and, at most every 30 ms, gives the
// newest one to Fyne's goroutine, where the window renders it on the screen
// that belongs to its phase: home, seeking, talking, after, or failed. That is
// the only way in. A screen calls the program's commands and changes nothing
// itself; what it holds beside the state is a draft, a scroll position, or a
// question that waits for its answer. Screens are made anew for each phase and
// each conversation, so nothing of the last one is left in the next.
//
// What the screens say is made from the state by functions that know nothing
// of Fyne (words.go), so that every sentence can be tested by itself.
//
// # A stranger's text
//
// It is made plain ([app.Plain]), wrapped by our own code (wrap.go), and drawn
// line by line as canvas text (thread.go). It never meets a widget that reads
// markup, follows links or loads pictures, and never a notification. The ways
// by which Fyne and the standard library would reach the network, a browser or
// the desktop are closed besides (offline.go, calm.go); a test keeps them so.
//
// # Looks
//
// Fyne asks an object for its smallest size before it knows its width, which
// suits forms and not prose. So text, columns and pages here are told a width
// and answer with a height (layout.go, text.go). Colours, type and grid are in
// theme.go, and a test computes the contrast of every pair in use.
//
// # Keys
//
//	Enter              presses what has the keyboard: at first Find a stranger,
//	                   or sends; a message with a secret is sent by holding it
//	Ctrl+Enter         Find a stranger, also while an interest is being typed
//	Shift+Enter        a new line in a message
//	Ctrl+N             find, or walk on to the next stranger
//	Ctrl+L             stop, leave, or go home
//	Ctrl+K             interests
//	Ctrl+comma         settings, over whatever goes on
//	Alt+Up, Alt+Down   choose a message; Ctrl+C then copies it
//	Esc                goes back; in a conversation it asks to leave
//	Tab                the next control
//	Left, Right        turn the cards of the first run
//	F1                 help, over whatever goes on
//	Print Screen       what a screenshot does, where the system lets the key pass
//	Ctrl+Shift+X       the panic key: the window empties and hides, what was
//	                   copied leaves the clipboard, Tor ends, the program ends
//
// Leaving and walking on ask once, unless nothing was said; the same key again
// is the answer yes. Typing anywhere in a conversation lands in the composer.
// On macOS the Command key stands in for Ctrl.
//
// The panic key asks nothing and works everywhere, over menus and in every text
// field too (vanish.go): from the key to the end of the process takes a few
// hundredths of a second, and at most 300 ms where something hangs.
//
// # The first run
//
// Five cards (arriving.go) say what one should know before one talks, a thought
// and a picture each, while Tor connects beneath them. Skipped or read, they do
// not come again by themselves; the help and the settings show them to whoever
// asks. Their pictures are drawn from shapes in the colours of the theme
// (arriving_pictures.go, arriving_scenes.go), with the strokes of the mark for
// people.
//
// What a person chooses in the settings, and that the cards were seen, is in a
// [settings.Store]: it is written where somebody chooses, and nowhere else. What
// a State says, as whether there is cover, is drawn from the State all the same.
//
// # Staying on
//
// Who chose to stay on for others has a small picture near the clock (tray.go),
// built before the app runs, since Fyne can neither begin one later nor take one
// back. Closing the window then leaves the program, which retires
// ([app.App.Retire]): doorway.go closes the window and makes another when it is
// asked for, so that nothing of the last stays in memory. The desktop is asked
// each time whether there is a way back, and again while there is no window;
// where there is none, closing ends the program and a window that is gone comes
// back.
//
// On Linux that is asked over Fyne's own connection to the desktop's session
// bus (sessionbus_unix.go), a Unix socket that the window has anyway, and so is
// the key store ([KeyStore]), for who agreed that something is kept. An address
// of the bus that names anything but local sockets is not used for either.
//
// # Over a screen
//
// Settings, and whatever else is not a phase of the program, is a screen that
// lies over the one of the phase until it is lifted (window.go). What lies
// beneath goes on and is not disturbed; it gets no keys meanwhile.
//
// # What is made up
//
// A picture of a conversation must prove nothing, so that it helps nobody to
// take one. The editor (makeitup.go) therefore does not imitate: it holds the
// screen of a conversation as it is, over a program that only pretends, and a
// tray of controls beneath it that can be hidden. What a person may change is
// what a State can say (makeitup_words.go), and is written in the bubbles
// themselves (makeitup_pen.go). Tests compare its pictures with those of real
// conversations, dot by dot, in Fyne's own drawing and on a desktop. So
// whatever is added to the screen of a conversation must come from the State,
// and be something that the editor can change; and nothing may be drawn from
// anywhere else that is different in it.
//
// # Beside what is said
//
// While the guard says all that it knows, the header has a meter
// (meter.go): how many people fit what one has told, in words and a gauge, and
// never in figures; where a draft would move it, it shows where to. Pressed, it
// lists what was counted and takes back what was not about the writer
// (meter_screen.go). In the thread a question that fishes for something is
// explained beneath its message, with two answers that give nothing away
// (probe.go), until it is answered or put away; and a quiet line says how long
// one has known the stranger, where [app.Conversation] has a reminder. In what
// is made up all of it follows from what is written there
// ([app.Conversation.Heeded]).
//
// # Pictures of the screen
//
// Every window is made by openWindow, a [shielded] one: the system is asked to
// keep it out of pictures each time that it is shown or comes to the
// foreground (ui/screenguard), unless the person has turned that off. What is
// shown of it is what the system said when it was read back, never what was
// asked for. Where the person chose so, a curtain covers the window while another one
// is in front (curtain.go): each screen that may be on top has one above it, and
// menus are closed.
//
// The header of a conversation says that the stranger can record it, and the
// state of this side (screenshot_words.go). That state is no part of app.State,
// so the editor of what is made up names one of its own.
//
// The help page (help.go) is the text of assets.Help, which a test holds to the
// keys there are.
//
// # Before it is sent
//
// When nothing was typed for a moment, the composer asks [app.State.Advise] what
// the draft gives away (composer.go). One line beneath it names the worst of it
// (counsel.go); the words are underlined (underline.go), for which Fyne's text
// field is asked where its cursor would stand. The line is silenced with the
// draft that it was shown for. A secret is sent by whoever holds Enter or Send
// (hold.go), which is looked at again when it is pressed: what was typed since
// the last pause counts too. Time is window.later, which tests let pass.
//
// # To look at it
//
// internal/gallery opens the window over a program that only pretends.
package ui
