package config

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

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

var declaredWords = []string{
	string(progress.DeclaredCompleted), string(progress.DeclaredInProgress), string(progress.DeclaredPlanning),
	string(progress.DeclaredNotStarted), string(progress.DeclaredNotAffected),
}

func (c *checker) projects(path string, raw []rawProject) []progress.Project {
	names := seen{}
	var projects []progress.Project
	for i, r := range raw {
		path := fmt.Sprintf("%s[%d]", path, i)
		c.filled(path+".name", r.Name)
		c.projectName(path+".name", r.Name)
		c.unique(names, path+".name", "project", r.Name)
		c.selector(path+".selector", r.Selector)
		if r.Expected.value < 0 {
			c.problem(r.Expected.at, path+".expected", "must not be negative")
		}
		projects = append(projects, progress.Project{
			Name:     r.Name.value,
			Declared: progress.Declared(c.word(path+".declared", r.Declared, declaredWords)),
			Since:    r.Since.value,
			Approach: r.Approach.value,
			Expected: r.Expected.value,
		})
	}
	return projects
}

func (c *checker) projectName(path string, name text) {
	if wrong := projectProblem(name.value); wrong != "" {
		c.problem(name.at, path, "%q %s", name.value, wrong)
	}
}

func (c *checker) teams(path string, raw []rawTeam) []progress.Team {
	names := seen{}
	var teams []progress.Team
	for i, r := range raw {
		path := fmt.Sprintf("%s[%d]", path, i)
		c.pathName(path+".name", r.Name)
		c.unique(names, path+".name", "team", r.Name)
		teams = append(teams, progress.Team{
			Name:     r.Name.value,
			Title:    cmp.Or(r.Title.value, r.Name.value),
			Declared: progress.Declared(c.word(path+".declared", r.Declared, declaredWords)),
			Since:    r.Since.value,
			Approach: r.Approach.value,
			Projects: c.projectNames(path+".projects", r.Projects),
		})
	}
	return teams
}

// projectNames are the items of a list of projects, of which there must be one.
func (c *checker) projectNames(path string, l list[text]) []string {
	if l.given() && len(l.items) == 0 {
		c.problem(l.at, path, "must name at least one project")
	}
	for i, t := range l.items {
		c.projectName(fmt.Sprintf("%s[%d]", path, i), t)
	}
	return c.texts(path, l)
}

// projectProblem is why a name can't be a project's, "" if it can. The rules are
// Gerrit's own (LocalDiskRepositoryManager.isUnreasonableName), and ours: it must
// stand within quotes and mean one project.
func projectProblem(name string) string {
	switch {
	case strings.HasPrefix(name, "^"):
		return "is a regular expression; a project is named exactly"
	case strings.HasSuffix(name, ".git"):
		return "is a repository; the project's name has no .git at the end"
	case strings.HasPrefix(name, "/"), strings.HasSuffix(name, "/"), strings.Contains(name, "//"):
		return "has a slash too many"
	case strings.HasPrefix(name, "../"), strings.Contains(name, "/../"), strings.Contains(name, "/./"):
		return "can't be the name of a project"
	case strings.ContainsAny(name, `\:?*<>|%~"$`):
		return `can't be the name of a project: it contains one of \ : ? * < > | % ~ " $`
	}
	return ""
}
