/** The engine's front door: {@link io.standpipe.Platform}. */
package io.standpipe;
