package io.standpipe.kafka;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Whether bytes are one record of an Avro schema and nothing besides. Spark itself takes what it
 * needs and does not look at the rest, so that bytes of another schema, or behind the header of a
 * schema registry, may look like a record.
 */
final class WholeAvro implements UDF1<byte[], Boolean> {
  private static final long serialVersionUID = 1L;

  private final Schema schema;
  private transient GenericDatumReader<Object> reader;

  /**
   * @param schema in JSON
   */
  WholeAvro(String schema) {
    this.schema = new Schema.Parser().parse(schema);
  }

  @Override
  public Boolean call(byte[] bytes) {
    if (reader == null) {
      reader = new GenericDatumReader<>(schema);
    }
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    try {
      reader.read(null, decoder);
      return decoder.isEnd();
    } catch (IOException | RuntimeException e) { // Avro has exceptions of both kinds for bad bytes
      return false;
    }
  }
}
