/**
 * The configuration: YAML files, overlays and {@code --set} values read into positioned nodes,
 * references to the environment and to secrets resolved, and options bound to records. Everything
 * that is wrong is collected in {@link io.standpipe.config.Problems} with file, line and column, so
 * that a user sees all of it at once.
 *
 * <p>Start at {@link io.standpipe.config.Configuration#load}. Nothing here touches Spark.
 */
package io.standpipe.config;
