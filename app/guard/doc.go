// SPDX-License-Identifier: GPL-3.0-or-later

// Package guard says what a text gives away about the person who writes it,
// before it is sent, and what a stranger's question is fishing for.
//
// Everything happens in memory, on this computer, within a millisecond for an
// ordinary message. Nothing is kept, and nothing is asked of anybody.
//
// # How a text is read
//
// A text goes through four steps.
//
//  1. view: what the eye sees. Characters that cannot be seen are left out,
//     accents are dropped, digits of all scripts and look-alike letters become
//     plain ones. Each byte remembers where it came from, so that a finding
//     points into the text as it was written.
//  2. tokens: words, numbers and signs, in small letters, since chat has no
//     capitals to go by. A long word with one letter wrong is taken for the
//     one that a rule names.
//  3. detectors and rules. A detector is code, for what has a form of its own:
//     numbers with a checksum, mail addresses, keys. A rule is a line in a
//     file of rules/, with a folder for each language, for what people say in
//     words.
//     All languages are looked for at once: people mix them.
//  4. settling: what a rule denies is dropped ("my sister is 19"), and of two
//     findings that say the same the longer one stays.
//
// # Rules
//
// A rule is a pattern of words; angle brackets name the category of the words
// within them.
//
//	@im = im | i am | iam
//	@im [only] <age:{age}> [yo] [from <city:{place}>]
//	<-age,city:(my|our) (brother|sister) is ~>
//
// The first line is a list, to be used in others. In patterns,
//
//	word        is that word, in any case, with or without accents and apostrophes
//	word*       is any word that begins so
//	a|b, (a|b)  is one or the other
//	[a]         is a or nothing
//	{class}     is a word of a class, see classes
//	_           is any one word, _3 up to three of them
//	~           is the rest of the clause
//	^  $        is where a clause begins and where it ends
//	+           means that no space precedes what follows
//	!a          means that what follows is not a
//	<c,d:a>     says that a is a finding of the categories c and d
//	<-c,d:a>    says that within a nothing of the categories c and d counts;
//	            <-:a> that nothing counts but secrets
//
// In what strangers write, <returned:a> marks a question that is handed back,
// "hbu?": it asks for what they have told before it.
//
// rules/spellings.txt says which spellings are one word to all rules: frm is
// from. So is "goin" where a rule names "going".
//
// A rule that begins with & is for a whole field of a row ("21, barber, leeds")
// and counts only where something else in the sentence is about the writer.
//
// Commas, dashes, emoji and the like between words are passed over. A line
// that begins with a space goes on with the one before, and # begins a
// comment. Denials win over findings, wherever they stand.
//
// # What it cannot do
//
// It knows forms and phrases. It does not understand: who one is can be told
// from how one writes and from harmless facts put together, and none of that
// is seen here. It does not claim to find names, only introductions.
package guard
