/**
 * The connector {@code hudi}: Apache Hudi tables, written by Hudi's data source, each write one
 * commit of the table's timeline.
 */
package io.standpipe.hudi;
