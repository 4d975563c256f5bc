package search

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// expr is one node of a parsed query: and, or and not have kids, a term has a
// field ("" for a bare word) and a value.
type expr struct {
	op    op
	kids  []*expr
	field string
	value string
}

type op int

const (
	term op = iota
	and
	or
	not
)

// numbers are those that alone a query can find; ok is false if it names none.
func (e *expr) numbers() (numbers []int, ok bool) {
	switch {
	case e.op == term && e.field == "change" && numberPattern.MatchString(e.value):
		n, err := strconv.Atoi(e.value)
		return []int{n}, err == nil
	case e.op == and:
		for _, kid := range e.kids {
			if numbers, ok = kid.numbers(); ok {
				return numbers, true
			}
		}
	case e.op == or:
		for _, kid := range e.kids {
			more, ok := kid.numbers()
			if !ok {
				return nil, false
			}
			numbers = append(numbers, more...)
		}
		return numbers, true
	}
	return nil, false
}

// maxNesting keeps a query of parentheses from exhausting the stack. Gerrit has
// no such limit; its own is the length of a URL.
const maxNesting = 1000

// parse reads Gerrit's search language:
//
//	or    = and { "OR" and }
//	and   = not { [ "AND" ] not }
//	not   = [ "-" | "NOT" ] base
//	base  = "(" or ")" | name ":" value | value
//	value = { word ":" } ( word | "phrase" | {phrase} )
//
// What follows a whole query, such as a superfluous closing parenthesis, is ignored,
// as Gerrit's grammar does. Errors carry the words and the position of Gerrit's
// generated parser; like it we look at all characters before the first token.
func parse(text string) (*expr, error) {
	if text == "" {
		return nil, refuse("query is empty")
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: tokens}
	return p.or()
}

type kind int

const (
	eof     kind = iota
	word         // any other run of characters
	name         // lower-case letters, underscores and inner hyphens: may be an operator
	phrase       // in quotes or braces
	keyword      // AND, OR, NOT
	punct        // ( ) : -
)

type token struct {
	kind kind
	text string // without quotes and escapes
	at   int    // byte offset
}

// wordStops ends a word; so does everything up to the space.
const wordStops = "!\"$%'():;?[]{}"

func isStop(r rune) bool { return r <= ' ' || strings.ContainsRune(wordStops, r) }

type lexer struct {
	text string
	at   int
}

// position of byte offset i, as Gerrit's errors give it: lines from 1, characters
// from 0.
func position(text string, i int) string {
	before := text[:i]
	line := 1 + strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("%d:%d", line, column)
}

func lex(text string) ([]token, error) {
	l := &lexer{text: text}
	var tokens []token
	for l.at < len(text) {
		switch r, size := utf8.DecodeRuneInString(text[l.at:]); {
		case strings.ContainsRune(" \t\r\n", r):
			l.at += size
		case strings.ContainsRune("():-", r):
			tokens = append(tokens, token{punct, string(r), l.at})
			l.at += size
		case r == '"' || r == '{':
			t, err := l.phrase(r)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, t)
		case isStop(r):
			return nil, refuse(fmt.Sprintf("line %s no viable alternative at character '%c'", position(text, l.at), r))
		default:
			tokens = append(tokens, l.word())
		}
	}
	return append(tokens, token{eof, "<EOF>", len(text)}), nil
}

// phrase reads a quoted text whose opening quote is at l.at. In it, a backslash
// takes the next character as it is, but for t, n and r.
func (l *lexer) phrase(open rune) (token, error) {
	end := '"'
	if open == '{' {
		end = '}'
	}
	start := l.at
	var b strings.Builder
	escaped := false
	for i, r := range l.text[start+1:] {
		switch {
		case escaped:
			b.WriteRune(unescape(r))
			escaped = false
		case r == '\\':
			escaped = true
		case r == end:
			l.at = start + 1 + i + 1
			return token{phrase, b.String(), start}, nil
		case r == '{' && open == '{':
			return token{}, refuse(fmt.Sprintf("line %s mismatched character '{' expecting '}'", position(l.text, start+1+i)))
		default:
			b.WriteRune(r)
		}
	}
	if escaped {
		return token{}, refuse(fmt.Sprintf("line %s no viable alternative at character '<EOF>'", position(l.text, len(l.text))))
	}
	return token{}, refuse(fmt.Sprintf("line %s mismatched character '<EOF>' expecting '%c'", position(l.text, len(l.text)), end))
}

func unescape(r rune) rune {
	switch r {
	case 't':
		return '\t'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	}
	return r
}

func (l *lexer) word() token {
	start := l.at
	l.at = len(l.text)
	if i := strings.IndexFunc(l.text[start:], isStop); i >= 0 {
		l.at = start + i
	}
	t := token{word, l.text[start:l.at], start}
	switch {
	case isKeyword(t.text) && l.at < len(l.text): // the very last word is a plain one
		t.kind, t.text = keyword, strings.ToUpper(t.text)
	case isName(t.text):
		t.kind = name
	}
	return t
}

func isKeyword(s string) bool {
	switch s {
	case "AND", "OR", "NOT", "and", "or", "not":
		return true
	}
	return false
}

// isName reports whether Gerrit's grammar takes s for the name of an operator.
func isName(s string) bool {
	for part := range strings.SplitSeq(s, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return false
		}
	}
	return true
}

type parser struct {
	text   string
	tokens []token // the last is eof
	depth  int
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != eof {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) is(k kind, text string) bool { return p.peek().kind == k && p.peek().text == text }

func (p *parser) or() (*expr, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, refuse("replay: query nested too deeply")
	}
	defer func() { p.depth-- }()
	first, err := p.and()
	if err != nil || !p.is(keyword, "OR") {
		return first, err
	}
	e := &expr{op: or, kids: []*expr{first}}
	for p.is(keyword, "OR") {
		p.next()
		kid, err := p.and()
		if err != nil {
			return nil, err
		}
		e.kids = append(e.kids, kid)
	}
	return e, nil
}

func (p *parser) and() (*expr, error) {
	first, err := p.not()
	if err != nil {
		return nil, err
	}
	e := &expr{op: and, kids: []*expr{first}}
	for p.is(keyword, "AND") || p.startsTerm() {
		if p.is(keyword, "AND") {
			p.next()
		}
		kid, err := p.not()
		if err != nil {
			return nil, err
		}
		e.kids = append(e.kids, kid)
	}
	if len(e.kids) == 1 {
		return first, nil
	}
	return e, nil
}

// startsTerm reports whether another term follows without a word between.
func (p *parser) startsTerm() bool {
	switch t := p.peek(); t.kind {
	case word, name, phrase:
		return true
	case keyword:
		return t.text == "NOT"
	case punct:
		return t.text == "(" || t.text == "-"
	}
	return false
}

func (p *parser) not() (*expr, error) {
	if !p.is(punct, "-") && !p.is(keyword, "NOT") {
		return p.base()
	}
	p.next()
	kid, err := p.base()
	return &expr{op: not, kids: []*expr{kid}}, err
}

func (p *parser) base() (*expr, error) {
	if p.is(punct, "(") {
		p.next()
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		if t := p.next(); t.kind != punct || t.text != ")" {
			return nil, refuse(fmt.Sprintf("line %s mismatched input '%s' expecting ')'", position(p.text, t.at), t.text))
		}
		return e, nil
	}
	e := &expr{op: term}
	if p.peek().kind == name && p.colonNext() {
		e.field = p.next().text
		p.next()
	}
	var err error
	e.value, err = p.value()
	return e, err
}

func (p *parser) colonNext() bool {
	t := p.tokens[min(1, len(p.tokens)-1)]
	return t.kind == punct && t.text == ":"
}

// value reads what may hold colons: in a:b:c the operator is a and the value b:c.
func (p *parser) value() (string, error) {
	var b strings.Builder
	for {
		t := p.next()
		if t.kind != word && t.kind != name && t.kind != phrase {
			return "", refuse(fmt.Sprintf("line %s no viable alternative at input '%s'", position(p.text, t.at), t.text))
		}
		b.WriteString(t.text)
		if t.kind == phrase || !p.is(punct, ":") {
			return b.String(), nil
		}
		b.WriteString(p.next().text)
	}
}
