package io.standpipe.spi;

/**
 * One configured storage, for example one database table or one folder of files.
 *
 * <p>A connector does only what its class says: it implements {@link SupportsRead} if it can be
 * read, {@link SupportsUpsert} if it can upsert, and so on. The platform derives the capability
 * table from these interfaces and refuses a pipeline that asks for anything else before it runs. An
 * ability never degrades into a warning.
 *
 * <p>Lifecycle: made by {@link ConnectorFactory#create}, which opens nothing; used from any thread,
 * several at a time if the pipeline says so; closed once the platform is done with it. The platform
 * sets the thread context class loader around each call.
 */
public interface Connector extends AutoCloseable {

  /**
   * What the Spark session must have before it is built so that this storage works in it. Asked
   * once, before there is a session; must not do I/O. By default nothing.
   */
  default SessionNeeds sessionNeeds() {
    return SessionNeeds.none();
  }

  /**
   * Releases connections and threads. A second call does nothing. By default there is nothing to
   * release.
   */
  @Override
  default void close() {}
}
