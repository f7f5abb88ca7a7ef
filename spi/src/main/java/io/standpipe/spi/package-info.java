/**
 * The connector SPI: everything that the author of a storage connector sees.
 *
 * <p>A connector is three classes: a configuration <em>record</em>, a {@link
 * io.standpipe.spi.ConnectorFactory} (found as a pf4j extension) and a {@link
 * io.standpipe.spi.Connector} that implements one small interface for each thing it can do ({@link
 * io.standpipe.spi.SupportsRead}, {@link io.standpipe.spi.SupportsWrite}, ...). What it needs from
 * the Spark session it declares as data, in {@link io.standpipe.spi.SessionNeeds}; how its errors
 * are to be understood, in an {@link io.standpipe.spi.ErrorClassifier}.
 */
package io.standpipe.spi;
