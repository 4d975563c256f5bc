// Package testimonials reads testimonial pages: a page's bytes in, its person, a
// quote, its projects and its Gerrit links out.
//
// It is pure: it fetches nothing and knows no clock. A page is the source of a
// Jekyll page (front matter, Liquid, HTML or Markdown) or rendered HTML. Pages are
// written by anybody, so everything is bounded, nothing makes it panic, and all
// that comes out is plain text: tags are gone, entities are decoded, control and
// direction characters are dropped. Who puts it on a page must escape it once, like
// any text. What is wrong with a page is reported with its line, and what is still
// readable is returned.
//
// A page is read in steps, each in its own file:
//
//	source       bytes -> UTF-8 text, front matter, which syntax the body has
//	frontmatter  keys of YAML with a text or a list of texts
//	liquid       blanks out {% tags %} and {{ values }}, keeping lines
//	html         HTML   -> document
//	markdown     Markdown with HTML in it, by goldmark's syntax tree -> document
//	document     blocks of text with the line of every character, and links
//	reference    links and text -> Gerrit references
//	project      which projects the page speaks of, and why
//	person       who speaks, and as what
//	portrait     which picture shows them
//	quote        the sentences to pull
//	set          the pages of a directory
//
// Jekyll's dialect of Markdown keeps HTML whole over blank lines and indents;
// CommonMark, as goldmark reads it, ends the HTML there and takes what is set in for
// code. So a line that begins with a tag is moved to the margin before it is parsed.
//
// Of ours it imports store/query only, which reads Gerrit's addresses and searches;
// dashboard and cmd import it.
package testimonials
