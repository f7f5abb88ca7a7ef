package io.standpipe.plugin;

import java.lang.reflect.InvocationTargetException;

/** Puts into words what a plug-in's code threw. */
final class PluginFailure {
  private PluginFailure() {}

  /** What a call into a plug-in may do wrong. */
  @FunctionalInterface
  interface PluginCode<T> {
    T call() throws Exception;
  }

  /**
   * Calls into a plug-in.
   *
   * @throws Thrown for everything that the plug-in throws but what the virtual machine itself is
   *     short of
   */
  static <T> T guard(PluginCode<T> code) throws Thrown {
    try {
      return code.call();
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      throw new Thrown(rootOf(e));
    }
  }

  /** The first throwable that is not only the wrapping of another one. */
  static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null
        && (root instanceof InvocationTargetException
            || root instanceof ExceptionInInitializerError)) {
      root = root.getCause();
    }
    return root;
  }

  private static String text(Throwable thrown) {
    return thrown.getCause() == null
        ? thrown.toString()
        : thrown + " (caused by " + thrown.getCause() + ")";
  }

  /** Something that a plug-in threw, with what the user can do about it. */
  static final class Thrown extends Exception {
    private static final long serialVersionUID = 1L;

    Thrown(Throwable cause) {
      super(cause);
    }

    Finding finding(String what, PluginJar jar) {
      Throwable thrown = getCause();
      if (thrown instanceof NoClassDefFoundError || thrown instanceof ClassNotFoundException) {
        return new Finding(
            what + ": " + text(thrown),
            "Bundle the class that is missing in the plug-in's JAR; the platform does not have it.");
      }
      if (thrown instanceof LinkageError) {
        return new Finding(
            what + ": " + text(thrown),
            "Build the plug-in against the versions that the platform provides, and bundle none of"
                + " them.");
      }
      return new Finding(
          what + ": " + text(thrown),
          jar.provider().isEmpty()
              ? "Report it to the author of the plug-in, or take the JAR out of the folder."
              : "Report it to the provider of the plug-in ("
                  + jar.provider()
                  + "), or take the JAR out of the folder.");
    }
  }
}
