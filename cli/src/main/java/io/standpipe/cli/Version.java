package io.standpipe.cli;

import io.standpipe.Versions;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "standpipe "
          + Versions.platform()
          + " (SPI "
          + Versions.plugins().spi()
          + ", Spark "
          + Versions.plugins().spark()
          + ")"
    };
  }
}
