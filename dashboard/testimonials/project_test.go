package testimonials_test

import (
	"slices"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

func TestProjects(t *testing.T) {
	const asked = "## Which project or component did you migrate away from Eventlet?\n\n"
	nova, cinder, swift := "openstack/nova", "openstack/cinder", "openstack/swift"
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"working on", "Working on OpenStack Nova", []string{nova}},
		{"working on, then prose", "Working on Nova. Unlike Cinder, it is large.", []string{nova}},
		{"in a heading", "# Working on Nova\n", nil},
		{"in code", "```\nWorking on Nova\n```\n", nil},
		{"answer in a word", asked + "Nova", []string{nova}},
		{"first sentence of the answer", asked + "I worked on Nova. It is used by Cinder.\n\nAnd Swift is used by it.", []string{nova}},
		{"answer that is a list", asked + "- nova\n- cinder\n\nNot swift.", []string{cinder, nova}},
		{"answer that leads to a list", asked + "Two of them:\n\n* Nova, with Swift's help. And Neutron's.\n* Cinder\n", []string{cinder, nova, swift}},
		{"other question", "## Which project helped you most?\n\nNova\n", nil},
		{"question of another form", "### What projects are you working on?\n\nNova\n", []string{nova}},
		{"library", "## Which library did you port?\n\nNova\n", []string{nova}},
		{"no question, first sentence that says it", "Cinder is nice. We have migrated Nova. I migrated Swift.", []string{nova}},
		{"no question, only talk", "Nova and Cinder were migrated by others.", nil},
		{"a question hides what is said elsewhere", asked + "Nova\n\n## Next\n\nI migrated Swift.", []string{nova}},

		{"whole words", "Working on supernova, novas and Novalis", nil},
		{"a longer name is another project", "Working on mistral-lib", []string{"openstack/mistral-lib"}},
		{"an unknown longer name as well", "Working on nova-lxd, nova.virt and lib-nova", nil},
		{"possessive and signs", "Working on Nova's API (Cinder), “Swift”!", []string{cinder, nova, swift}},
		{"spaces for dashes", "Working on Ironic Python Agent", []string{"openstack/ironic-python-agent"}},
		{"both", "Working on Ironic and the Ironic Python Agent", []string{"openstack/ironic", "openstack/ironic-python-agent"}},
		{"dash for a dot", "Working on oslo-messaging and OSLO.LOG", []string{"openstack/oslo.log", "openstack/oslo.messaging"}},
		{"end of a sentence is no dot", "Working on oslo. Log follows", nil},
		{"Markdown after HTML", "<div>HTML</div> and more\n\n**Working on** Nova", []string{nova}},
		{"Markdown in HTML", "<div markdown=\"1\">\n\n**Working on** Nova\n\n</div>", []string{nova}},
		{"comma parts words", "Working on oslo, log", nil},
		{"full name", "Working on openstack/nova", []string{nova}},
		{"the namespace is no project", "Working on OpenStack", nil},

		{"change", "https://review.opendev.org/c/openstack/nova/+/1", []string{nova}},
		{"change by number says nothing", "https://review.opendev.org/1", nil},
		{"change of an unknown project", "https://review.opendev.org/c/openstack/governance/+/902585", nil},
		{"foreign change", "https://gerrit.example/c/openstack/nova/+/1", nil},
		{"commit", "https://opendev.org/openstack/nova/commit/c03021f", []string{nova}},
		{"search", "topic:x project:openstack/nova", []string{nova}},
		{"search, not this one", "topic:x -project:openstack/nova", nil},
		{"search of several", "project:openstack/nova OR repo:openstack/cinder", []string{cinder, nova}},
		{"search by prefix", "projects:openstack/oslo", []string{"openstack/oslo.log", "openstack/oslo.messaging", "openstack/oslo.service"}},
		{"search by pattern", `project:"^openstack/(nova|cinder)"`, []string{cinder, nova}},
		{"pattern that is none", "project:^openstack/(nova", nil},
		{"bare word is no project", "[x](https://review.opendev.org/q/topic:x+nova)", nil},
		{"embed", `<span data-headway="eventlet-removal/openstack/nova">3</span>`, []string{nova}},
		{"embed of a goal", `<span data-headway="eventlet-removal">3</span>`, nil},
		{"include", `{% include headway.html project='openstack/nova' show="merged" %}`, []string{nova}},
		{"other include", `{% include box.html project="openstack/nova" %}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, problems := testimonials.Parse("x.md", page(tt.body), options())
			if len(problems) > 0 {
				t.Errorf("problems %v", problems)
			}
			if !slices.Equal(p.Projects, tt.want) {
				t.Errorf("projects %v, want %v", p.Projects, tt.want)
			}
			for _, e := range p.Evidence {
				if !slices.Contains(tt.want, e.Project) || e.Line < 4 || e.Text == "" {
					t.Errorf("evidence %+v", e)
				}
			}
		})
	}
}

// A search as wide as the whole community says nothing about a page.
func TestWideSearch(t *testing.T) {
	o := options()
	for c := 'a'; c <= 'z'; c++ {
		o.Projects = append(o.Projects, "wide/"+string(c), "wide/"+string(c)+"2")
	}
	p, _ := testimonials.Parse("x.md", page("projects:wide/ projects:wide/a"), o)
	if want := []string{"wide/a", "wide/a2"}; !slices.Equal(p.Projects, want) {
		t.Errorf("projects %v, want %v", p.Projects, want)
	}
}

func TestProjectsUnknown(t *testing.T) {
	o := options()
	o.Projects = nil
	p, _ := testimonials.Parse("x.md", page("Working on nova, project:a/b https://review.opendev.org/c/c/d/+/1"), o)
	if want := []string{"a/b", "c/d"}; !slices.Equal(p.Projects, want) {
		t.Errorf("projects %v, want %v", p.Projects, want)
	}
}

func TestFrontMatterProjects(t *testing.T) {
	for name, front := range map[string]string{
		"list":      "projects: [openstack/nova, 'swift']",
		"lines":     "projects:\n- openstack/nova\n- \"swift\"",
		"indented":  "projects: # two\n  - openstack/nova\n\n  # and\n  - swift",
		"comments":  "projects:\n- openstack/nova # one\n- 'swift' # two",
		"two keys":  "project: Nova\nprojects: [swift]",
		"long list": "projects: [openstack/nova,\n  swift]",
	} {
		t.Run(name, func(t *testing.T) {
			p, problems := testimonials.Parse("x.md", []byte("---\ntitle: Testimony - Ada Lovelace\n"+front+"\n---\n"), options())
			if want := []string{"openstack/nova", "openstack/swift"}; !slices.Equal(p.Projects, want) || len(problems) > 0 {
				t.Errorf("projects %v, want %v; problems %v", p.Projects, want, problems)
			}
		})
	}
}

// Whatever stands before it, a sentence has the line it begins in.
func TestLines(t *testing.T) {
	for _, tt := range []struct {
		name, file, body string
		want             int
	}{
		{"first", "x.md", "Working on Nova", 4},
		{"end of the line only", "x.md", "\r\n\rWorking on Nova", 6},
		{"Liquid over lines", "x.md", "{% include x.html\n a=b\n%}\n\n{% comment %}\n{{ x }}\n{% endcomment %}Working on Nova", 10},
		{"HTML over lines", "x.md", "<!-- a\nb --><div\nclass=x>\n<p>Working\non Nova</p></div>", 7},
		{"Markdown after HTML", "x.md", "<div>\n\n</div>\n\nWorking\non Nova", 8},
		{"entities of line ends", "x.html", "<p>&#10;&#10;Working&#10;on Nova</p>", 4},
		{"entities in Markdown", "x.md", "&#10;&#10;Working&#10;on Nova", 4},
		{"within a paragraph", "x.md", "This is it.\nNow [a\nlink](/x\n'title'), `a\nspan` and <b\nclass=x>more</b>.\nI migrated Nova.", 10},
		{"after a comment of lines", "x.md", "Text.\n\n<!--\nWorking on Swift\n--> <p>Working on Nova", 8},
		{"indented HTML after an empty line", "x.md", "<div>\n\n      <p>Working on Nova</p>\n\n</div>", 6},
		{"code", "x.md", "```\na\n\n```\nWorking on Nova", 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, problems := testimonials.Parse(tt.file, page(tt.body), options())
			if len(problems) > 0 {
				t.Errorf("problems %v", problems)
			}
			if len(p.Evidence) != 1 || p.Evidence[0].Line != tt.want {
				t.Errorf("evidence %+v, want line %d", p.Evidence, tt.want)
			}
		})
	}
}
