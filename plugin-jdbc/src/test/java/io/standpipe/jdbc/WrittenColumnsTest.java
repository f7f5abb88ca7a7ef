package io.standpipe.jdbc;

import static io.standpipe.jdbc.Numbers.numbers;
import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns, their types, and tables that are created for them. */
@ParameterizedClass
@EnumSource(Database.class)
class WrittenColumnsTest extends DatabaseTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  private List<Long> ids() {
    return Numbers.in(connector);
  }

  @Test
  void append_columns_matchByNameInAnyOrderAndCase() {
    database.execute(
        "CREATE TABLE \""
            + table
            + "\" (\"id\" bigint NOT NULL, \"Name\" varchar(20) DEFAULT 'none',"
            + " \"note\" varchar(20))");

    connector.write(SPARK, rows("note STRING, ID BIGINT", RowFactory.create("n", 1L)), APPEND);

    assertThat(connector.read(SPARK).collectAsList())
        .containsExactly(RowFactory.create(1L, "none", "n"));
  }

  @Test
  void append_unknownColumn_isRefusedWithASuggestion() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" bigint, \"delay\" bigint)");

    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("id", "id AS delai"), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "table '"
                + database.defaultSchema()
                + "."
                + table
                + "' has no column 'delai'. Did you"
                + " mean 'delay'? To add new columns to the table, set schemaEvolution to"
                + " addColumns.");
  }

  @Test
  void append_missingRequiredColumn_isRefused() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" bigint, \"key\" bigint NOT NULL)");

    assertThatThrownBy(() -> connector.write(SPARK, numbers(0, 1), APPEND))
        .hasMessage(
            "the rows lack key, which table '"
                + database.defaultSchema()
                + "."
                + table
                + "' declares NOT NULL without a default. Add the column to the rows, or give it a"
                + " default in the table.");
  }

  @Test
  void append_nullIntoNotNull_isRefused() {
    connector.create(SPARK, StructType.fromDDL("id BIGINT NOT NULL, n INT"));

    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK,
                    rows("id BIGINT, n INT", RowFactory.create(1L, 1), RowFactory.create(null, 2)),
                    APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot write to table '" + table + "': ")
        .hasMessageContaining("\"id\"")
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.")
        .cause()
        .isInstanceOfSatisfying(
            java.sql.SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23502"));
    assertThat(ids()).isEmpty();
  }

  @Test
  void append_wrongType_isRefusedByColumn() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" integer)");
    String type = database == Database.POSTGRESQL ? "int4" : "INTEGER";

    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("id * 0.5D AS id"), APPEND))
        .hasMessage(
            "column 'id' is double in the rows, but "
                + type
                + " in table '"
                + database.defaultSchema()
                + "."
                + table
                + "'. Cast it in the pipeline to a type"
                + " that fits.");
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("string(id) AS id"), APPEND))
        .hasMessageStartingWith("column 'id' is string in the rows");
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("id + 3000000000 AS id"), APPEND))
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.")
        .hasMessageContaining("3000000000");
  }

  @Test
  void append_typeThatCannotBeStored_namesColumnAndType() {
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("map(id, 'x') AS m"), APPEND))
        .hasMessage(
            "column 'm' has the type map<bigint,string>, which cannot be stored in "
                + (database == Database.POSTGRESQL ? "PostgreSQL" : "H2")
                + ". Leave it out, or store it as text, for example by to_json.");
    assertThatThrownBy(
            () ->
                connector.write(SPARK, numbers(0, 1).selectExpr("named_struct('a', id) s"), APPEND))
        .hasMessageStartingWith("column 's' has the type struct<a:bigint>, which cannot be stored");
    assertThatThrownBy(
            () -> connector.write(SPARK, numbers(0, 1).selectExpr("NULL AS nothing"), APPEND))
        .hasMessageStartingWith("column 'nothing' has the type void, which cannot be stored")
        .hasMessageEndingWith("Cast it to the type that it should have.");
    assertThat(connector.exists(SPARK)).isFalse();
  }

  @Test
  void append_evolving_addsColumns() {
    connector.write(SPARK, numbers(0, 1), APPEND);

    connector.write(
        SPARK,
        numbers(1, 2).selectExpr("id", "'x' AS text"),
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(connector.read(SPARK).orderBy("id").collectAsList())
        .containsExactly(RowFactory.create(0L, null), RowFactory.create(1L, "x"));
  }

  @Test
  void append_columnTypes_decideWhatIsCreated() {
    JdbcConnector typed =
        new JdbcConnector(
            database.config("table", table, "columnTypes", java.util.Map.of("NAME", "varchar(3)")));

    typed.write(SPARK, rows("name STRING", RowFactory.create("abc")), APPEND);

    assertThatThrownBy(
            () -> typed.write(SPARK, rows("name STRING", RowFactory.create("abcd")), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.");
    assertThatThrownBy(
            () ->
                new JdbcConnector(
                        database.config(
                            "table", table + "x", "columnTypes", java.util.Map.of("nam", "text")))
                    .write(SPARK, rows("name STRING", RowFactory.create("abc")), APPEND))
        .hasMessage(
            "'columnTypes' names the column 'nam', which the rows do not have. Did you mean"
                + " 'name'?");
  }

  @Test
  void table_createExistsDrop_tellApart() {
    assertThat(connector.exists(SPARK)).isFalse();
    connector.create(SPARK, StructType.fromDDL("id BIGINT"));
    assertThat(connector.exists(SPARK)).isTrue();
    assertThatThrownBy(() -> connector.create(SPARK, StructType.fromDDL("id BIGINT")))
        .hasMessage(
            "table '"
                + database.defaultSchema()
                + "."
                + table
                + "' exists already. Drop it first,"
                + " or write to it.");
    WriteRequest request = APPEND.withToken(new CommitToken("r", table));
    connector.write(SPARK, numbers(0, 2), request);
    connector.drop(SPARK);
    assertThat(connector.exists(SPARK)).isFalse();
    assertThatThrownBy(() -> connector.drop(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("table '" + table + "' does not exist in schema");
    assertThat(connector.write(SPARK, numbers(0, 2), request)).isEqualTo(WriteResult.committed(2));
    connector.close();
    connector.close();
  }

  @Test
  void write_missingSchema_saysSo() {
    assertThatThrownBy(() -> database.table("elsewhere.t").write(SPARK, numbers(0, 1), APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("schema 'elsewhere' of table 'elsewhere.t' does not exist.");
  }
}
