package testimonials_test

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

func TestFrontMatter(t *testing.T) {
	for _, tt := range []struct{ name, yaml, want string }{
		{"plain", "title: A title", "A title"},
		{"comment", "title: A title # not this", "A title"},
		{"hash in a word", "title: C#", "C#"},
		{"double quotes", `title: "A \"title\": \u00e9\x41\t\\" # x`, `A "title": éA \`},
		{"single quotes", `title: 'It''s: \n'`, `It's: \n`},
		{"over two lines", "title: A\n  title\nlayout: x", "A title"},
		{"quoted over two lines", "title: \"A\n\n  title\"\nlayout: x", "A title"},
		{"folded", "title: >-\n  A\n  title\nlayout: x", "A title"},
		{"literal", "title: |\n  A\n\n  title\nlayout: x", "A title"},
		{"in the next line", "title:\n\n  A title # x\nlayout: x", "A title"},
		{"in the next lines", "title: # x\n  'A:\n  title'\nlayout: x", "A: title"},
		{"a map is no title", "title:\n  A: title\nlayout: x", ""},
		{"a list of lines over two lines is not read", "title:\n- A\n  title\nlayout: x", ""},
		{"null", "title: ~", ""},
		{"quoted key", `"title": A title`, "A title"},
		{"after a map", "og:\n  title: no\n  x: [a]\ntitle: A title", "A title"},
		{"after a flow map", "og: {title: no,\n  x: y}\ntitle: A title", "A title"},
		{"after a list of maps", "og:\n- title: no\n  x: y\ntitle: A title", "A title"},
		{"a list is no title", "title: [a, b]", ""},
		{"an anchor is no title", "title: &x A", ""},
		{"a tag is no title", "title: !!str A", ""},
		{"tab", "title:\tA title", "A title"},
		{"an alias is no title", "x: &x A title\ntitle: *x", ""},
		{"a list of one is no title", "title: [A title]", ""},
		{"after an entry that is not YAML", "role: a: b\nx: [\n- y\ntitle: A title # x", "A title"},
		{"itself not YAML", "role: [a\ntitle: 'A: title", "A: title"},
		{"capitals", "TITLE: A title", "A title"},
		{"controls and separators", "x: a\u2028\x01b\ntitle: A\x00 title", "A title"},
		{"no map", "- title: A title", ""},
		{"comments alone", "# title: A title", ""},
		{"no space, no value", "title:A title", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := testimonials.Parse("x.md", []byte("---\n"+tt.yaml+"\n---\nBody.\n"), options())
			if p.Title != tt.want {
				t.Errorf("title %q, want %q", p.Title, tt.want)
			}
		})
	}
}

func TestSpeaker(t *testing.T) {
	type speaker struct{ Person, Role, Affiliation string }
	for _, tt := range []struct {
		name, front, body string
		want              speaker
	}{
		{"heading that the title names", "title: Migration Testimony - Ada King Lovelace", "# Testimony: Ada Lovelace's Experience\n## Technical Context\nx y\n## Ada Lovelace\nAnalyst", speaker{"Ada Lovelace", "", ""}},
		{"title alone", "title: Migration Testimony - Ada Lovelace", "", speaker{Person: "Ada Lovelace"}},
		{"title with a site", "title: Testimony – Ada Lovelace | Happy Threads", "", speaker{Person: "Ada Lovelace"}},
		{"name first", "title: \"Ada Lovelace: leaving eventlet\"", "", speaker{Person: "Ada Lovelace"}},
		{"possessive", "title: Ada Lovelace's Experience", "", speaker{Person: "Ada Lovelace"}},
		{"curly possessive", "title: Charles Babbages’ Experience", "", speaker{Person: "Charles Babbages"}},
		{"small words", "title: Testimony - Ada van der Lovelace", "", speaker{Person: "Ada van der Lovelace"}},
		{"accents and initials", "title: Testimony - Hervé J. O'Béraud-Smith", "", speaker{Person: "Hervé J. O'Béraud-Smith"}},
		{"no capitals in the script", "title: Testimony - 山田 太郎", "", speaker{Person: "山田 太郎"}},
		{"no name in the title", "title: How we left eventlet", "# How we left eventlet\n## Technical Context\n", speaker{}},
		{"not a name", "title: Migration Testimony", "# Migration Testimony\n", speaker{}},
		{"front matter", "title: x\nperson: ada\nrole: Analyst\naffiliation: Engines Ltd", "", speaker{"ada", "Analyst", "Engines Ltd"}},
		{"author is a map", "title: x\nauthor:\n  name: ada\n  role: x", "", speaker{"ada", "", ""}},
		{"author is a flow map", "title: x\nauthor: {Name: 'ada', url: https://x.example}", "", speaker{"ada", "", ""}},
		{"author is a map without a name", "title: x\nauthor: {email: ada@engines.example}", "", speaker{}},
		{"authors are a list", "title: x\nauthor: [ada, grace]", "", speaker{"ada, grace", "", ""}},
		{"authors are a list of maps", "title: x\nauthors:\n- name: ada\n- grace\n- url: x\n- [y]", "", speaker{"ada, grace", "", ""}},
		{"a list of one, presented below", "title: x\nauthor: [Ada Lovelace]", "# x\n## Ada Lovelace\nAnalyst at Engines", speaker{"Ada Lovelace", "Analyst at Engines", "Engines"}},
		{"nobody", "title: x\nauthor: ~", "", speaker{}},
		{"author, presented below", "title: x\nauthor: Ada Lovelace", "# x\n## ada lovelace\nAnalyst with Engines Ltd, London", speaker{"ada lovelace", "Analyst with Engines Ltd, London", "Engines Ltd"}},
		{"role after address and work", "title: x - Ada Lovelace", "# x\n## Ada Lovelace\nhttps://ada.example/\n\nWorking on Nova\n\nAnalyst at Engines", speaker{"Ada Lovelace", "Analyst at Engines", "Engines"}},
		{"address with words", "title: x - Ada Lovelace", "# x\n## Ada Lovelace {#ada}\nFind me at https://ada.example/\n\nThe Analyst", speaker{"Ada Lovelace", "The Analyst", ""}},
		{"prose is no role", "title: x - Ada Lovelace", "# x\n## Ada Lovelace\nI am Ada. I analyse engines.\n", speaker{"Ada Lovelace", "", ""}},
		{"role of the next section is not hers", "title: x - Ada Lovelace", "# x\n## Ada Lovelace\n## Next\nTwo words\n", speaker{"Ada Lovelace", "", ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := testimonials.Parse("x.md", []byte("---\n"+tt.front+"\n---\n"+tt.body), options())
			if diff := cmp.Diff(tt.want, speaker{p.Person, p.Role, p.Affiliation}); diff != "" {
				t.Errorf("speaker (-want +got):\n%s", diff)
			}
		})
	}
}

func TestQuote(t *testing.T) {
	const long = "It took us a whole cycle, and we would do it again tomorrow"
	const filler = "The words of this sentence, of which there are quite a few by now, are only here to make it as long as a sentence has to be if it shall not stand beside another one of the same length in a quote, which holds no more than two hundred and eighty characters"
	for _, tt := range []struct{ name, body, want string }{
		{"two sentences", long + ". Really, e.g. in v1.2. Not more.", long + ". Really, e.g. in v1.2."},
		{"no heading", "# " + long + ".\n", ""},
		{"no question", "Why did we do it, and when, and how long did it take us? " + long + "!", long + "!"},
		{"question in quotes", "“Why did we do it, and when, and how long did it take?” " + long + ".", long + "."},
		{"no lead to a list", "This is what I did to reach it after all:\n\n- " + long + ".\n", ""},
		{"no list", "- " + long + ".\n\n  " + long + ".\n", ""},
		{"emphasis", "**" + long + "**, _because_ a_name_like this*d* is 2 * 3 _ 4 ~~not~~ ~5 \\*.", long + ", because a_name_like thisd is 2 * 3 _ 4 not ~5 *."},
		{"footnote", "As they say[^1], " + long + "[^note].", "As they say, " + long + "."},
		{"attributes", long + ". {: .lead}\n{: .lead}\nMore.", long + ". More."},
		{"no code", "    " + long + ".\n", ""},
		{"no table", "| " + long + ". |\n", ""},
		{"no address", "It is all at https://x.example/ if you want to read on. " + long + ".", long + "."},
		{"too short", "Yes. No.", ""},
		{"second would be too long", filler + ". " + long + ".", filler + "."},
		{"too long", filler + " " + filler + ".\n\n" + long + ".", long + "."},
		{"unfinished", long, ""},
		{"advice first", long + ".\n\n## Benefits?\n\n" + long + ", beneficially.\n\n## Your advice?\n\nWell:\n\n" + long + ", advisedly.", long + ", advisedly."},
		{"benefits before the rest", "## Why?\n\n" + long + ", why.\n\n## Benefits?\n\n" + long + ", beneficially.", long + ", beneficially."},
		{"blockquote before all", "## Advice?\n\n" + long + ".\n\n> " + long + ", quoth she.", long + ", quoth she."},
		{"blockquote of HTML over empty lines", long + ".\n\n<blockquote>\n\n" + long + ", quoth she.\n\n</blockquote>", long + ", quoth she."},
		{"no mail address", "Ask me <ada@engines.example>: " + long + ".", "Ask me : " + long + "."},
		{"text outside paragraphs", "<div>" + long + ".</div>", long + "."},
		{"names do not end it", "With Dr. Hervé B. Example it took no. 7 of our cycles, vs. Two before. Done here.", "With Dr. Hervé B. Example it took no. 7 of our cycles, vs. Two before. Done here."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := testimonials.Parse("x.md", page(tt.body), options())
			if p.Quote != tt.want {
				t.Errorf("quote %q, want %q", p.Quote, tt.want)
			}
			if n := utf8.RuneCountInString(p.Quote); n > 280 {
				t.Errorf("%d characters", n)
			}
		})
	}
	p, _ := testimonials.Parse("x.md", []byte("---\ntitle: x\nquote: As the author wants it\n---\n"+long+"."), options())
	if p.Quote != "As the author wants it" {
		t.Errorf("quote of the front matter: %q", p.Quote)
	}
}
