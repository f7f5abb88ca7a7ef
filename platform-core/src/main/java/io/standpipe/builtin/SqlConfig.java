package io.standpipe.builtin;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.validation.constraints.NotBlank;

/** The options of an {@code sql} storage: exactly one of table, view and query. */
@Description("A table, a view or a query of the Spark session's catalogs: exactly one of them.")
public record SqlConfig(
    @Description(
            "A catalog table, for example sales.orders or lake.sales.orders; names with other"
                + " characters than letters, digits and _ in backticks. Mode overwrite deletes the old"
                + " rows of a table of files first: after a crash, run it again.")
        Optional<String> table,
    @Description("A view, read only.") Optional<String> view,
    @Description("An SQL query, read only; it runs whenever its rows are needed.")
        Optional<String> query,
    @Default("parquet")
        @NotBlank
        @Description("The data source of a table that is made here; an existing one keeps its own.")
        String format,
    @Description("The partition columns of a table that is made here.") List<String> partitionBy,
    @Description(
            "Where the files of a table that is made here are. If it is given, dropping the table"
                + " leaves them; default the catalog's warehouse.")
        Optional<Location> path,
    @Description("More options of the data source for a table that is made here.")
        Map<String, String> options) {

  public SqlConfig {
    partitionBy = List.copyOf(partitionBy);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    List<String> problems = new ArrayList<>();
    long given = Stream.of(table, view, query).filter(Optional::isPresent).count();
    if (given != 1) {
      problems.add("give exactly one of table, view and query, got " + given);
    } else if (Stream.of(table, view, query).flatMap(Optional::stream).anyMatch(String::isBlank)) {
      problems.add("table, view or query must not be blank");
    }
    if (table.isEmpty() && !(partitionBy.isEmpty() && path.isEmpty() && options.isEmpty())) {
      problems.add("partitionBy, path and options go with table only");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
