// SPDX-License-Identifier: GPL-3.0-or-later

package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"passerby/app"
)

type jsonDialect struct{ out io.Writer }

func (d *jsonDialect) event(e event) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // nobody puts this into a page; < stays readable
	if err := enc.Encode(e); err != nil {
		return err
	}
	_, err := d.out.Write(b.Bytes())
	return err
}

// request is one command.
type request struct {
	Do        string          `json:"do"`
	Text      *string         `json:"text"`
	Interests *[]string       `json:"interests"`
	Kind      *app.InviteKind `json:"kind"`
	Link      *string         `json:"link"`
	ID        *uint64         `json:"id"`
	What      *string         `json:"what"`
	On        *bool           `json:"on"`
}

// takes names, for each command, the fields that it may have and, with a star,
// those that it must have.
var takes = map[string][]string{
	"find": {"interests"}, "send": {"text*"}, "leave": {}, "next": {}, "block": {}, "status": {}, "quit": {},
	"invite": {"kind*"}, "follow": {"link*"}, "again": {}, "meet": {"id*"}, "cancel": {"id*"}, "keep": {"what*", "on*"},
	"update": {},
}

const commands = "find, send, leave, next, block, status, quit, invite, follow, again, meet, cancel, keep, update"

// check tells whether a request has the fields that its command needs, and no
// others.
func (r request) check() error {
	may, ok := takes[r.Do]
	switch {
	case r.Do == "":
		return errors.New(`"do" is missing; it is one of ` + commands)
	case !ok:
		return errors.New(`this "do" is unknown; it is one of ` + commands)
	}
	for _, field := range []struct {
		name string
		has  bool
	}{{"text", r.Text != nil}, {"interests", r.Interests != nil}, {"kind", r.Kind != nil}, {"link", r.Link != nil}, {"id", r.ID != nil},
		{"what", r.What != nil}, {"on", r.On != nil}} {
		must := slices.Contains(may, field.name+"*")
		switch {
		case must && !field.has:
			return fmt.Errorf("%q takes %q", r.Do, field.name)
		case field.has && !must && !slices.Contains(may, field.name):
			return fmt.Errorf("%q takes no %q", r.Do, field.name)
		}
	}
	if r.Do == "keep" && *r.What != "remember" && *r.What != "stay" {
		return errors.New(`this "what" is unknown; it is one of remember, stay`)
	}
	return nil
}

// parseRequest reads one line. It takes exactly one object, of known fields,
// in valid UTF-8, with the fields that its command needs and no others.
func parseRequest(text string) (request, error) {
	var r request
	if !utf8.ValidString(text) {
		return r, errors.New("this line is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return r, fmt.Errorf("this line is no command in JSON, as {\"do\":\"status\"}: %w", plainer(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return r, errors.New("there is something behind the command; one JSON object a line, please")
	}
	if !exact(text) {
		return r, errors.New("a field is there twice, or not written in small letters")
	}
	if err := r.check(); err != nil {
		return r, err
	}
	return r, nil
}

// exact tells whether an object, which is valid JSON of fields that exist, has
// each field once and by its exact name. Decode takes "DO" for "do", and the
// last of two.
func exact(text string) bool {
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return err == nil // null, which has no fields
	}
	left := map[json.Token]bool{"do": true, "text": true, "interests": true, "kind": true, "link": true, "id": true, "what": true, "on": true}
	for dec.More() {
		var value json.RawMessage
		name, err := dec.Token()
		if err != nil || !left[name] || dec.Decode(&value) != nil {
			return false
		}
		delete(left, name)
	}
	return true
}

// plainer keeps what a person wrote out of the error.
func plainer(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("%q has the wrong type", kind.Field)
	case errors.As(err, &syntax):
		return fmt.Errorf("the JSON is broken at byte %d", syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON ends too soon")
	default:
		return errors.New("it has a field that does not exist")
	}
}

func (d *jsonDialect) command(p Program, text string) error {
	r, err := parseRequest(text)
	if err != nil {
		return err
	}
	switch r.Do {
	case "find":
		var interests []string
		if r.Interests != nil {
			interests = *r.Interests
		}
		return p.Find(interests)
	case "send":
		_, err := p.Send(*r.Text)
		return err
	case "leave":
		return p.Leave()
	case "next":
		return p.Next()
	case "block":
		return p.Block()
	case "invite":
		_, err := p.Invite(*r.Kind)
		return err
	case "follow":
		_, err := p.Follow(*r.Link)
		return err
	case "again":
		_, err := p.Again()
		return err
	case "meet":
		return p.Meet(*r.ID)
	case "cancel":
		return p.CancelInvite(*r.ID)
	case "keep":
		if *r.What == "stay" {
			p.SetStay(*r.On)
		} else {
			p.SetRemember(*r.On)
		}
		return nil
	case "update":
		return p.AskForUpdates()
	case "status":
		return errStatus
	default:
		return errQuit
	}
}
