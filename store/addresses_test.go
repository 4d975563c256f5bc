package store_test

import (
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

func TestWithoutAddresses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"alone", "joan@corp.example", "joan"},
		{"in angle brackets", "Joan Clarke <joan.clarke@corp.example>", "Joan Clarke <joan.clarke>"},
		{"in parentheses", "Joan (joan@corp.example)", "Joan (joan)"},
		{"in square brackets and braces", "[joan@corp.example] {hugh@corp.example}", "[joan] {hugh}"},
		{"in quotes", `'joan@corp.example' "hugh@corp.example" “mavis@corp.example” ` + "`dilly@corp.example`", "'joan' \"hugh\" “mavis” `dilly`"},
		{"several", "joan@corp.example,hugh@corp.example; mavis@corp.example dilly@corp.example", "joan,hugh; mavis dilly"},
		{"end of a sentence", "Ask joan@corp.example. Or hugh@corp.example!", "Ask joan. Or hugh!"},
		{"before a colon", "joan@corp.example: fix it", "joan: fix it"},
		{"after a colon", "mailto:joan@corp.example", "mailto:joan"},
		{"signs in the local part", "o'neil+gerrit_2%x@corp.example", "o'neil+gerrit_2%x"},
		{"quoted local part", `"Joan Clarke"@corp.example`, `"Joan Clarke"`},
		{"many labels", "joan@mail.eu-west.corp.example", "joan"},
		{"digits in the domain", "joan@163.com and hugh@3com.example", "joan and hugh"},
		{"capitals", "JOAN@CORP.EXAMPLE", "JOAN"},
		{"other scripts", "жанна@почта.рф 太郎@例え.日本 ज@डाक.भारत", "жанна 太郎 ज"},
		{"in ASCII form", "joan@xn--80a1acny.xn--p1ai", "joan"},
		{"no-break space after it", "joan@corp.example\u00a0Clarke", "joan\u00a0Clarke"},
		{"control after it", "joan@corp.example\x00Clarke", "joan\x00Clarke"},
		{"line end after it", "joan@corp.example\r\nClarke", "joan\r\nClarke"},
		{"one after the other", "joan@corp.example@home.example", "joan"},
		{"one in the other", `"joan@corp.example"@home.example`, `"joan"`},
		{"very many", "joan" + strings.Repeat("@corp.example", 50_000), "joan"},
		{"a unit that looks like one", "start getty@tty1.service", "start getty"},

		{"name with a sign", "@joan asked @hugh.clarke", "@joan asked @hugh.clarke"},
		{"sign alone", "a @ b.example", "a @ b.example"},
		{"version", "pip@24.0.1 actions/checkout@v4 eventlet@0.36.0rc1", "pip@24.0.1 actions/checkout@v4 eventlet@0.36.0rc1"},
		{"branch", "actions/checkout@main", "actions/checkout@main"},
		{"last label of one letter", "joan@corp.x", "joan@corp.x"},
		{"in full-width brackets", "张三（joan@corp.example）【hugh@corp.example】", "张三（joan）【hugh】"},
		{"before a full-width comma", "joan@corp.example，hugh@corp.example、mavis@corp.example。", "joan，hugh、mavis。"},
		{"before other commas", "joan@corp.example، hugh@corp.example﹐x", "joan، hugh﹐x"},
		{"other quotes", "„joan@corp.example‟ 「hugh@corp.example」 〝mavis@corp.example〞", "„joan‟ 「hugh」 〝mavis〞"},
		{"in ASCII form, capitals", "joan@CORP.XN--P1AI", "joan"},
		{"zero-width space after it", "joan@corp.example\u200bClarke", "joan\u200bClarke"},
		{"byte order mark after it", "joan@corp.example\ufeffClarke", "joan\ufeffClarke"},
		{"soft hyphen after it", "joan@corp.example\u00ad", "joan\u00ad"},
		{"markup", "**joan@corp.example** _hugh@corp.example_ ~~mavis@corp.example~~", "**joan** _hugh_ ~~mavis~~"},
		{"ellipsis and dash", "joan@corp.example… hugh@corp.example—x", "joan… hugh—x"},
		{"quoted twice", `got "\"joan@corp.example\"\nhugh@corp.example\n"`, `got "\"joan\"\nhugh\n"`},
		{"after slashes", "//joan@corp.example", "//joan"},
		{"user of a host", "ssh://joan@corp.example", "ssh://joan"},
		{"bytes that are not text", "joan@corp.example\xff", "joan\xff"},

		{"path", "clone git@git.example:openstack/nova", "clone git@git.example:openstack/nova"},
		{"port", "joan@corp.example:29418", "joan@corp.example:29418"},
		{"URL with a user", "https://joan@corp.example/x", "https://joan@corp.example/x"},
		{"host alone", "joan@", "joan@"},
		{"empty label", "joan@.example joan@corp..example", "joan@.example joan@corp..example"},
		{"decorators", "drop @mock.patch and @pytest.fixture", "drop @mock.patch and @pytest.fixture"},
		{"matrix product", "A@B in numpy", "A@B in numpy"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := store.WithoutAddresses(tt.text)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := store.WithoutAddresses(got); again != got {
				t.Errorf("a second time %q", again)
			}
		})
	}
}

func FuzzWithoutAddresses(f *testing.F) {
	f.Add("Joan <joan@corp.example>, git@git.example:x", "joan")
	f.Add("\"a\"@b.ex@c.de", "@")
	f.Fuzz(func(t *testing.T, text, local string) {
		got := store.WithoutAddresses(text)
		if again := store.WithoutAddresses(got); again != got {
			t.Errorf("%q became %q and then %q", text, got, again)
		}
		if len(got) > len(text) {
			t.Errorf("%q grew to %q", text, got)
		}
	})
}
