package io.standpipe.benchmarks;

/** One benchmark of the command line; the list of all is in {@link Benchmarks}. */
interface Benchmark {
  /** What it is called on the command line and in its figures. */
  String name();

  /** Runs it and prints its figures. */
  void run(Figures figures) throws Exception;
}
