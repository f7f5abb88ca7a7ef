package io.standpipe.spi;

import org.pf4j.ExtensionPoint;

/**
 * Makes connectors of one type. It is the entry point of a connector plug-in.
 *
 * <p>Annotate the implementation with {@link org.pf4j.Extension} and give it a public constructor
 * without parameters; its JAR's manifest names the type in {@code Standpipe-Connectors}. A small
 * complete one:
 *
 * <pre>{@code
 * @Extension
 * public final class GreetingFactory implements ConnectorFactory<GreetingConfig> {
 *   public String type() { return "greeting"; }
 *   public String description() { return "Rows with a greeting."; }
 *   public Class<GreetingConfig> configType() { return GreetingConfig.class; }
 *   public Class<GreetingConnector> connectorType() { return GreetingConnector.class; }
 *   public Connector create(ConnectorContext context, GreetingConfig config) {
 *     return new GreetingConnector(config);
 *   }
 * }
 * }</pre>
 *
 * @param <C> the configuration record. Each component is one option; see {@link Description},
 *     {@link Default} and the constraints of {@code javax.validation.constraints}
 */
public interface ConnectorFactory<C extends Record> extends ExtensionPoint {

  /**
   * The name by which a storage asks for this connector, {@code connector: jdbc}. Lower case,
   * unique among plug-ins.
   */
  String type();

  /** One sentence for listings and the docs. */
  String description();

  /** The record that the storage's options are bound to. */
  Class<C> configType();

  /**
   * The widest connector class that {@link #create} returns: the abilities shown for the type are
   * read from it.
   */
  Class<? extends Connector> connectorType();

  /**
   * Makes the connector of one storage. Must be cheap and free of side effects: no connection, no
   * file, no thread; it is called to check a configuration that is never run. {@code config} is
   * bound, complete and validated.
   */
  Connector create(ConnectorContext context, C config);

  /**
   * How errors of this technology are to be understood. By default every error is {@link
   * Verdict#UNKNOWN}.
   */
  default ErrorClassifier errorClassifier() {
    return ErrorClassifier.none();
  }
}
