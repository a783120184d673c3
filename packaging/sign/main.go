// SPDX-License-Identifier: GPL-3.0-or-later

// Command sign makes the signed list of a version's files that copies of
// Passerby check: see package update.
//
//	go run ./packaging/sign keygen FILE
//
// makes a key pair, once for the project. The private key goes to FILE, which
// must not be there yet and which only you can read: keep it off the network,
// and a copy of it elsewhere. The public key is printed and belongs into
// FyneApp.toml, as UpdateKey in [Release]. Copies that were built with it take
// lists that are signed with this private key, and no others: when it is lost or
// known to others, people have to get a new version from elsewhere.
//
//	go run ./packaging/sign -key FILE dist
//
// reads dist/SHA256SUMS, checks that the files beside it are the ones it names,
// and writes dist/SHA256SUMS.note: the version in FyneApp.toml, those lines and
// the signature. A release workflow puts the key itself into the environment
// variable PASSERBY_SIGNING_KEY instead. Signing the same twice gives the same
// bytes.
//
// # Serving the list
//
// Copies ask at the onion address in FyneApp.toml, UpdateAddress in [Release].
// Whoever connects to its port 5222 gets the file SHA256SUMS.note and the
// connection is closed; nothing is read from it. Any onion service that does
// that will do. With tor and socat, in torrc:
//
//	HiddenServiceDir /var/lib/tor/passerby-updates
//	HiddenServicePort 5222 127.0.0.1:5222
//
// and beside it:
//
//	socat -U TCP-LISTEN:5222,bind=127.0.0.1,fork,reuseaddr OPEN:SHA256SUMS.note,rdonly
//
// It needs no key but the onion's own, and nobody has to trust it: it can refuse
// to answer, and it can go on showing a list that was the newest once.
package main

import (
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"passerby/app/update"
)

const (
	// keyName stands before a signature; it tells people what signed.
	keyName = "passerby"
	// keyVariable holds the private key where no file does.
	keyVariable = "PASSERBY_SIGNING_KEY"

	sumsFile = "SHA256SUMS"
	noteFile = "SHA256SUMS.note"
)

const usage = `usage: sign keygen FILE       make a key pair
       sign [-key FILE] DIST  sign the SHA256SUMS in a folder

Run it where FyneApp.toml is. Without -key the private key is taken from the
environment variable ` + keyVariable + `.
`

func main() {
	if err := run(os.Args[1:], ".", os.Getenv(keyVariable), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "sign:", err)
		if errors.Is(err, errUsage) {
			fmt.Fprint(os.Stderr, usage)
			os.Exit(2)
		}
		os.Exit(1)
	}
}

var errUsage = errors.New("that is not how it is used")

// run is the command, in the folder of the source, with the private key that
// the environment gives.
func run(args []string, source, given string, out io.Writer) error {
	flags := flag.NewFlagSet("sign", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	keyFile := flags.String("key", "", "")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w: %w", err, errUsage)
	}
	switch {
	case flags.NArg() == 2 && flags.Arg(0) == "keygen" && *keyFile == "":
		return generate(flags.Arg(1), out)
	case flags.NArg() != 1 || flags.Arg(0) == "keygen":
		return errUsage
	}
	private := given
	if *keyFile != "" {
		data, err := os.ReadFile(*keyFile)
		if err != nil {
			return fmt.Errorf("the private key: %w", err)
		}
		private = string(data)
	}
	if private == "" {
		return fmt.Errorf("there is no private key: name its file with -key, or put it into the environment variable %s", keyVariable)
	}
	p, err := readProject(filepath.Join(source, "FyneApp.toml"))
	if err != nil {
		return err
	}
	return sign(flags.Arg(0), strings.TrimSpace(private), p, out)
}

// generate makes a key pair. It never writes over a file.
func generate(file string, out io.Writer) error {
	private, public, err := note.GenerateKey(rand.Reader, keyName)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("a key pair is made once, into a new file: %w", err)
	}
	_, err = fmt.Fprintln(f, private)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the private key: %w", err), os.Remove(file))
	}
	fmt.Fprintf(out, "The private key is in %s. Put the public key into FyneApp.toml:\n\n[Release]\nUpdateKey = %q\n", file, public)
	return nil
}

// sign writes the signed list of the files in a folder.
func sign(dist, private string, p project, out io.Writer) error {
	signer, err := note.NewSigner(private)
	if err != nil {
		return fmt.Errorf("the private key: %w", err)
	}
	sums, err := os.ReadFile(filepath.Join(dist, sumsFile))
	if err != nil {
		return fmt.Errorf("%w: \"make package\" makes it", err)
	}
	// Read as copies will read it.
	list, err := update.Parse(update.List{Version: p.version}.String() + string(sums))
	if err != nil {
		return fmt.Errorf("%s cannot be published: %w", sumsFile, err)
	}
	for _, f := range list.Files {
		if _, err := list.CheckFile(filepath.Join(dist, f.Name)); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	signed, err := note.Sign(&note.Note{Text: list.String()}, signer)
	if err != nil {
		return fmt.Errorf("signing: %w", err)
	}
	if p.updateKey == "" {
		fmt.Fprintln(out, "FyneApp.toml names no UpdateKey: copies that are built from it can check no list, this one included.")
	} else if _, err := (update.Source{Key: p.updateKey}).Open(signed); err != nil {
		return fmt.Errorf("copies would refuse this list, as the UpdateKey in FyneApp.toml does not belong to this private key: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dist, noteFile), signed, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s names %d files of version %s.\n", filepath.Join(dist, noteFile), len(list.Files), list.Version)
	return nil
}
