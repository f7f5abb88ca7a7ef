package io.standpipe.config;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A rule for the values of an option.
 *
 * @param requirement to follow the option's name: {@code must be at least 1}
 * @param holds whether a bound value keeps it
 * @param schema writes it into a JSON Schema of the option
 */
record Constraint(
    String requirement, Predicate<Object> holds, Consumer<Map<String, Object>> schema) {}
