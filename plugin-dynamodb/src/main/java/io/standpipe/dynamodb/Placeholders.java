package io.standpipe.dynamodb;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The names and values that an expression refers to: any attribute name is possible so. */
final class Placeholders implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LinkedHashMap<String, String> names;
  private transient HashMap<String, AttributeValue> values;

  Placeholders() {
    this(new LinkedHashMap<>(), new HashMap<>());
  }

  private Placeholders(
      LinkedHashMap<String, String> names, HashMap<String, AttributeValue> values) {
    this.names = names;
    this.values = values;
  }

  /** Only placeholders of scalar values travel. */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    HashMap<String, Scalar> scalars = new HashMap<>();
    values.forEach((placeholder, value) -> scalars.put(placeholder, Scalar.of(value)));
    out.writeObject(scalars);
  }

  @SuppressWarnings("unchecked")
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    values = new HashMap<>();
    ((HashMap<String, Scalar>) in.readObject())
        .forEach((placeholder, value) -> values.put(placeholder, value.attribute()));
  }

  Placeholders copy() {
    return new Placeholders(new LinkedHashMap<>(names), new HashMap<>(values));
  }

  /** The placeholder of an attribute. */
  String name(String attribute) {
    return names.computeIfAbsent(attribute, added -> "#" + names.size());
  }

  /** A placeholder for a value. */
  String value(AttributeValue value) {
    String placeholder = ":" + values.size();
    values.put(placeholder, value);
    return placeholder;
  }

  /** Placeholder to attribute, as a request wants it; null for none, as the SDK wants it. */
  Map<String, String> requestNames() {
    if (names.isEmpty()) {
      return null;
    }
    Map<String, String> inverse = new HashMap<>();
    names.forEach((attribute, placeholder) -> inverse.put(placeholder, attribute));
    return inverse;
  }

  /** Placeholder to value; null for none, as the SDK wants it. */
  Map<String, AttributeValue> requestValues() {
    return values.isEmpty() ? null : Map.copyOf(values);
  }
}
