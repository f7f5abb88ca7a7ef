/**
 * Real servers for the tests of connectors, each a process of its own whose class path never mixes
 * with that of the test. {@link io.standpipe.tck.server.ForkedServer} runs and disturbs any server;
 * the other types know how one of them is started.
 */
package io.standpipe.tck.server;
