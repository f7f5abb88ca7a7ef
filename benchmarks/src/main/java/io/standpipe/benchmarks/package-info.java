/** Comparisons of whole jobs. Started by {@code benchmarks/run NAME}. */
package io.standpipe.benchmarks;
