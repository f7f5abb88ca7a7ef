/**
 * Real servers for tests, each a {@link io.standpipe.tck.server.TestServer} of a type of its own:
 * {@link io.standpipe.tck.server.PostgresServer}, {@link io.standpipe.tck.server.CassandraServer},
 * {@link io.standpipe.tck.server.DynamoDbServer}, {@link io.standpipe.tck.server.S3Server}. They
 * run as processes or in containers, see {@link io.standpipe.tck.server.Backend}; their class paths
 * never mix with that of the test. {@link io.standpipe.tck.server.WithServers} hands them to JUnit
 * tests.
 */
package io.standpipe.tck.server;
