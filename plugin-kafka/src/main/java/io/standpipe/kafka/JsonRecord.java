package io.standpipe.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.json.JSONOptions;
import org.apache.spark.sql.catalyst.json.JacksonParser;
import org.apache.spark.sql.catalyst.util.BadRecordException;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.Iterator;
import scala.collection.JavaConverters;

/**
 * Makes a record of bytes that are one JSON object and nothing else, with Spark's own parser.
 * Spark's {@code from_json} takes the first object that it finds, and does not look at what
 * follows.
 */
final class JsonRecord implements ScalarFunction<InternalRow> {
  private static final long serialVersionUID = 1L;

  private final StructType record;
  private final String timeZone;
  private final String failure;
  private transient JacksonParser parser;
  private transient boolean more;

  private JsonRecord(StructType record, String timeZone, String failure) {
    this.record = record;
    this.timeZone = timeZone;
    this.failure = failure;
  }

  /**
   * The record; NULL without bytes.
   *
   * @param timeZone of times that do not name one
   * @param failure what is thrown if the bytes are anything else; empty: they give NULL
   */
  static Column of(Column bytes, StructType record, String timeZone, String failure) {
    return new Column(
        new ApplyFunctionExpression(
            new JsonRecord((StructType) record.asNullable(), timeZone, failure),
            JavaConverters.asScalaBuffer(List.of(bytes.expr())).toSeq()));
  }

  @Override
  public DataType[] inputTypes() {
    return new DataType[] {DataTypes.BinaryType};
  }

  @Override
  public DataType resultType() {
    return record;
  }

  @Override
  public String name() {
    return "json_record";
  }

  @Override
  public String canonicalName() {
    return "io.standpipe.kafka.json_record(" + record.json() + timeZone + failure + ")";
  }

  @Override
  public InternalRow produceResult(InternalRow input) {
    if (input.isNullAt(0)) {
      return null;
    }
    InternalRow row = parse(input.getBinary(0));
    if (row == null && !failure.isEmpty()) {
      throw new IllegalArgumentException(failure);
    }
    return row;
  }

  private InternalRow parse(byte[] bytes) {
    if (parser == null) {
      JSONOptions options =
          new JSONOptions(
              JavaConverters.mapAsScalaMap(Map.<String, String>of())
                  .toMap(scala.Predef.$conforms()),
              timeZone,
              "");
      parser =
          new JacksonParser(
              record, options, false, JavaConverters.asScalaBuffer(List.<Filter>of()));
    }
    more = false;
    try {
      Iterator<InternalRow> rows =
          parser.parse(bytes, this::open, all -> UTF8String.EMPTY_UTF8).iterator();
      return rows.hasNext() && !more ? rows.next() : null;
    } catch (Exception e) { // Scala does not declare what it throws
      if (e instanceof BadRecordException) {
        return null;
      }
      throw e instanceof RuntimeException other ? other : new IllegalStateException(e);
    }
  }

  private JsonParser open(JsonFactory factory, byte[] bytes) {
    try {
      return new ToTheEnd(factory.createParser(bytes));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Looks at its end whether there is more than what was read. */
  private final class ToTheEnd extends JsonParserDelegate {
    ToTheEnd(JsonParser parser) {
      super(parser);
    }

    @Override
    public void close() throws IOException {
      try {
        more = nextToken() != null;
      } finally {
        super.close();
      }
    }
  }
}
