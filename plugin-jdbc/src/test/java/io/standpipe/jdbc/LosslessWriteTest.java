package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A column that exists takes what loses nothing. */
@ParameterizedClass
@EnumSource(Database.class)
class LosslessWriteTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  @Parameter Database database;
  private String table;

  @BeforeEach
  void create() {
    table = Database.newTable();
    database.execute(
        "CREATE TABLE \""
            + table
            + "\" (\"n\" numeric(10,2), \"d\" double precision, \"r\" real, \"at\" timestamp(0),"
            + " \"seen\" timestamp(3) with time zone)");
  }

  private void write(String columns) {
    database.table(table).write(SPARK, SPARK.sql("SELECT " + columns), APPEND);
  }

  private void assertRefused(String column, String type, String cast) {
    String name = column.replaceFirst(".* ", "");
    assertThatThrownBy(() -> write(column))
        .as(column)
        .hasMessageStartingWith("column '" + name + "' is " + type + " in the rows, but ")
        .hasMessageEndingWith(
            " in table '"
                + new TableId(database.defaultSchema(), table)
                + "', which can lose digits. To let it be rounded, write CAST("
                + name
                + " AS "
                + cast
                + ") in the pipeline.");
    write(column.replaceFirst("(.*) (\\w+)$", "CAST($1 AS " + cast + ") AS $2"));
  }

  @Test
  void numbers_thatCanLoseDigits_areRefusedUnlessTheyAreCast() {
    assertRefused("1.005BD n", "decimal(4,3)", "DECIMAL(10,2)");
    assertRefused("1.5D n", "double", "DECIMAL(10,2)");
    assertRefused("9007199254740993L d", "bigint", "DOUBLE");
    assertRefused("1234567890.1234567BD d", "decimal(17,7)", "DOUBLE");
    assertRefused("0.1D r", "double", "FLOAT");
    assertRefused("16777217 r", "int", "FLOAT");
    assertThat(database.texts("SELECT \"n\" FROM \"" + table + "\" WHERE \"n\" IS NOT NULL"))
        .hasSize(2);
  }

  @Test
  void numbers_thatFit_areWritten() {
    write("12.34BD n, 2147483647 d, 12345S r");
    write("7 n, 0.5F d, 0.5F r");
    write("CAST(7 AS BIGINT) n, 12345678901234.5BD d, 1.25BD r");

    assertThat(
            database.texts(
                "SELECT concat_ws('|', CAST(\"n\" AS varchar(20)), CAST(\"d\" AS numeric(16,1)),"
                    + " CAST(\"r\" AS numeric(10,2))) FROM \""
                    + table
                    + "\" ORDER BY \"d\""))
        .containsExactly(
            "7.00|0.5|0.50", "12.34|2147483647.0|12345.00", "7.00|12345678901234.5|1.25");
  }

  @Test
  void times_withMoreDigitsThanTheColumn_failTheWrite() {
    assertThatThrownBy(() -> write("TIMESTAMP_NTZ'2024-05-06 07:08:09.5' AS at"))
        .hasMessage(
            "cannot write to table '"
                + table
                + "': the rows could not be computed: column 'at' has more digits of a second"
                + " than the 0 that the table keeps; round it in the pipeline, for example by"
                + " date_trunc('SECOND', at). Nothing was written. See the cause for details.");
    assertThatThrownBy(() -> write("TIMESTAMP'2024-05-06 07:08:09.1234Z' AS seen"))
        .hasMessageContaining("for example by date_trunc('MILLISECOND', seen)");

    write(
        "date_trunc('SECOND', TIMESTAMP'2024-05-06 07:08:09.5') AS at,"
            + " TIMESTAMP'2024-05-06 07:08:09.125Z' AS seen");
    write("DATE'2024-05-06' AS at, CAST(NULL AS TIMESTAMP) AS seen");
    assertThat(database.texts("SELECT extract(hour FROM \"at\") FROM \"" + table + "\" ORDER BY 1"))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("7");
  }
}
