/** What errors mean and whose they are. */
package io.standpipe.resilience;
