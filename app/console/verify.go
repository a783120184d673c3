// SPDX-License-Identifier: GPL-3.0-or-later

package console

import (
	"errors"
	"fmt"
	"io"

	"passerby/app/update"
)

// ErrUnverified means that a file is not one that was published, or could not
// be looked at. What is wrong with which has been written.
var ErrUnverified = errors.New("do not install what is not fine")

// Verify holds files against a list that is signed with the key of the source,
// and writes a line for each. It needs no network. It returns an error where a
// single one is not fine, and where the list is not: then no file is looked at.
func Verify(source update.Source, list string, files []string, out io.Writer) error {
	l, err := source.ReadList(list)
	if err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	bad := false
	for _, file := range files {
		published, err := l.CheckFile(file)
		switch {
		case err != nil:
			bad = true
			fmt.Fprintf(out, "%s: %v.\n", file, err)
		default:
			fmt.Fprintf(out, "%s: fine. It is %s of Passerby %s, as published.\n", file, published, l.Version)
		}
	}
	if bad {
		return ErrUnverified
	}
	return nil
}
