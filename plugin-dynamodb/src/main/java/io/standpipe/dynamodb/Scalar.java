package io.standpipe.dynamodb;

import java.io.Serializable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A text, number, binary or boolean value on its way to a task. The SDK's own values are
 * serializable too, but lose their bytes without a word.
 *
 * @param value a {@code String}, {@code byte[]} or {@code Boolean}
 */
record Scalar(String type, Serializable value) implements Serializable {

  /**
   * @throws IllegalArgumentException if it is a list, a map, a set or NULL
   */
  static Scalar of(AttributeValue value) {
    return switch (value.type()) {
      case S -> new Scalar("S", value.s());
      case N -> new Scalar("N", value.n());
      case B -> new Scalar("B", value.b().asByteArray());
      case BOOL -> new Scalar("BOOL", value.bool());
      default -> throw new IllegalArgumentException("not a scalar: " + value.type());
    };
  }

  AttributeValue attribute() {
    return switch (type) {
      case "S" -> AttributeValue.fromS((String) value);
      case "N" -> AttributeValue.fromN((String) value);
      case "B" -> AttributeValue.fromB(SdkBytes.fromByteArray((byte[]) value));
      default -> AttributeValue.fromBool((Boolean) value);
    };
  }
}
