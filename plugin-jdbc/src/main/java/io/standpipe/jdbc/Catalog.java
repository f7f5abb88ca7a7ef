package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a database knows about its tables.
 *
 * @param connection stays open; the caller closes it
 */
record Catalog(Connection connection, Dialect dialect) {

  /**
   * The table that is meant: one of exactly this spelling, else the only one of this name in any
   * case. A name without schema is sought in the connection's search path.
   *
   * @throws ConnectorException if several differ in case only
   */
  Optional<TableId> find(TableName name) throws SQLException {
    List<TableId> candidates = tables().stream().filter(name::matches).toList();
    if (name.schema().isEmpty()) {
      for (String schema : texts(dialect.searchPath())) {
        List<TableId> inSchema =
            candidates.stream().filter(id -> id.schema().equals(schema)).toList();
        if (!inSchema.isEmpty()) {
          return Optional.of(choose(name, inSchema));
        }
      }
      return Optional.empty();
    }
    return candidates.isEmpty() ? Optional.empty() : Optional.of(choose(name, candidates));
  }

  private static TableId choose(TableName name, List<TableId> candidates) {
    return candidates.stream()
        .filter(
            id ->
                id.name().equals(name.table().text())
                    && name.schema().map(schema -> schema.text().equals(id.schema())).orElse(true))
        .findFirst()
        .or(() -> candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty())
        .orElseThrow(
            () ->
                new ConnectorException(
                    "table '" + name + "' can mean " + candidates,
                    "Write the exact name in double quotes."));
  }

  /** The table that is meant, which must be there. */
  TableId require(TableName name) throws SQLException {
    Optional<TableId> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    String schema = schemaOf(name);
    List<String> names =
        tables().stream().filter(id -> id.schema().equals(schema)).map(TableId::name).toList();
    throw new ConnectorException(
        "table '" + name + "' does not exist in schema '" + schema + "'",
        "Create it, or correct 'table'. " + Suggestion.of(name.table().text(), names));
  }

  /** Where a table of this name, which is not there, is to be created. */
  TableId place(TableName name) throws SQLException {
    return new TableId(schemaOf(name), name.table().text());
  }

  private String schemaOf(TableName name) throws SQLException {
    if (name.schema().isEmpty()) {
      return texts(dialect.searchPath()).stream()
          .findFirst()
          .orElseThrow(
              () ->
                  new ConnectorException(
                      "table '" + name + "' has no schema, and the connection has none either",
                      "Write the table as schema.name."));
    }
    TableName.Part wanted = name.schema().get();
    List<String> schemas = texts(dialect.schemas());
    if (schemas.contains(wanted.text())) {
      return wanted.text();
    }
    return schemas.stream()
        .filter(wanted::matches)
        .findFirst()
        .orElseThrow(
            () ->
                new ConnectorException(
                    "schema '" + wanted.text() + "' of table '" + name + "' does not exist",
                    "Create it (CREATE SCHEMA "
                        + TableId.quote(wanted.text())
                        + "), or correct 'table'. "
                        + Suggestion.of(wanted.text(), schemas)));
  }

  boolean exists(TableId table) throws SQLException {
    return tables().contains(table);
  }

  /** The tables of a schema whose names start so. */
  List<TableId> startingWith(String schema, String prefix) throws SQLException {
    return tables().stream()
        .filter(id -> id.schema().equals(schema) && id.name().startsWith(prefix))
        .toList();
  }

  boolean isEmpty(TableId table) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT 1 FROM " + table.sql() + " LIMIT 1");
        ResultSet rows = statement.executeQuery()) {
      return !rows.next();
    }
  }

  /** The columns in their order. */
  List<ColumnInfo> columns(TableId table) throws SQLException {
    List<ColumnInfo> columns = new ArrayList<>();
    List<String> loose = texts(dialect.looseTexts(), table.schema(), table.name());
    DatabaseMetaData meta = connection.getMetaData();
    try (ResultSet found =
        meta.getColumns(
            connection.getCatalog(),
            pattern(meta, table.schema()),
            pattern(meta, table.name()),
            "%")) {
      while (found.next()) {
        columns.add(column(found, loose));
      }
    }
    return columns;
  }

  private ColumnInfo column(ResultSet found, List<String> loose) throws SQLException {
    String name = found.getString("COLUMN_NAME");
    String type = found.getString("TYPE_NAME");
    Family family = dialect.family(found.getInt("DATA_TYPE"), type);
    boolean optional =
        found.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls
            || found.getString("COLUMN_DEF") != null
            || "YES".equals(found.getString("IS_AUTOINCREMENT"))
            || "YES".equals(found.getString("IS_GENERATEDCOLUMN"));
    return new ColumnInfo(
        name,
        family,
        type,
        dialect.size(family, found.getInt("COLUMN_SIZE"), found.getInt("DECIMAL_DIGITS")),
        optional ? ColumnInfo.Presence.OPTIONAL : ColumnInfo.Presence.REQUIRED,
        loose.contains(name) ? ColumnInfo.Equality.LOOSE : ColumnInfo.Equality.BY_BYTES);
  }

  /** Whether a constraint or index over all rows makes these columns, in any order, unique. */
  boolean hasUniqueKey(TableId table, List<String> keys) throws SQLException {
    Map<String, Set<String>> indexes = new HashMap<>();
    try (ResultSet found =
        connection
            .getMetaData()
            .getIndexInfo(connection.getCatalog(), table.schema(), table.name(), true, true)) {
      while (found.next()) {
        String column = found.getString("COLUMN_NAME");
        if (column != null && found.getString("FILTER_CONDITION") == null) {
          indexes.computeIfAbsent(found.getString("INDEX_NAME"), k -> new HashSet<>()).add(column);
        }
      }
    }
    return indexes.containsValue(Set.copyOf(keys));
  }

  private List<TableId> tables() throws SQLException {
    List<TableId> tables = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(dialect.tables());
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        tables.add(new TableId(rows.getString(1), rows.getString(2)));
      }
    }
    return tables;
  }

  private List<String> texts(String sql, String... values) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
      }
    }
    return texts;
  }

  private static String pattern(DatabaseMetaData meta, String name) throws SQLException {
    String escape = meta.getSearchStringEscape();
    return name.replace(escape, escape + escape)
        .replace("_", escape + "_")
        .replace("%", escape + "%");
  }
}
