package io.standpipe;

import io.standpipe.config.Configuration;
import io.standpipe.config.Redactor;
import io.standpipe.plugin.PluginProblem;
import io.standpipe.plugin.PluginRuntime;
import io.standpipe.session.ManagedSession;
import io.standpipe.session.SessionException;
import io.standpipe.session.SessionRequest;
import io.standpipe.session.SessionSettings;
import io.standpipe.session.SharedJar;
import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.Location;
import io.standpipe.spi.SessionNeeds;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import scala.collection.JavaConverters;

/** The Spark session of a platform: a given one, or one that is started when it is needed. */
final class PlatformSession implements AutoCloseable {
  private final Configuration configuration;
  private final PluginRuntime plugins;
  private final Storages storages;
  private final Optional<SparkSession> given;
  private final SessionRequest request;
  private ManagedSession session;

  PlatformSession(Opening opened, Optional<SparkSession> given) {
    this.configuration = opened.configuration();
    this.plugins = opened.plugins();
    this.storages = opened.storages();
    this.given = given;
    SessionRequest configured =
        SessionRequest.of(
            configuration.spark().master(),
            configuration.spark().appName(),
            configuration.spark().conf());
    this.request = given.isPresent() ? configured : configured.withSystemProperties();
  }

  /** The Spark properties that the session has or will have. */
  Map<String, String> properties() {
    return given
        .map(spark -> JavaConverters.mapAsJavaMap(spark.conf().getAll()))
        .orElseGet(request::all);
  }

  /**
   * The Spark session, started with the first call.
   *
   * @throws io.standpipe.session.SessionException if it cannot be assembled, or the given one does
   *     not fit
   */
  synchronized SparkSession spark() {
    if (session == null) {
      requireDataSources();
      ClassLoader loader = plugins.unionLoader();
      try {
        session =
            given
                .map(spark -> ManagedSession.inject(spark, settings()))
                .orElseGet(() -> ManagedSession.create(settings(), loader));
      } catch (SessionException e) {
        throw redacted(e);
      }
    }
    return session.spark();
  }

  /** Spark properties may be secret: those of the configuration, and those submitted. */
  private SessionException redacted(SessionException e) {
    Redactor redactor = configuration.redactor();
    redactor.registerSecretsOf(request.all());
    return new SessionException(redactor.redact(e.getMessage()), e.getCause());
  }

  /** One data source that cannot be made would break every format look-up in the session. */
  private void requireDataSources() {
    List<PluginProblem> problems = plugins.dataSourceProblems();
    if (!problems.isEmpty()) {
      throw new SessionException(
          problems.stream().map(PluginProblem::message).collect(Collectors.joining("\n")));
    }
  }

  private SessionSettings settings() {
    Map<String, SessionNeeds> needs = new LinkedHashMap<>();
    for (Storage storage : storages.all()) {
      needs.put(storage.toString(), storage.sessionNeeds());
    }
    return SessionSettings.merge(request, needs, sharedJars(), plugins.unionLoader());
  }

  private List<SharedJar> sharedJars() {
    List<SharedJar> jars = new ArrayList<>();
    for (ConnectorFactory<?> factory : plugins.factories()) {
      // Not the factory's class: executors have no pf4j, to which it is linked.
      jars.add(new SharedJar(plugins.pluginOf(factory).file(), factory.connectorType()));
    }
    SharedJar.of(Connector.class).ifPresent(jars::add);
    for (Location library : configuration.plugins().libraries()) {
      SharedJar.of(Path.of(library.uri()), plugins.unionLoader()).ifPresent(jars::add);
    }
    return jars;
  }

  /** Stops the session if it was made here. A second call does nothing. */
  @Override
  public synchronized void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
