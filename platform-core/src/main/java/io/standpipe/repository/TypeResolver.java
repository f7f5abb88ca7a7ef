package io.standpipe.repository;

import io.standpipe.repository.BasicTypes.OptionalType;
import io.standpipe.repository.BasicTypes.PrimitiveType;
import io.standpipe.repository.ContainerTypes.ListType;
import io.standpipe.repository.ContainerTypes.TextMapType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Finds how the type of one record component is stored. */
final class TypeResolver {
  private static final String SUPPORTED =
      "Supported are boolean, byte, short, int, long, float, double and their boxes, String,"
          + " BigDecimal, BigInteger, LocalDate, LocalDateTime, Instant, UUID, byte[], enums,"
          + " records, and Optional, List and Map<String, ...> of these";

  private static final Map<Class<?>, ScalarType<?>> PRIMITIVES =
      Map.of(
          boolean.class, BasicTypes.booleans(),
          byte.class, NumberTypes.bytes(),
          short.class, NumberTypes.shorts(),
          int.class, NumberTypes.ints(),
          long.class, NumberTypes.longs(),
          float.class, NumberTypes.floats(),
          double.class, NumberTypes.doubles());

  private static final Map<Class<?>, ScalarType<?>> SCALARS =
      Map.ofEntries(
          Map.entry(Boolean.class, BasicTypes.booleans()),
          Map.entry(Byte.class, NumberTypes.bytes()),
          Map.entry(Short.class, NumberTypes.shorts()),
          Map.entry(Integer.class, NumberTypes.ints()),
          Map.entry(Long.class, NumberTypes.longs()),
          Map.entry(Float.class, NumberTypes.floats()),
          Map.entry(Double.class, NumberTypes.doubles()),
          Map.entry(BigInteger.class, NumberTypes.bigIntegers()),
          Map.entry(String.class, TextTypes.strings()),
          Map.entry(UUID.class, TextTypes.uuids()),
          Map.entry(LocalDate.class, TimeTypes.dates()),
          Map.entry(LocalDateTime.class, TimeTypes.localTimes()),
          Map.entry(Instant.class, TimeTypes.instants()),
          Map.entry(byte[].class, BasicTypes.binary()));

  private final RecordInspector inspector;
  private final RecordComponent component;
  private final boolean compressed;
  private boolean precisionUsed;

  TypeResolver(RecordInspector inspector, RecordComponent component) {
    this.inspector = inspector;
    this.component = component;
    this.compressed = component.isAnnotationPresent(Compressed.class);
  }

  /**
   * @throws Unmappable if the component cannot be stored
   */
  ValueType resolve() {
    Type type = component.getGenericType();
    ValueType resolved =
        type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
            ? new OptionalType(packed(inner(generic.getActualTypeArguments()[0])))
            : packed(plain(type));
    if (component.isAnnotationPresent(Precision.class) && !precisionUsed) {
      throw new Unmappable("@Precision goes with BigDecimal, not with " + resolved.javaName());
    }
    return resolved;
  }

  private ValueType packed(ValueType type) {
    if (!compressed) {
      return type;
    }
    boolean scalar = type instanceof ScalarType<?> || type instanceof PrimitiveType;
    if (scalar && !List.of("String", "byte[]").contains(type.javaName())) {
      throw new Unmappable(
          "@Compressed goes with String, byte[], List, Map and records, not with "
              + type.javaName());
    }
    return new CompressedType(type);
  }

  private ValueType inner(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      throw new Unmappable("an Optional in an Optional cannot be stored");
    }
    return plain(type);
  }

  private ValueType plain(Type type) {
    if (type instanceof ParameterizedType generic) {
      return container(generic);
    } else if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    throw unsupported(type);
  }

  private ValueType container(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      return new ListType(plain(arguments[0]));
    } else if (type.getRawType() == Map.class && arguments[0] == String.class) {
      return new TextMapType(TextTypes.strings(), plain(arguments[1]));
    } else if (type.getRawType() == Optional.class) {
      return new OptionalType(inner(arguments[0]));
    }
    throw unsupported(type);
  }

  private ValueType ofClass(Class<?> type) {
    if (type.isPrimitive() && PRIMITIVES.containsKey(type)) {
      return new PrimitiveType(type.getName(), PRIMITIVES.get(type));
    } else if (type == BigDecimal.class) {
      return NumberTypes.decimals(precision());
    } else if (SCALARS.containsKey(type)) {
      return SCALARS.get(type);
    } else if (type.isEnum()) {
      return enumType(type);
    } else if (type.isRecord()) {
      return new RecordType(inspector.mapping(type.asSubclass(Record.class)));
    }
    throw unsupported(type);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static ValueType enumType(Class<?> type) {
    return TextTypes.enums((Class<? extends Enum>) type);
  }

  private DecimalType precision() {
    precisionUsed = true;
    Precision precision = component.getAnnotation(Precision.class);
    if (precision == null) {
      return NumberTypes.DEFAULT_DECIMAL;
    }
    if (precision.digits() < 1
        || precision.digits() > DecimalType.MAX_PRECISION()
        || precision.scale() < 0
        || precision.scale() > precision.digits()) {
      throw new Unmappable(
          "there is no decimal("
              + precision.digits()
              + ", "
              + precision.scale()
              + "): digits are 1 to 38, the scale is 0 to digits");
    }
    return DataTypes.createDecimalType(precision.digits(), precision.scale());
  }

  private static Unmappable unsupported(Type type) {
    return new Unmappable(type.getTypeName() + " cannot be stored. " + SUPPORTED);
  }
}
