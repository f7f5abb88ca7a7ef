/**
 * The {@code jdbc} connector: tables and queries of PostgreSQL and of the embedded H2 database.
 *
 * <p>Rows are read by Spark's own JDBC source. They are never written by it, because it commits
 * each task by itself and a task that is tried again would leave its rows twice. Here tasks write
 * to a staging table under the name of their attempt, and one transaction of the driver moves the
 * rows of those attempts that Spark accepted to the table, see {@link
 * io.standpipe.jdbc.TableWriter}.
 */
package io.standpipe.jdbc;
