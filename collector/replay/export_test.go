package replay

// ReadTopicUpTo is ReadTopic with another bound.
var ReadTopicUpTo = readTopic
