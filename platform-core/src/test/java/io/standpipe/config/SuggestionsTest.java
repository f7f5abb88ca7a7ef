package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionsTest {
  private static final List<String> KNOWN = List.of("table", "url", "fetchSize", "password");

  @ParameterizedTest
  @CsvSource({
    "tabel,table",
    "Table,table",
    "uri,url",
    "fetch_size,fetchSize",
    "fetchsize,fetchSize",
    "passwrd,password",
    "pasword,password"
  })
  void nearest_misspeltName_isFound(String name, String expected) {
    assertThat(Suggestions.nearest(name, KNOWN)).contains(expected);
  }

  @Test
  void nearest_otherName_isNotFound() {
    assertThat(Suggestions.nearest("compression", KNOWN)).isEmpty();
  }

  @Test
  void sentence_nothingNear_listsWhatIsKnown() {
    assertThat(Suggestions.sentence("compression", KNOWN, "keys"))
        .isEqualTo("Known keys: table, url, fetchSize, password.");
  }

  @Test
  void sentence_nothingKnown_saysSo() {
    assertThat(Suggestions.sentence("x", List.of(), "storages"))
        .isEqualTo("There are no storages here.");
  }
}
