package timeline

import "strings"

// TopicOf tells what a selector that is one topic matches; nil: it is anything else.
func TopicOf(selector string) func(string) bool {
	operator, value, ok := strings.Cut(strings.TrimSpace(selector), ":")
	if !ok {
		return nil
	}
	switch {
	case len(value) > 2 && value[0] == '"' && value[len(value)-1] == '"',
		len(value) > 2 && value[0] == '{' && value[len(value)-1] == '}':
		value = value[1 : len(value)-1]
		if strings.ContainsAny(value, `"{}\`) {
			return nil
		}
	case value == "" || strings.ContainsAny(value, ` "(){}\`):
		return nil
	}
	switch operator {
	case "topic":
		return func(topic string) bool { return topic == value }
	case "prefixtopic":
		return func(topic string) bool { return strings.HasPrefix(topic, value) }
	}
	return nil
}
