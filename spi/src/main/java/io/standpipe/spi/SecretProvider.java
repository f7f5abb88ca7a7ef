package io.standpipe.spi;

import java.util.Optional;
import org.pf4j.ExtensionPoint;

/**
 * Fetches secrets for references of the form {@code ${scheme:key}} in the configuration. A plug-in
 * brings one as a pf4j extension and names its scheme in the manifest entry {@code
 * Standpipe-Secrets}.
 */
public interface SecretProvider extends ExtensionPoint {

  /**
   * What stands before the colon, for example {@code vault}. {@code env} and {@code file} are
   * taken.
   */
  String scheme();

  /**
   * The secret, or empty if there is none by that key.
   *
   * @throws ConnectorException if the provider cannot be asked
   */
  Optional<String> secret(String key);
}
