package io.standpipe.repository;

import io.standpipe.repository.Binding.Cell;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How a record class is stored: its components and their columns. Immutable. */
final class RecordMapping<T extends Record> {
  private final Class<T> type;
  private final Constructor<T> constructor;
  private final List<Component> components;
  private final StructType schema;

  RecordMapping(Class<T> type, Constructor<T> constructor, List<Component> components) {
    this.type = type;
    this.constructor = constructor;
    this.components = List.copyOf(components);
    this.schema =
        DataTypes.createStructType(
            components.stream().map(RecordMapping::field).toArray(StructField[]::new));
  }

  /**
   * The mapping of a record class.
   *
   * @throws RepositoryException with everything in it that cannot be mapped
   */
  static <T extends Record> RecordMapping<T> of(Class<T> type) {
    return new RecordInspector().inspect(type);
  }

  private static StructField field(Component component) {
    return DataTypes.createStructField(
        component.column(), component.type().dataType(), component.nullable());
  }

  /** The record's name, for messages. */
  String name() {
    return type.getSimpleName();
  }

  List<Component> components() {
    return components;
  }

  /** The columns that are written, in the order of the components. */
  StructType schema() {
    return schema;
  }

  /** The key's components, in the order of the key. */
  List<Component> keys() {
    return components.stream()
        .filter(Component::isKey)
        .sorted(Comparator.comparingInt(component -> component.keyOrder().getAsInt()))
        .toList();
  }

  /**
   * The values of a record as Spark takes them.
   *
   * @throws BadValue if one cannot be stored
   */
  Object[] encode(Record owner) {
    return components.stream().map(component -> component.encodedOf(owner)).toArray();
  }

  /**
   * Makes a record.
   *
   * @throws BadValue if it refuses the values
   */
  T construct(Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw BadValue.of(
          e,
          "the constructor of " + name() + " refuses it",
          "Correct the row, or leave it out with a condition.");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Finds the columns of the components; what does not fit is in the match's problems. */
  Binding<T> bind(StructType actual, SchemaMatch match) {
    List<Cell> cells = new ArrayList<>();
    for (Component component : components) {
      match.enter(component);
      OptionalInt found = match.find(actual, component.column());
      if (found.isPresent()) {
        StructField field = actual.fields()[found.getAsInt()];
        Decoder decoder =
            field.dataType() instanceof NullType
                ? value -> value
                : component.type().decoder(field.dataType(), match);
        cells.add(new Cell(component, field.name(), found.getAsInt(), decoder));
      }
      match.leave();
    }
    return new Binding<>(this, cells);
  }
}
