/**
 * Typed access to a storage: a {@link io.standpipe.repository.Repository} finds, saves, upserts and
 * deletes the rows of any readable or writable storage as Java records.
 */
package io.standpipe.repository;
