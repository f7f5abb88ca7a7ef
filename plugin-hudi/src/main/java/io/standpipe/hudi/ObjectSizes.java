package io.standpipe.hudi;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.hudi.org.openjdk.jol.vm.VM;

/**
 * Starts the library by which Hudi measures objects. It prints what it lacks to standard output,
 * which belongs to data; its estimates do without.
 */
final class ObjectSizes {
  private static final String COMPLAINT = "# WARNING: ";

  static {
    PrintStream out = System.out;
    PrintStream filter = new Filter(out);
    System.setOut(filter);
    try {
      VM.current();
    } finally {
      if (System.out == filter) {
        System.setOut(out);
      }
    }
  }

  private ObjectSizes() {}

  /** Starts it, once. */
  static void prepare() {
    // Loading the class does it.
  }

  /** Passes everything on but the complaints: other threads may print meanwhile. */
  private static final class Filter extends PrintStream {
    Filter(OutputStream out) {
      super(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void println(String line) {
      if (line == null || !line.startsWith(COMPLAINT)) {
        super.println(line);
      }
    }
  }
}
