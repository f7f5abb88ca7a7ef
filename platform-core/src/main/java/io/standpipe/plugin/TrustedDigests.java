package io.standpipe.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The pinned SHA-256 digests by plug-in id. Without any pin every plug-in is trusted. */
record TrustedDigests(Map<String, String> byId) {

  TrustedDigests {
    byId = Map.copyOf(byId);
  }

  /** What speaks against the file. It is read only if there are pins. */
  Optional<Finding> check(String id, Path file) throws IOException {
    if (byId.isEmpty()) {
      return Optional.empty();
    }
    String digest = sha256(file);
    String pinned = byId.get(id);
    if (pinned == null) {
      return Optional.of(
          new Finding(
              "it is not among the trusted plug-ins",
              "If you trust this file, add this line to the trusted plug-ins: "
                  + id
                  + ": "
                  + digest));
    }
    if (!pinned.strip().toLowerCase(Locale.ROOT).equals(digest)) {
      return Optional.of(
          new Finding(
              "its SHA-256 is " + digest + ", but " + pinned + " is pinned for this id",
              "Put back the file that was pinned; or, if you trust this one, change the line among"
                  + " the trusted plug-ins to: "
                  + id
                  + ": "
                  + digest));
    }
    return Optional.empty();
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = newDigest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
