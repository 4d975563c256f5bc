// Package answers keeps whole answers, so that a reader costs a look-up and a poll
// costs what is asked for after it.
//
// A Cache stands before a handler that makes answers. It keeps them, plain and
// compressed, by their canonical address (the path, the sorted parameters, the
// request headers named in Config.Headers) and for one Version, which names all
// else that they are made from; the handler sees nothing else of a request, so its
// answer can't depend on more. When the version moves on, all answers of the old one
// go; the addresses that readers come back to are made again in the background, and
// until that is done, but not for long, readers get their old answers, unless their
// request says "Cache-Control: max-age=0".
//
// What is kept is bounded by bytes, in two segments: an address that was asked for
// once is the first to go, however many of them there are, and of the others the one
// that was asked for longest ago. Who comes while an answer is being made waits for
// it. What is made at once is bounded too, and beyond that a reader is asked to come
// back later; what the readers of large answers have not taken yet is bounded as well.
//
// It knows nothing of goals, pages or polls. Package dashboard imports it.
package answers
