// Package gerrittest starts a real Gerrit for a test and writes to it as people and
// robots do.
//
// [Start] gives each test a Gerrit of its own on a free port of 127.0.0.1, with
// the labels and rights of OpenDev (Code-Review, Verified, Workflow) and an
// administrator. It is stopped when the test ends, and its log is printed if the
// test failed. Methods of User write over REST or by git push, as the account
// they belong to; methods of Server that read do so anonymously and through
// net/http alone, so that they are an oracle independent of our own client.
// [Server.Import] fills a new server with a recorded topic, old times included.
//
// It is not a fake and holds no expectations: what Gerrit answers is Gerrit's.
// It is not imported by the program either: only tests with the build tag
// `gerrit` see more of it than this comment, because it needs Java and the jars
// that pom.xml names. .ci/run fetches them into the cache; elsewhere
// HEADWAY_GERRIT_LIB names their directory.
//
// It is Gerrit 3.10.2, or the version that HEADWAY_GERRIT names: 3.5 is the oldest
// it knows how to configure. HEADWAY_JAVA names the program that runs it: java of
// at least version 17 up to 3.10, 21 from 3.11 on.
package gerrittest
