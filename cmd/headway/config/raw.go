package config

// The configuration as it is written: one struct for each mapping, with the keys
// it may have. What is missing and what is wrong is decided in the checks, which
// make a Config of it.

type rawConfig struct {
	at
	Gerrit       rawGerrit            `yaml:"gerrit,required"`
	Goals        list[rawGoal]        `yaml:"goals,required"`
	Testimonials list[rawTestimonial] `yaml:"testimonials"`
	Embed        rawEmbed             `yaml:"embed"`
	People       text                 `yaml:"people"`
}

type rawGerrit struct {
	at
	URL               text     `yaml:"url,required"`
	RequestsPerSecond rate     `yaml:"requests_per_second"`
	Timeout           duration `yaml:"timeout"`
	Contact           text     `yaml:"contact"`
}

type rawGoal struct {
	at
	Name      text              `yaml:"name,required"`
	Title     text              `yaml:"title"`
	Selector  text              `yaml:"selector,required"`
	Schedule  text              `yaml:"schedule"`
	Full      text              `yaml:"full"`
	GoneAfter duration          `yaml:"gone_after"`
	Discover  flag              `yaml:"discover"`
	Projects  list[rawProject]  `yaml:"projects"`
	Teams     list[rawTeam]     `yaml:"teams"`
	Backports list[text]        `yaml:"backports"`
	Labels    rawLabels         `yaml:"labels"`
	Bots      list[text]        `yaml:"bots"`
	Cycles    list[rawCycle]    `yaml:"cycles"`
	Deadlines list[rawDeadline] `yaml:"deadlines"`
}

type rawProject struct {
	at
	Name     text   `yaml:"name,required"`
	Selector text   `yaml:"selector"`
	Declared text   `yaml:"declared"`
	Since    text   `yaml:"since"`
	Approach text   `yaml:"approach"`
	Expected number `yaml:"expected"`
}

type rawTeam struct {
	at
	Name     text       `yaml:"name,required"`
	Title    text       `yaml:"title"`
	Declared text       `yaml:"declared"`
	Since    text       `yaml:"since"`
	Approach text       `yaml:"approach"`
	Projects list[text] `yaml:"projects,required"`
}

type rawLabels struct {
	at
	CI            text       `yaml:"ci"`
	Review        text       `yaml:"review"`
	Approve       text       `yaml:"approve"`
	ReviewsNeeded number     `yaml:"reviews_needed"`
	CIAccounts    list[text] `yaml:"ci_accounts"`
}

type rawCycle struct {
	at
	Name  text `yaml:"name,required"`
	Start date `yaml:"start,required"`
	End   date `yaml:"end,required"`
}

type rawDeadline struct {
	at
	Name text `yaml:"name,required"`
	Due  text `yaml:"due,required"` // a date or the name of a cycle
}

// rawTestimonial is a directory of pages with the address they get, or one page
// with the projects it speaks of.
type rawTestimonial struct {
	at
	Directory text       `yaml:"directory"`
	URL       text       `yaml:"url"`
	Page      text       `yaml:"page"`
	Projects  list[text] `yaml:"projects"`
}

type rawEmbed struct {
	at
	FrameAncestors list[text] `yaml:"frame_ancestors"`
}
