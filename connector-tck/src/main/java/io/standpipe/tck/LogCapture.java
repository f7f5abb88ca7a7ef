package io.standpipe.tck;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Everything that is logged meanwhile, at the level of Spark's debugging. */
final class LogCapture implements AutoCloseable {
  private final Level before;
  private final LoggerConfig root;
  private final Collecting appender = new Collecting();

  private static final class Collecting extends AbstractAppender {
    private final StringBuffer text = new StringBuffer();

    Collecting() {
      super("conformance", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      text.append(event.getMessage().getFormattedMessage()).append('\n');
      if (event.getThrown() != null) {
        text.append(event.getThrown()).append('\n');
      }
    }
  }

  private LogCapture() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    this.root = context.getConfiguration().getRootLogger();
    this.before = root.getLevel();
    // The usual places get none of it.
    root.getAppenders().values().forEach(other -> root.removeAppender(other.getName()));
    appender.start();
    root.addAppender(appender, Level.DEBUG, null);
    Configurator.setRootLevel(Level.DEBUG);
  }

  static LogCapture start() {
    return new LogCapture();
  }

  String text() {
    return appender.text.toString();
  }

  @Override
  public void close() {
    Configurator.setRootLevel(before);
    root.removeAppender(appender.getName());
    ((LoggerContext) LogManager.getContext(false)).reconfigure();
    // As the session set it.
    Configurator.setRootLevel(before);
  }
}
