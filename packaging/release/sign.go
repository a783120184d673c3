// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Environment variables of a release that is signed. All else is the same
// without: what osslsigncode remove-signature leaves of a signed file is, byte
// for byte, the file that anybody builds.
const (
	certificateVariable = "WINDOWS_CERTIFICATE"          // PKCS#12 in base64
	passwordVariable    = "WINDOWS_CERTIFICATE_PASSWORD" // of the certificate
	timestampVariable   = "WINDOWS_TIMESTAMP_URL"        // asked who it was signed before the certificate ended
)

// signer signs programs and packages for Windows. The zero signer, without a
// certificate, signs nothing.
type signer struct {
	certificate, password string // files
	timestamp             string
}

// newSigner returns a signer for the certificate in the environment, which it
// puts into folder. The password goes into a file too: command lines are for
// everybody to read.
func newSigner(folder string) (signer, error) {
	encoded := os.Getenv(certificateVariable)
	if encoded == "" {
		return signer{}, nil
	}
	certificate, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return signer{}, errors.New(certificateVariable + " is no base64; make it with base64 -w0 certificate.p12")
	}
	s := signer{
		certificate: filepath.Join(folder, "certificate.p12"), password: filepath.Join(folder, "certificate.password"),
		timestamp: os.Getenv(timestampVariable),
	}
	if err := os.WriteFile(s.certificate, certificate, 0o600); err != nil {
		return signer{}, err
	}
	return s, os.WriteFile(s.password, []byte(os.Getenv(passwordVariable)), 0o600)
}

// sign signs one file in its place, dated like all else.
func (s signer) sign(ctx context.Context, p Project, path string) error {
	if s.certificate == "" {
		return nil
	}
	signed := path + ".signed"
	args := []string{
		"osslsigncode", "sign", "-pkcs12", s.certificate, "-readpass", s.password, "-h", "sha256",
		"-n", p.Details.Name, "-time", fmt.Sprint(p.Date.Unix()),
	}
	if s.timestamp != "" {
		args = append(args, "-ts", s.timestamp)
	}
	if err := (command{args: append(args, "-in", path, "-out", signed)}).run(ctx, p.Date); err != nil {
		return fmt.Errorf("signing %s: %w", filepath.Base(path), err)
	}
	return os.Rename(signed, path)
}
