package com.example.fixedwidth;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import java.util.List;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;
import javax.validation.constraints.Positive;
import org.apache.spark.sql.types.DataType;

/** The options of a storage: each component is one key in the YAML. */
public record FixedWidthConfig(
    @Description("The file, or the folder of files.") Location path,
    @Description("The columns from left to right.") @NotEmpty List<Column> columns,
    @Description("Number of files that a write makes.") @Default("1") @Positive int files) {

  /** One column of the line. */
  public record Column(
      @Description("Name of the column.") @NotBlank String name,
      @Description("Number of characters.") @Positive int width,
      @Description("Spark SQL type, for example INT or DECIMAL(10,2).") @Default("STRING") String type) {

    /** What annotations cannot check: the text is reported at the storage, as all mistakes are. */
    public Column {
      try {
        DataType.fromDDL(type);
      } catch (Exception e) {
        throw new IllegalArgumentException("column '" + name + "' has the unknown type '" + type + "'");
      }
    }
  }
}
