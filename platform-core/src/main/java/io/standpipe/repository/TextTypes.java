package io.standpipe.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.standpipe.config.Suggestions;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;

/** What is stored as text: text, UUIDs and enum constants by name. */
final class TextTypes {
  private TextTypes() {}

  static ScalarType<String> strings() {
    return new Strings();
  }

  static ScalarType<UUID> uuids() {
    return new Uuids();
  }

  static <E extends Enum<E>> ScalarType<E> enums(Class<E> type) {
    return new Enums<>(type);
  }

  /** Whether every surrogate has its other half, so that UTF-8 can hold the text. */
  static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static final class Strings extends ScalarType<String> {
    Strings() {
      super(String.class, DataTypes.StringType);
    }

    @Override
    boolean reads(DataType actual) {
      return actual instanceof StringType;
    }

    @Override
    String read(Object value, ZoneId zone) {
      return (String) value;
    }

    @Override
    Object write(String value) {
      if (!isUnicode(value)) {
        throw new BadValue(
            "the text has half of a surrogate pair, which a text column cannot hold",
            "Store it with @Compressed or as byte[].");
      }
      return value;
    }

    @Override
    public Object operand(Object value) {
      return super.operand(value instanceof Character ? value.toString() : value);
    }

    @Override
    String parse(String text) {
      return text;
    }
  }

  private static final class Uuids extends ScalarType<UUID> {
    Uuids() {
      super(UUID.class, DataTypes.StringType);
    }

    @Override
    UUID read(Object value, ZoneId zone) {
      return named((String) value);
    }

    private UUID named(String value) {
      try {
        return parse(value);
      } catch (IllegalArgumentException e) {
        throw new BadValue(
            RowText.abbreviate(value) + " is no UUID", "Correct the row or use String.", e);
      }
    }

    @Override
    Object write(UUID value) {
      return value.toString();
    }

    @Override
    public Object operand(Object value) {
      return super.operand(value instanceof String text ? named(text) : value);
    }

    @Override
    UUID parse(String text) {
      return UUID.fromString(text);
    }
  }

  private static final class Enums<E extends Enum<E>> extends ScalarType<E> {
    private final Class<E> type;
    private final List<String> names;

    Enums(Class<E> type) {
      super(type, DataTypes.StringType);
      this.type = type;
      this.names = Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
    }

    @Override
    E read(Object value, ZoneId zone) {
      return named((String) value);
    }

    private E named(String value) {
      if (!names.contains(value)) {
        throw new BadValue(
            "'" + value + "' is no constant of " + javaName(),
            Suggestions.sentence(value, names, "constants"));
      }
      return parse(value);
    }

    @Override
    Object write(E value) {
      return value.name();
    }

    @Override
    public Object operand(Object value) {
      return super.operand(value instanceof String text ? named(text) : value);
    }

    @Override
    public JsonNode toJson(Object value) {
      return TextNode.valueOf(((Enum<?>) value).name());
    }

    @Override
    E parse(String text) {
      return Enum.valueOf(type, text);
    }
  }
}
