// SPDX-License-Identifier: GPL-3.0-or-later

package console

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"passerby/app"
)

const help = `Type a message and press Enter. Commands begin with a slash:
  /find [interest, …]  look for a stranger, up to four interests
  /next                leave this stranger and look for another
  /leave               stop looking, or leave
  /block               leave; this stranger's present key cannot meet you again
                       while this copy runs, a new key can
  /invite              make a link for one guest; /invite many for more than one
  /follow LINK         look for whoever made a link
  /again               keep what it takes to meet this stranger another time, if
                       they type it too; nothing is sent
  /meet NUMBER         look for somebody whom /again has kept
  /cancel NUMBER       end an invite
  /keep remember on    remember members who stay on, encrypted, for later starts;
                       /keep remember off forgets them at once
  /keep stay on        stay on for others from the next start on, with one address
                       in the network for a week; /keep stay off gives it up
  /update              ask, through Tor and this once, for a newer version
  /status              what is true now
  /quit                leave and end Passerby
A message that begins with a slash is typed with two.`

type textDialect struct{ out io.Writer }

func (d *textDialect) event(e event) error {
	_, err := fmt.Fprintln(d.out, d.say(e))
	return err
}

func (d *textDialect) say(e event) string {
	switch e.Event {
	case "tor":
		return fmt.Sprintf("· Tor %d %%: %s", *e.Progress, *e.Summary)
	case "mesh":
		return mesh(*e.Peers, *e.Sources, *e.Alone)
	case "ready":
		return "· Ready. /find looks for a stranger, /help says more."
	case "seeking":
		return "· Looking for a stranger …"
	case "matched":
		if e.Invite != 0 {
			return fmt.Sprintf("· You are talking to whom invite %d brought.", e.Invite)
		}
		if len(e.Interests) > 0 {
			return "· You are talking to a stranger. You share: " + strings.Join(e.Interests, ", ") + "."
		}
		return "· You are talking to a stranger."
	case "received":
		// Every line of theirs is marked, so that none can pass for ours.
		return "< " + strings.ReplaceAll(e.Text, "\n", "\n< ")
	case "sent":
		return fmt.Sprintf("· Message %d sent.", e.ID)
	case "delivered":
		return fmt.Sprintf("· Message %d delivered.", e.ID)
	case "reconnecting":
		return "· The connection to the stranger broke. Reconnecting …\n· Go on typing: what you write waits until they are there again."
	case "resumed":
		return "· Connected to the stranger again. What waited is on its way."
	case "ended":
		switch e.Reason {
		case "they left":
			return "· The stranger left. What was said is forgotten here; they may have kept it."
		case "lost":
			return "· The stranger is gone: the connection broke and did not come back." + undelivered(e.Undelivered) +
				" What was said is forgotten here; they may have kept it."
		case "blocked":
			return "· Blocked: this stranger's present key cannot meet you again while this copy runs; a new key can." +
				" What was said is forgotten here; they may have kept it."
		default:
			return "· You left. What was said is forgotten here; the stranger may have kept it."
		}
	case "invite":
		return sayInvite(e)
	case "update":
		return sayUpdate(e)
	case "help":
		return help
	case "done":
		return "· " + e.Message
	default:
		return "! " + e.Message
	}
}

// sayInvite says how far an invite has come, and what its link is for.
func sayInvite(e event) string {
	line := map[string]string{
		string(app.InviteKept):      "· Invite %d: you can meet this stranger again once both have left and look for each other. /meet %[1]d looks.",
		string(app.InvitePreparing): "· Invite %d is being published.",
		string(app.InviteWaiting):   "· Invite %d: waiting for the other.",
		string(app.InviteMet):       "· Invite %d: the other is there.",
		string(app.InviteOver):      "· Invite %d is over.",
		gone:                        "· Invite %d is gone.",
	}[e.Status]
	text := fmt.Sprintf(line, e.ID)
	if e.Problem != "" {
		text += " " + e.Problem
	}
	switch {
	case e.Status != string(app.InvitePreparing) && e.Status != string(app.InviteWaiting):
	case e.Mine != nil && *e.Mine:
		text += "\n· Hand over this link in a way that nobody else can read: whoever comes first with it is the guest.\n  " + e.Link
	case e.Kind == app.Again:
		text += "\n· To go on after closing Passerby, keep this note, for /follow. Whoever else has it can come in the other's place.\n  " + e.Link
	}
	return text
}

// sayUpdate says what came of asking for a newer version.
func sayUpdate(e event) string {
	switch app.UpdatePhase(e.Status) {
	case app.UpdateAsking:
		return "· Asking for a newer version, through Tor. This can take a minute or two."
	case app.UpdateNewest:
		return "· Nothing newer than this version, " + app.Version + ", was shown."
	case app.UpdateNewer:
		text := "· There is version " + e.Version + "; this is " + app.Version + ". Get it from where you got this one." +
			"\n· These are its files and their SHA-256, signed by whoever signed this copy. Install none that has another:"
		for _, f := range e.Files {
			text += "\n  " + f.SHA256 + "  " + f.Name
		}
		return text
	default:
		return "! " + e.Problem
	}
}

// mesh says who is in reach, through which ways they were found, and what it
// means if there was one way only.
func mesh(peers int, s sources, alone bool) string {
	ways := []string{fmt.Sprintf("%d public meeting places", s.Slots)}
	if s.Invites > 0 {
		ways = append(ways, "people you met through invites")
	}
	if s.Remembered > 0 {
		ways = append(ways, "copies remembered from before")
	}
	text := fmt.Sprintf("· Connected to %d others. Found through: %s.", peers, strings.Join(ways, ", "))
	if alone {
		text += "\n· Everything known of the others comes from public meeting places. Anybody can run those, so one" +
			" person could be all that you see. An invite from somebody you trust (/follow) is a way around them."
	}
	return text
}

// undelivered says which of our messages, by their numbers in rising order, may
// not have arrived.
func undelivered(ids []uint64) string {
	if len(ids) == 0 {
		return ""
	}
	var runs []string
	for first := 0; first < len(ids); {
		last := first
		for last+1 < len(ids) && ids[last+1] == ids[last]+1 {
			last++
		}
		run := fmt.Sprint(ids[first])
		if last > first {
			run = fmt.Sprintf("%d to %d", ids[first], ids[last])
		}
		runs = append(runs, run)
		first = last + 1
	}
	noun := "messages"
	if len(ids) == 1 {
		noun = "message"
	}
	return fmt.Sprintf(" Your %s %s may not have reached them.", noun, strings.Join(runs, ", "))
}

func (d *textDialect) command(p Program, text string) error {
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case strings.TrimSpace(text) == "":
		return nil
	case strings.HasPrefix(text, "//"):
		_, err := p.Send(text[1:])
		return err
	case !strings.HasPrefix(text, "/"):
		_, err := p.Send(text)
		return err
	case word == "/find":
		return p.Find(splitInterests(rest))
	case word == "/invite":
		kind := app.Once
		if rest = strings.TrimSpace(rest); rest != "" {
			kind = app.InviteKind(rest)
		}
		_, err := p.Invite(kind)
		return err
	case word == "/follow":
		_, err := p.Follow(rest)
		return err
	case word == "/meet" || word == "/cancel":
		id, err := strconv.ParseUint(strings.TrimSpace(rest), 10, 64)
		if err != nil {
			return fmt.Errorf("%s takes the number of an invite; /status lists them", word)
		}
		if word == "/meet" {
			return p.Meet(id)
		}
		return p.CancelInvite(id)
	case word == "/keep":
		return keep(p, strings.Fields(rest))
	case rest != "":
		return errors.New("this command takes nothing behind it; type //… to send a text that begins with a slash")
	}
	switch word {
	case "/again":
		_, err := p.Again()
		return err
	case "/next":
		return p.Next()
	case "/leave":
		return p.Leave()
	case "/block":
		return p.Block()
	case "/update":
		return p.AskForUpdates()
	case "/status":
		return errStatus
	case "/quit":
		return errQuit
	case "/help":
		return errHelp
	default:
		return errors.New("this command is unknown; /help lists them")
	}
}

// keep agrees to something, or no longer does, and says what that means.
func keep(p Program, words []string) error {
	if len(words) != 2 || words[1] != "on" && words[1] != "off" {
		words = []string{"", ""}
	}
	on := words[1] == "on"
	switch words[0] {
	case "remember":
		p.SetRemember(on)
		if on {
			return done("Members who stay on, and have done work for this copy, are remembered for later starts.")
		}
		return done("Members are not remembered any more. Those who were are forgotten.")
	case "stay":
		p.SetStay(on)
		if on {
			return done("From the next start on this copy stays on for others, as long as it runs: " +
				"for a week it has one address in the network, and says so.")
		}
		return done("This copy does not stay on any more, and gives up its address in the network.")
	}
	return errors.New("/keep takes “remember on”, “remember off”, “stay on” or “stay off”")
}

func splitInterests(s string) (interests []string) {
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			interests = append(interests, word)
		}
	}
	return interests
}
