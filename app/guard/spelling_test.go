// SPDX-License-Identifier: GPL-3.0-or-later

package guard

import "testing"

func TestSpeller(t *testing.T) {
	v := vocabulary{}
	for _, w := range []string{"instagram", "telegram", "snapchat", "nurse", "учитель"} {
		v.id(w)
	}
	s := newSpeller(v)
	for word, want := range map[string]string{
		"instagarm": "instagram", "instagra": "instagram", "insttagram": "instagram", "imstagram": "instagram",
		"telegrsm": "telegram", "учитлеь": "учитель",
		"nstagram":  "", // another first letter is another word
		"purse":     "", // too short to tell
		"telegran":  "", // so is another last one
		"telegraph": "", "instargma": "", "": "",
	} {
		if got := s.meant(word); got.word != want || got.id != v[want] {
			t.Errorf("meant(%q) is %q, want %q", word, got.word, want)
		}
	}
}
