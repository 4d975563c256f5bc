package replay

// Redact removes e-mail addresses from c: those of accounts and commits, and what
// clean takes out of subject, topic, commit messages, comments and names.
func (c *Change) Redact(clean func(string) string) {
	c.eachAccount(func(a *Account) { a.Email = "" })
	c.eachPerson(func(p *Person) { p.Email = "" })
	c.eachText(func(_ string, s *string) { *s = clean(*s) })
}

// address returns where in c an e-mail address stands, or "".
func (c *Change) address(clean func(string) string) (where string) {
	d := c.clone()
	d.eachAccount(func(a *Account) {
		if a.Email != "" {
			where = "an account"
		}
	})
	d.eachPerson(func(p *Person) {
		if p.Email != "" {
			where = "a commit's author or committer"
		}
	})
	d.eachText(func(name string, s *string) {
		if clean(*s) != *s {
			where = name
		}
	})
	return where
}

// eachPerson calls f for authors and committers of all commits in c and keeps
// what f made of them, in new commits.
func (c *Change) eachPerson(f func(*Person)) {
	c.eachCommit(func(k *Commit) { f(&k.Author); f(&k.Committer) })
}

func (c *Change) eachCommit(f func(*Commit)) {
	for sha, r := range c.Revisions {
		if r.Commit == nil {
			continue
		}
		k := *r.Commit
		k.Parents = append([]Parent{}, k.Parents...)
		f(&k)
		r.Commit = &k
		c.Revisions[sha] = r
	}
}

// eachText calls f for every free text in c and keeps what f made of it.
func (c *Change) eachText(f func(name string, s *string)) {
	f("the subject", &c.Subject)
	f("the topic", &c.Topic)
	f("the branch", &c.Branch)
	for i := range c.Hashtags {
		f("a hashtag", &c.Hashtags[i])
	}
	for i := range c.Messages {
		f("a message", &c.Messages[i].Message)
	}
	c.eachAccount(func(a *Account) {
		f("an account's name", &a.Name)
		f("an account's username", &a.Username)
	})
	c.eachCommit(func(k *Commit) {
		f("a commit's subject", &k.Subject)
		f("a commit's message", &k.Message)
		f("a commit's author", &k.Author.Name)
		f("a commit's committer", &k.Committer.Name)
		for i := range k.Parents {
			f("a parent's subject", &k.Parents[i].Subject)
		}
	})
}
