package io.standpipe.spi;

import java.util.Objects;

/**
 * Where files are: a local path or a URI that Hadoop knows ({@code s3a://bucket/key}, {@code
 * hdfs://...}), globs included. A relative path in the configuration is relative to the file that
 * names it; a connector always gets an absolute one.
 *
 * @param uri a URI or an absolute path
 */
public record Location(String uri) {
  public Location {
    Objects.requireNonNull(uri, "uri");
    if (uri.isBlank()) {
      throw new IllegalArgumentException("a location must not be blank");
    }
  }

  @Override
  public String toString() {
    return uri;
  }
}
