/**
 * The connector {@code cassandra}: tables of Apache Cassandra, by the Spark Cassandra Connector.
 */
package io.standpipe.cassandra;
