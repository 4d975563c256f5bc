package report

import (
	"bytes"
	"fmt"
	"html/template"
)

// HTML is a document as a page without any style, as mails have it.
func (d Document) HTML() (string, error) {
	var out bytes.Buffer
	if err := htmlTemplate.Execute(&out, d); err != nil {
		return "", fmt.Errorf("write report: %w", err)
	}
	return out.String(), nil
}

var htmlTemplate = template.Must(template.New("").Funcs(template.FuncMap{"absolute": absolute}).Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body>
<h1>{{.Title}}</h1>
{{range .Lead}}<p>{{template "spans" .}}</p>
{{end}}<p>{{template "spans" .AsOf}}</p>
{{range .Sections}}<h2>{{.Heading}}</h2>
{{range .Blocks}}{{with .Text}}<p>{{template "spans" .}}</p>
{{end}}{{with .Items}}<ul>
{{range .}}<li>{{template "spans" .}}</li>
{{end}}</ul>
{{end}}{{with .Table}}<table>
<thead><tr>{{range .Head}}<th>{{.}}</th>{{end}}</tr></thead>
<tbody>{{range .Rows}}
<tr>{{range .}}<td>{{template "span" .}}</td>{{end}}</tr>{{end}}
</tbody></table>
{{end}}{{end}}{{end}}</body>
</html>
{{define "spans"}}{{range .}}{{template "span" .}}{{end}}{{end}}
{{define "span"}}{{if absolute .URL}}<a href="{{.URL}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}
`))
