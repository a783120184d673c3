// SPDX-License-Identifier: GPL-3.0-or-later

package update_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"passerby/app/update"
)

// sum is the SHA-256 of nothing.
const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestAListIsReadAsItIsWritten(t *testing.T) {
	want := update.List{Version: update.Version{1, 20, 300}, Files: []update.File{
		{Name: "passerby_1.20.300_amd64.deb", SHA256: sum}, {Name: "A-b+c~1", SHA256: strings.Repeat("0f", 32)},
	}}
	const text = "passerby 1.20.300\n" +
		sum + "  passerby_1.20.300_amd64.deb\n" +
		"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f  A-b+c~1\n"
	if want.String() != text {
		t.Errorf("it is written as %q", want)
	}
	if got, err := update.Parse(text); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("it is read as %v, %v", got, err)
	}
}

func TestWhatIsNoListIsRefused(t *testing.T) {
	line := sum + "  a.deb\n"
	many := "passerby 1.2.3\n"
	for i := range update.MaxFiles + 1 {
		many += fmt.Sprintf("%s  %d\n", sum, i)
	}
	for name, text := range map[string]string{
		"nothing":                "",
		"no first line":          line,
		"another program's":      "passer 1.2.3\n" + line,
		"no version":             "passerby \n" + line,
		"two numbers":            "passerby 1.2\n" + line,
		"four numbers":           "passerby 1.2.3.4\n" + line,
		"a zero in front":        "passerby 1.02.3\n" + line,
		"a sign":                 "passerby 1.-2.3\n" + line,
		"a huge number":          "passerby 1.2.1234567\n" + line,
		"a space behind":         "passerby 1.2.3 \n" + line,
		"other line ends":        "passerby 1.2.3\r\n" + line,
		"no file":                "passerby 1.2.3\n",
		"no end":                 "passerby 1.2.3\n" + sum + "  a.deb",
		"an empty line":          "passerby 1.2.3\n\n" + line,
		"one space":              "passerby 1.2.3\n" + sum + " a.deb\n",
		"a star":                 "passerby 1.2.3\n" + sum + " *a.deb\n",
		"a short hash":           "passerby 1.2.3\n" + sum[1:] + "  a.deb\n",
		"a long hash":            "passerby 1.2.3\n0" + sum + "  a.deb\n",
		"capital letters":        "passerby 1.2.3\n" + strings.ToUpper(sum) + "  a.deb\n",
		"no name":                "passerby 1.2.3\n" + sum + "  \n",
		"a folder":               "passerby 1.2.3\n" + sum + "  a/b\n",
		"a space in a name":      "passerby 1.2.3\n" + sum + "  a b\n",
		"another alphabet":       "passerby 1.2.3\n" + sum + "  а.deb\n",
		"a long name":            "passerby 1.2.3\n" + sum + "  " + strings.Repeat("a", 101) + "\n",
		"a name twice":           "passerby 1.2.3\n" + line + line,
		"more files than it may": many,
		"longer than it may be":  "passerby 1.2.3\n" + strings.Repeat(line, update.MaxList/len(line)+1),
	} {
		if l, err := update.Parse(text); err == nil {
			t.Errorf("%s: read as %v", name, l)
		}
	}
	if _, err := update.Parse(many[:strings.LastIndex(strings.TrimSuffix(many, "\n"), "\n")+1]); err != nil {
		t.Errorf("%d files: %v", update.MaxFiles, err)
	}
}

func TestVersionsAreComparedAsNumbers(t *testing.T) {
	rising := []string{"0.0.0", "0.0.9", "0.0.10", "0.1.0", "0.9.99", "0.10.0", "1.0.0", "10.0.0", "999999.0.0"}
	for i, a := range rising {
		for j, b := range rising {
			v, err := update.ParseVersion(a)
			w, err2 := update.ParseVersion(b)
			if err != nil || err2 != nil || v.String() != a {
				t.Fatal(v, err, err2)
			}
			if v.Before(w) != (i < j) {
				t.Errorf("%s before %s: %v", a, b, v.Before(w))
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("passerby 1.2.3\n" + sum + "  a.deb\n")
	f.Add("passerby 0.0.0\n" + sum + "  a\n" + sum + "  b\n")
	f.Add("passerby 1.2.3\n")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := update.Parse(text)
		if err != nil {
			return
		}
		if len(l.Files) == 0 || len(l.Files) > update.MaxFiles || l.String() != text {
			t.Fatalf("%q was read as %q", text, l)
		}
	})
}
