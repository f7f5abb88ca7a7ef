package io.standpipe.factory;

/**
 * A step of a pipeline in Java: makes a value of any type from what other steps delivered.
 *
 * <pre>{@code
 * public class BusyAirports implements Factory<Dataset<Row>> {
 *   @Delivery(id = "flights") private Dataset<Row> flights;
 *   private final int least;
 *   private Dataset<Row> busy;
 *
 *   public record Settings(@Default("1000") int least) {}
 *
 *   public BusyAirports(Settings settings) {
 *     least = settings.least();
 *   }
 *
 *   @Override
 *   public void process(FactoryContext context) {
 *     busy = flights.groupBy("origin").count().filter("count >= " + least);
 *   }
 *
 *   @Override
 *   public Dataset<Row> get() {
 *     return busy;
 *   }
 * }
 * }</pre>
 *
 * <p>The class has one public constructor; its parameters are {@linkplain Delivery deliveries} and
 * at most one record, whose values the pipeline gives. Deliveries of fields and methods, inherited
 * ones too, are set after it.
 *
 * <p><b>Life.</b> Each attempt of each run makes a new instance and calls {@link #read}, {@link
 * #process}, {@link #write} and {@link #get} once, in this order and in one thread. So nothing is
 * left of an earlier run. What is written through {@link FactoryContext} is never written twice;
 * but what a factory does besides is done again when the step is repeated, or when the run is
 * resumed and a step that is left needs the value. Mark one with {@link Unrepeatable} for which
 * that would be wrong.
 *
 * @param <T> what it makes; other steps use a {@code Dataset} as a table
 */
public interface Factory<T> {
  /** Reads what it needs besides its deliveries. By default nothing. */
  default void read(FactoryContext context) throws Exception {}

  /** Makes the value. */
  void process(FactoryContext context) throws Exception;

  /** Writes what it has made. By default nothing. */
  default void write(FactoryContext context) throws Exception {}

  /** The value, for the steps that need it; not null. */
  T get();
}
