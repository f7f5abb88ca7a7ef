/** The Spark session: what is set on it, who owns it. */
package io.standpipe.session;
