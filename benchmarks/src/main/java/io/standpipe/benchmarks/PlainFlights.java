package io.standpipe.benchmarks;

import io.delta.tables.DeltaTable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The flights example as one would write it with Spark alone. */
public final class PlainFlights {
  private PlainFlights() {}

  /**
   * Runs the job.
   *
   * @param arguments the folder with {@code data/}; results go to its {@code out/}
   */
  public static void main(String[] arguments) {
    String folder = arguments[0];
    SparkSession spark =
        SparkSession.builder()
            .master("local[*]")
            .appName("flights")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .getOrCreate();
    spark
        .read()
        .schema(
            "iata STRING, name STRING, city STRING, state STRING, country STRING, latitude DOUBLE, longitude DOUBLE")
        .option("header", "true")
        .option("mode", "FAILFAST")
        .csv(folder + "/data/airports.csv")
        .createOrReplaceTempView("airports");
    spark
        .read()
        .schema("date STRING, delay INT, distance INT, origin STRING, destination STRING")
        .option("multiLine", "true")
        .option("mode", "FAILFAST")
        .json(folder + "/data/flights")
        .where("delay IS NOT NULL AND origin IS NOT NULL")
        .createOrReplaceTempView("known");

    Dataset<Row> byAirport =
        spark.sql(
            "SELECT a.iata, a.name, a.city, a.state, count(*) AS flights, round(avg(k.delay), 2) AS mean_delay,"
                + " max(k.delay) AS worst_delay, sum(CASE WHEN k.delay > 15 THEN 1 ELSE 0 END) AS late"
                + " FROM known k JOIN airports a ON a.iata = k.origin GROUP BY a.iata, a.name, a.city, a.state");
    String table = folder + "/out/delays_by_airport";
    if (DeltaTable.isDeltaTable(spark, table)) {
      DeltaTable.forPath(spark, table)
          .as("t")
          .merge(byAirport.as("s"), "t.iata = s.iata")
          .whenMatched()
          .updateAll()
          .whenNotMatched()
          .insertAll()
          .execute();
    } else {
      byAirport.write().format("delta").save(table);
    }

    spark
        .sql(
            "SELECT hour(to_timestamp(date, 'yyyy/MM/dd HH:mm')) AS hour, count(*) AS flights,"
                + " round(avg(delay), 2) AS mean_delay FROM known GROUP BY 1")
        .write()
        .format("jdbc")
        .mode("overwrite")
        .option("url", "jdbc:h2:file:" + folder + "/out/warehouse")
        .option("driver", "org.h2.Driver")
        .option("dbtable", "delays_by_hour")
        .save();
    spark.stop();
  }
}
