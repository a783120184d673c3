// SPDX-License-Identifier: GPL-3.0-or-later

package console

import "passerby/app"

// event is one thing that happened, in the words of the contract.
type event struct {
	Event     string   `json:"event"`
	Progress  *int     `json:"progress,omitempty"`
	Summary   *string  `json:"summary,omitempty"`
	Peers     *int     `json:"peers,omitempty"`
	Sources   *sources `json:"sources,omitempty"`
	Alone     *bool    `json:"slots_alone,omitempty"`
	Interests []string `json:"interests,omitzero"`
	Invite    uint64   `json:"invite,omitempty"` // of matched: by which the two met
	Text      string   `json:"text,omitempty"`
	ID        uint64   `json:"id,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	// Undelivered is there with the reason lost, if only as an empty list.
	Undelivered []uint64 `json:"undelivered,omitzero"`
	Message     string   `json:"message,omitempty"`
	// Of an invite.
	Kind    app.InviteKind `json:"kind,omitempty"`
	Mine    *bool          `json:"mine,omitempty"`
	Link    string         `json:"link,omitempty"`
	Status  string         `json:"status,omitempty"`
	Problem string         `json:"problem,omitempty"`
	// Of an update, which also has a Status and may have a Problem.
	Version string       `json:"version,omitempty"`
	Files   []updateFile `json:"files,omitempty"`
}

// updateFile is a published file.
type updateFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

type sources struct {
	Slots      int `json:"slots"`
	Invites    int `json:"invites"`
	Remembered int `json:"remembered"`
}

// between returns what happened from one State to the next.
func between(old, s app.State) (events []event) {
	add := func(e event) { events = append(events, e) }
	if s.Tor.Progress != old.Tor.Progress || s.Tor.Summary != old.Tor.Summary {
		add(event{Event: "tor", Progress: &s.Tor.Progress, Summary: &s.Tor.Summary})
	}
	if s.Tor.Warning != old.Tor.Warning && s.Tor.Warning != "" {
		add(event{Event: "error", Message: s.Tor.Warning})
	}
	if s.Problem != nil && (old.Problem == nil || *s.Problem != *old.Problem) {
		add(event{Event: "error", Message: s.Problem.String()})
	}
	if s.Keeping.Problem != old.Keeping.Problem && s.Keeping.Problem != "" {
		add(event{Event: "error", Message: s.Keeping.Problem})
	}
	if s.Mesh != old.Mesh {
		add(event{Event: "mesh", Peers: &s.Mesh.Peers, Sources: &sources{
			s.Mesh.Sources.Slots, s.Mesh.Sources.Invites, s.Mesh.Sources.Remembered,
		}, Alone: &s.Mesh.SlotsAlone})
	}
	if s.Ready && !old.Ready {
		add(event{Event: "ready"})
	}
	if s.Update.Phase != old.Update.Phase && s.Update.Phase != "" {
		add(updateEvent(s.Update))
	}
	events = append(events, invites(old.Invites, s.Invites)...)
	if s.Phase == app.Seeking && (old.Phase != app.Seeking || !s.Search.Since.Equal(old.Search.Since)) {
		add(event{Event: "seeking"})
	}
	return append(events, conversation(old.Conversation, s.Conversation)...)
}

func updateEvent(u app.Update) event {
	e := event{Event: "update", Status: string(u.Phase), Version: u.Version}
	for _, f := range u.Files {
		e.Files = append(e.Files, updateFile(f))
	}
	if u.Problem != nil {
		e.Problem = u.Problem.String()
	}
	return e
}

// gone is the status of an invite that is no longer listed.
const gone = "gone"

// invites returns those that are new or have changed, and those that are gone.
func invites(old, list []app.Invite) (events []event) {
	before := make(map[uint64]event)
	for _, i := range old {
		before[i.ID] = inviteEvent(i)
	}
	for _, i := range list {
		e := inviteEvent(i)
		last, known := before[i.ID]
		delete(before, i.ID)
		if !known || *last.Mine != *e.Mine || last.Link != e.Link || last.Status != e.Status || last.Problem != e.Problem {
			events = append(events, e)
		}
	}
	for _, i := range old {
		if e, ok := before[i.ID]; ok {
			e.Status, e.Link, e.Problem = gone, "", ""
			events = append(events, e)
		}
	}
	return events
}

func inviteEvent(i app.Invite) event {
	return event{Event: "invite", ID: i.ID, Kind: i.Kind, Mine: &i.Mine, Link: i.Link, Status: string(i.Phase), Problem: i.Problem}
}

// conversation returns what happened in it. Messages are only ever added.
func conversation(old, c *app.Conversation) (events []event) {
	if c == nil {
		return nil
	}
	add := func(e event) { events = append(events, e) }
	if old == nil || old.ID != c.ID {
		old = new(app.Conversation)
		shared := c.Interests
		if shared == nil {
			shared = []string{}
		}
		add(event{Event: "matched", Interests: shared, Invite: c.Invite})
	}
	// What comes with the news that the way is there again came over it, and
	// what comes with the news that it broke came before.
	if old.Reconnecting && !c.Reconnecting && c.Ended == "" {
		add(event{Event: "resumed"})
	}
	for i, m := range c.Messages {
		before := app.Waiting
		if i < len(old.Messages) {
			before = old.Messages[i].Delivery
		} else if !m.Mine {
			add(event{Event: "received", Text: m.Text})
			continue
		}
		if !m.Mine {
			continue
		}
		if before < app.Sent && m.Delivery >= app.Sent {
			add(event{Event: "sent", ID: m.ID})
		}
		if before < app.Delivered && m.Delivery == app.Delivered {
			add(event{Event: "delivered", ID: m.ID})
		}
	}
	if c.Reconnecting && !old.Reconnecting && c.Ended == "" {
		add(event{Event: "reconnecting"})
	}
	if c.Ended != "" && old.Ended == "" {
		e := event{Event: "ended", Reason: string(c.Ended)}
		if c.Ended == app.Lost {
			e.Undelivered = append([]uint64{}, c.Undelivered...)
		}
		add(e)
	}
	return events
}
