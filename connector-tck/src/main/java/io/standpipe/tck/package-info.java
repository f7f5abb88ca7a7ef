/**
 * The conformance kit: what every connector must do, as a JUnit suite that a connector's tests
 * extend. See {@link io.standpipe.tck.ConnectorConformance}.
 */
package io.standpipe.tck;
