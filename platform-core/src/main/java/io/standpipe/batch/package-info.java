/** Work on many items of which some may fail. */
package io.standpipe.batch;
