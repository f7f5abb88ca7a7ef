package io.standpipe.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Self-signed certificates, each in a key store that serves as the trust store of the other side.
 *
 * @param server known to the client
 * @param client known to the server
 * @param stranger known to nobody
 */
record Certificates(Path server, Path client, Path stranger) {
  static final String PASSWORD = "store-s3cr3t";

  static Certificates create() {
    try {
      Path folder = Files.createTempDirectory("certificates");
      return new Certificates(
          create(folder, "server"), create(folder, "client"), create(folder, "stranger"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path create(Path folder, String name) throws IOException {
    Path store = folder.resolve(name + ".p12");
    store.toFile().deleteOnExit();
    folder.toFile().deleteOnExit();
    String options =
        "-genkeypair -alias %s -dname CN=%s -keyalg EC -ext SAN=ip:127.0.0.1 -validity 2 -storetype PKCS12 -storepass %s -keystore "
            .formatted(name, name, PASSWORD);
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder((keytool + " " + options + store).split(" "))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!Files.exists(store)) {
      throw new IllegalStateException("keytool says: " + output);
    }
    return store;
  }

  /** What {@code cassandra.yaml} says about clients. */
  String serverOptions() {
    return """
        client_encryption_options:
          enabled: true
          optional: false
          keystore: %s
          keystore_password: %s
          require_client_auth: true
          truststore: %s
          truststore_password: %s
        """
        .formatted(server, PASSWORD, client, PASSWORD);
  }
}
