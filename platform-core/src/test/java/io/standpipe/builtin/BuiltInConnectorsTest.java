package io.standpipe.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.Description;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsTable;
import java.lang.reflect.RecordComponent;
import org.junit.jupiter.api.Test;

class BuiltInConnectorsTest {

  @Test
  void factories_areFileAndSql() {
    assertThat(BuiltInConnectors.factories())
        .extracting(ConnectorFactory::type)
        .containsExactly("file", "sql");
    assertThat(BuiltInConnectors.factories())
        .extracting(factory -> factory.description().isBlank())
        .containsOnly(false);
  }

  @Test
  void connectorTypes_sayWhatTheConnectorsCan() {
    assertThat(new FileFactory().connectorType()).isAssignableTo(SupportsIdempotentAppend.class);
    assertThat(new SqlFactory().connectorType()).isAssignableTo(SupportsTable.class);
    assertThat(SupportsIdempotentAppend.class.isAssignableFrom(SqlTableConnector.class)).isFalse();
    assertThat(
            new SqlFactory()
                .create(new ConnectorContext("s", "sql"), new Config().with("table", "t").sql()))
        .isInstanceOf(SqlTableConnector.class);
    assertThat(
            new FileFactory()
                .create(new ConnectorContext("s", "file"), Config.file("csv", "/x").file()))
        .isInstanceOf(FileConnector.class);
  }

  @Test
  void everyOption_isDescribed() {
    for (ConnectorFactory<?> factory : BuiltInConnectors.factories()) {
      for (RecordComponent option : factory.configType().getRecordComponents()) {
        assertThat(option.getAnnotation(Description.class)).as(option.getName()).isNotNull();
      }
    }
  }
}
