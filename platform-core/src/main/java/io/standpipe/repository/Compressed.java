package io.standpipe.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Stores a component compressed, in a binary column: text, bytes, or as JSON a list, a map or a
 * record. The value comes back exactly as it was.
 *
 * <p>The column's bytes begin with a header that names the codec, so that old rows stay readable
 * when the codec changes. What does not get smaller is stored as it is. Such a column can only be
 * compared with NULL.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Compressed {}
