/**
 * The connector for Delta Lake tables: a path or a catalog table, read, written, merged, travelled
 * in time and maintained through {@link io.standpipe.delta.DeltaConnector}.
 */
package io.standpipe.delta;
