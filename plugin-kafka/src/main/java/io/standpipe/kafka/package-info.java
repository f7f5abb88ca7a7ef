/** The connector {@code kafka}: topics of Apache Kafka, as batches and as streams. */
package io.standpipe.kafka;
