/**
 * The connectors that come with the engine: {@code file} for folders of files and {@code sql} for
 * tables, views and queries of the Spark session. They are written against the SPI only, exactly as
 * a plug-in's are.
 */
package io.standpipe.builtin;
