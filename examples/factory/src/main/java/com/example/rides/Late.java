package com.example.rides;

import static org.apache.spark.sql.functions.col;

import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import javax.validation.constraints.Positive;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rides that are late. The pipeline says of which, and from when on. */
public final class Late implements Factory<Dataset<Row>> {
  /** What the pipeline gives as {@code parameters}. */
  public record Settings(
      @Description("From how many minutes on a ride is late.") @Default("5") @Positive
          int minutes) {}

  @Delivery private Dataset<Row> rides;
  private final int minutes;
  private Dataset<Row> late;

  public Late(Settings settings) {
    this.minutes = settings.minutes();
  }

  @Override
  public void process(FactoryContext context) {
    late = rides.filter(col("delay").geq(minutes));
  }

  @Override
  public Dataset<Row> get() {
    return late;
  }
}
