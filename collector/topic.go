package collector

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
)

var (
	topicSet     = regexp.MustCompile(`(?s)^Topic set to (.*)$`)
	topicRemoved = regexp.MustCompile(`(?s)^Topic (.*) removed$`)
	topicChanged = regexp.MustCompile(`(?s)^Topic changed from (.*)$`)
)

// topicMove is the topics before and after, "" for none.
type topicMove struct{ from, to string }

// topicMoves are what the text of a setTopic message can mean, the likeliest first:
// a topic may hold the word that Gerrit puts between two, as "move to threads" does.
// There is none where the text was deleted or is not one of Gerrit's forms.
func topicMoves(text string) []topicMove {
	text = strings.TrimSpace(text)
	var moves []topicMove
	if m := topicChanged.FindStringSubmatch(text); m != nil {
		words := strings.Split(m[1], " to ")
		for i := 1; i < len(words) && i < maxTopicMoves; i++ {
			moves = append(moves, topicMove{strings.Join(words[:i], " to "), strings.Join(words[i:], " to ")})
		}
	}
	if m := topicSet.FindStringSubmatch(text); m != nil {
		moves = append(moves, topicMove{"", m[1]})
	}
	if m := topicRemoved.FindStringSubmatch(text); m != nil {
		moves = append(moves, topicMove{m[1], ""})
	}
	return moves
}

// maxTopicMoves bounds the readings of one message.
const maxTopicMoves = 20

// readTopics fills in the moves of a change's topic messages. Where a text can be
// read in several ways, the one holds that ends where the next move begins or, for
// the last, at the topic that the change has; a push moves a topic without a message,
// so if there is none, the one that begins where the move before ended.
func readTopics(out []store.Message, in []gerrit.Message, topic string) {
	after := &topic
	for i := len(out) - 1; i >= 0; i-- {
		if out[i].Kind != store.MessageTopic {
			continue
		}
		moves := topicMoves(in[i].Message)
		if len(moves) == 0 {
			after = nil
			continue
		}
		move := moves[0]
		fits := slices.IndexFunc(moves, func(m topicMove) bool { return after != nil && m.to == *after })
		if fits < 0 {
			before := topicsBefore(out[:i], in)
			fits = slices.IndexFunc(moves, func(m topicMove) bool { return slices.Contains(before, m.from) })
		}
		if fits >= 0 {
			move = moves[fits]
		}
		out[i].Move = &store.Move{From: move.from, To: move.to}
		after = &move.from
	}
}

// topicsBefore are the topics at which the last move among messages may have ended.
func topicsBefore(out []store.Message, in []gerrit.Message) []string {
	for i := len(out) - 1; i >= 0; i-- {
		if out[i].Kind != store.MessageTopic {
			continue
		}
		var topics []string
		for _, m := range topicMoves(in[i].Message) {
			topics = append(topics, m.to)
		}
		return topics
	}
	return nil
}
