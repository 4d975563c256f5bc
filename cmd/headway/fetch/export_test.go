package fetch

// What no page can show: which addresses are dialled, and for how long at most.
var (
	Client   = client
	Dialable = dialable
)

const Timeout = timeout
