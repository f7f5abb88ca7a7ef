/** Named storages: the guarded way to a connector. */
package io.standpipe.storage;
