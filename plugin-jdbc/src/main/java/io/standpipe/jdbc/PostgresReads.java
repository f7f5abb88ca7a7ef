package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;

/** How PostgreSQL is read: every type, as text if Spark has none for it. */
enum PostgresReads implements ReadDialect {
  INSTANCE;

  /** The first version that reads a range of blocks without looking at the others. */
  private static final int RANGES_OF_BLOCKS = 14;

  /** The first version whose collations may take different texts for equal. */
  private static final int EQUAL_COLLATIONS = 12;

  /** The planner's cost, about that of reading 20 MB, which is worth a query of its own. */
  private static final double COST_OF_PARTITION = 5000;

  private static final Pattern COST = Pattern.compile("\"Total Cost\": ([0-9.]+)");
  private static final Pattern ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");
  private static final Pattern WIDTH = Pattern.compile("\"Plan Width\": (\\d+)");

  /**
   * How texts compare.
   *
   * @param equality what follows a text that is compared by =
   * @param order what follows a text that is sorted; empty if that cannot be by its bytes
   */
  private record Texts(String equality, Optional<String> order) {
    private static final String BY_BYTES = " COLLATE \"C\"";

    static Texts of(Connection connection) throws SQLException {
      boolean special =
          connection.getMetaData().getDatabaseMajorVersion() >= EQUAL_COLLATIONS
              && isTrue(
                  connection,
                  "SELECT EXISTS (SELECT FROM pg_catalog.pg_collation WHERE NOT"
                      + " collisdeterministic)");
      boolean unicode = isTrue(connection, "SELECT current_setting('server_encoding') = 'UTF8'");
      return new Texts(special ? BY_BYTES : "", unicode ? Optional.of(BY_BYTES) : Optional.empty());
    }

    private static boolean isTrue(Connection connection, String sql) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        return row.next() && row.getBoolean(1);
      }
    }

    ReadColumn column(ReadColumn.Field field, String select, String text) {
      return new ReadColumn(
          field, select, Optional.of(text + equality), order.map(collation -> text + collation));
    }
  }

  @Override
  public List<ReadColumn> columns(Connection connection, ResultSet none, String what)
      throws SQLException {
    Texts texts = Texts.of(connection);
    ResultSetMetaData meta = none.getMetaData();
    List<ReadColumn> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      String type = meta.getColumnTypeName(i).replaceFirst("serial$", "int");
      columns.add(
          meta.getColumnType(i) == Types.ARRAY && !type.endsWith("vector")
              ? array(meta, i, type)
              : column(meta, i, type, texts));
    }
    return columns;
  }

  private static ReadColumn array(ResultSetMetaData meta, int index, String type)
      throws SQLException {
    String name = meta.getColumnLabel(index);
    String quoted = TableId.quote(name);
    String element = type.replaceFirst("^_", "");
    Optional<DataType> known = type(element, meta, index);
    ReadColumn.Field field =
        new ReadColumn.Field(
            name,
            DataTypes.createArrayType(known.orElse(DataTypes.StringType)),
            "_" + known.map(of -> wire(element)).orElse("text"));
    return ReadColumn.incomparable(field, known.isPresent() ? quoted : texts(element, quoted));
  }

  /** The text that psql shows; a cast of inet adds the length of its mask. */
  private static String text(String type, String quoted) {
    return type.equals("inet") ? "NULLIF(concat(" + quoted + "), '')" : quoted + "::text";
  }

  private static String texts(String element, String quoted) {
    return quoted + (element.equals("inet") ? "::text::text[]" : "::text[]");
  }

  private static ReadColumn column(ResultSetMetaData meta, int index, String type, Texts texts)
      throws SQLException {
    String name = meta.getColumnLabel(index);
    String quoted = TableId.quote(name);
    Optional<DataType> known = type(type, meta, index);
    if (known.isEmpty()) {
      String text = text(type, quoted);
      return texts.column(new ReadColumn.Field(name, DataTypes.StringType, "text"), text, text);
    }
    ReadColumn.Field field = new ReadColumn.Field(name, known.get(), wire(type));
    return switch (type) {
      case "text", "varchar", "name" -> texts.column(field, quoted, quoted);
      case "json", "jsonb", "uuid" -> texts.column(field, quoted, quoted + "::text");
      // Blanks at its end do not count for the database.
      case "bpchar", "bytea" -> ReadColumn.incomparable(field, quoted);
      case "numeric" -> numeric(field, quoted, meta.getPrecision(index));
      default -> ReadColumn.exact(field, quoted);
    };
  }

  /** Numbers that are rounded when they are read must be compared so. */
  private static ReadColumn numeric(ReadColumn.Field field, String quoted, int precision) {
    String rounded = "round(" + quoted + ", " + ((DecimalType) field.type()).scale() + ")";
    return precision > 0 && precision <= DecimalType.MAX_PRECISION()
        ? ReadColumn.exact(field, quoted)
        : new ReadColumn(field, quoted, Optional.of(rounded), Optional.of(rounded));
  }

  /** What Spark has for a type whose binary form is read; empty if it is read as text. */
  private static Optional<DataType> type(String type, ResultSetMetaData meta, int index)
      throws SQLException {
    return Optional.ofNullable(
        switch (type) {
          case "bool" -> DataTypes.BooleanType;
          case "int2", "smallint" -> DataTypes.ShortType;
          case "int4", "int" -> DataTypes.IntegerType;
          case "int8", "bigint", "oid" -> DataTypes.LongType;
          case "float4" -> DataTypes.FloatType;
          case "float8" -> DataTypes.DoubleType;
          case "numeric" -> decimal(meta.getPrecision(index), meta.getScale(index));
          case "text", "varchar", "bpchar", "name", "json", "jsonb", "uuid" -> DataTypes.StringType;
          case "bytea" -> DataTypes.BinaryType;
          case "date" -> DataTypes.DateType;
          case "timestamp" -> DataTypes.TimestampNTZType;
          case "timestamptz" -> DataTypes.TimestampType;
          default -> null;
        });
  }

  private static String wire(String type) {
    return switch (type) {
      case "smallint" -> "int2";
      case "int" -> "int4";
      case "bigint" -> "int8";
      case "varchar", "bpchar", "name", "json" -> "text";
      default -> type;
    };
  }

  /** Without a precision as Spark has it; a scale is a number of eleven bits with a sign. */
  private static DecimalType decimal(int precision, int scale) {
    if (precision == 0) {
      return DecimalType.SYSTEM_DEFAULT();
    }
    int signed = scale < 1024 ? scale : scale - 2048;
    int digits = Math.max(precision - Math.min(signed, 0), signed);
    int most = DecimalType.MAX_PRECISION();
    return new DecimalType(Math.min(digits, most), Math.min(Math.max(signed, 0), most));
  }

  @Override
  public boolean isColumnar() {
    return true;
  }

  @Override
  public boolean hasSnapshots() {
    return true;
  }

  @Override
  public List<String> divide(Connection connection, TableId table, ReadQuery query, int most)
      throws SQLException {
    double worth = estimate(connection, query, COST) / COST_OF_PARTITION;
    int parts = (int) Math.min(most, worth);
    return parts < 2 || connection.getMetaData().getDatabaseMajorVersion() < RANGES_OF_BLOCKS
        ? List.of("")
        : Blocks.of(connection, table).map(blocks -> blocks.divide(parts)).orElse(List.of(""));
  }

  @Override
  public ReadScan.Size size(Connection connection, TableId table, ReadQuery query)
      throws SQLException {
    Optional<Blocks> blocks = Blocks.of(connection, table);
    return blocks.isEmpty()
        ? ReadScan.Size.UNKNOWN
        : ReadScan.Size.of(
                (long) estimate(connection, query, ROWS),
                (long) estimate(connection, query, WIDTH),
                query.columns().size())
            .atLeast(hasLongValues(query) ? blocks.get().bytesBeside() : 0);
  }

  /** Of values that lie beside the table the planner knows only the width of the pointers. */
  private static boolean hasLongValues(ReadQuery query) {
    return query.columns().stream()
        .map(ReadColumn::type)
        .anyMatch(
            type ->
                type instanceof StringType
                    || type instanceof BinaryType
                    || type instanceof ArrayType);
  }

  /** What the planner says of the whole query, which comes first. */
  private static double estimate(Connection connection, ReadQuery query, Pattern what)
      throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("EXPLAIN (FORMAT JSON) " + query.sql(""));
        ResultSet row = statement.executeQuery()) {
      row.next();
      Matcher found = what.matcher(row.getString(1));
      return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }
  }
}
