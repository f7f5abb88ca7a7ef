package io.standpipe.builtin;

import static io.standpipe.builtin.Spark.session;
import static io.standpipe.builtin.Spark.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors that Spark can be made to throw are thrown by Spark; the others are made. */
@ExtendWith(Spark.class)
class ErrorsTest {
  @TempDir Path folder;

  private static List<ErrorRule> table() {
    return ErrorClassifier.rules(ErrorsTest.class, "errors.tsv");
  }

  @ParameterizedTest
  @MethodSource("table")
  void everyRow_isFoundFirst(ErrorRule row) {
    Throwable error = made(row.matcher());

    assertThat(new FileFactory().errorClassifier().classify(error)).contains(row);
    assertThat(new SqlFactory().errorClassifier().classify(error)).contains(row);
  }

  private static Throwable made(String matcher) {
    String[] parts = matcher.split(" & ");
    String message = "Job aborted: " + value(parts[parts.length - 1]) + " at host 7";
    return matcher.startsWith("message:")
        ? new SparkException(message)
        : named(value(parts[0]), parts.length > 1 ? message : "x");
  }

  private static String value(String part) {
    return part.substring(part.indexOf(':') + 1);
  }

  /** An exception of a class with this simple name: verdicts go by name. */
  private static Throwable named(String simpleName, String message) {
    return Stream.of(
            new org.apache.orc.FileFormatException("x"),
            new SparkArithmeticException(),
            new SparkDateTimeException(),
            new SparkNumberFormatException(),
            new FetchFailedException(),
            new OutOfMemoryError("x"),
            new SparkUpgradeException(),
            new ParseException(),
            new AnalysisException(),
            new NoClassDefFoundError("x"),
            new ClassNotFoundException("x"),
            new org.apache.hadoop.fs.UnsupportedFileSystemException("x"),
            new org.apache.hadoop.hdfs.protocol.DSQuotaExceededException("x"),
            new org.apache.hadoop.security.AccessControlException("x"),
            new java.nio.file.AccessDeniedException("x"),
            new java.io.FileNotFoundException(message),
            new org.apache.hadoop.fs.FileAlreadyExistsException("x"),
            new SafeModeException(),
            new org.apache.hadoop.ipc.StandbyException("x"),
            new AWSServiceThrottledException(),
            new AWSStatus500Exception(),
            new AWSNoResponseException(),
            new AWSBadRequestException(message),
            new AWSS3IOException(message),
            new UnknownStoreException(),
            new RemoteFileChangedException(),
            new java.net.ConnectException("x"),
            new java.net.SocketTimeoutException("x"),
            new java.net.UnknownHostException("x"))
        .filter(
            error -> new ErrorRule("class:" + simpleName, Verdict.UNKNOWN, "", "").matches(error))
        .findFirst()
        .orElseThrow(() -> new AssertionError("make an exception for " + simpleName));
  }

  /** Names of classes whose constructors are Spark's own, or whose library is not here. */
  private static class Made extends Exception {
    private static final long serialVersionUID = 1L;

    Made() {}

    Made(String message) {
      super(message);
    }
  }

  private static final class SparkArithmeticException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class SparkDateTimeException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class SparkNumberFormatException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class FetchFailedException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class SparkUpgradeException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class ParseException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class AnalysisException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class SafeModeException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class AWSServiceThrottledException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class AWSStatus500Exception extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class AWSNoResponseException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class AWSBadRequestException extends Made {
    private static final long serialVersionUID = 1L;

    AWSBadRequestException(String message) {
      super(message);
    }
  }

  private static final class AWSS3IOException extends Made {
    private static final long serialVersionUID = 1L;

    AWSS3IOException(String message) {
      super(message);
    }
  }

  private static final class UnknownStoreException extends Made {
    private static final long serialVersionUID = 1L;
  }

  private static final class RemoteFileChangedException extends Made {
    private static final long serialVersionUID = 1L;
  }

  /** As {@code S3AUtils.translateException} makes it: the text of the SDK, and the code again. */
  private static String s3a(int status, String code) {
    return "put on a/b: com.amazonaws.services.s3.model.AmazonS3Exception: what S3 says (Service:"
        + " Amazon S3; Status Code: %1$d; Error Code: %2$s; Request ID: 7; Proxy: null):%2$s"
            .formatted(status, code);
  }

  static Stream<Arguments> s3() {
    return Stream.of(
        arguments(new AWSS3IOException(s3a(412, "PreconditionFailed")), Verdict.CONFLICT),
        arguments(new AWSS3IOException(s3a(409, "ConditionalRequestConflict")), Verdict.TRANSIENT),
        arguments(new AWSS3IOException(s3a(409, "OperationAborted")), Verdict.TRANSIENT),
        arguments(new AWSS3IOException(s3a(409, "BucketNotEmpty")), Verdict.UNKNOWN),
        arguments(new FileNotFoundException(s3a(404, "NoSuchUpload")), Verdict.AMBIGUOUS),
        arguments(new FileNotFoundException(s3a(404, "NoSuchKey")), Verdict.PERMANENT),
        arguments(new AWSBadRequestException(s3a(400, "BadDigest")), Verdict.TRANSIENT),
        arguments(new AWSBadRequestException(s3a(400, "RequestTimeout")), Verdict.TRANSIENT),
        arguments(
            new AWSBadRequestException(s3a(400, "AuthorizationHeaderMalformed")),
            Verdict.PERMANENT));
  }

  @ParameterizedTest
  @MethodSource("s3")
  void errorOfS3_isTakenByItsCodeNotOnlyByItsStatus(Exception error, Verdict verdict) {
    assertThat(verdict(error)).isEqualTo(verdict);
  }

  private static Verdict verdict(Throwable error) {
    for (Throwable next = error; next != null; next = next.getCause()) {
      Optional<ErrorRule> rule = new FileFactory().errorClassifier().classify(next);
      if (rule.isPresent()) {
        return rule.get().verdict();
      }
    }
    return Verdict.UNKNOWN;
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Dataset<Row> read(String format, Path path) {
    return Config.file(format, path).with("schema", "id INT").connector().read(session());
  }

  @Test
  void malformedRecords_areData() throws IOException {
    Path csv = file("a.csv", "id\nmany\n");
    Path json = file("a.json", "{\"id\":\"many\"}\n");

    assertThat(verdict(catchThrowable(() -> read("csv", csv).collectAsList())))
        .isEqualTo(Verdict.DATA);
    assertThat(verdict(catchThrowable(() -> read("json", json).collectAsList())))
        .isEqualTo(Verdict.DATA);
  }

  @Test
  void malformedRecords_areDataOfTheWriteThatReadsThem() throws IOException {
    Path csv = file("a.csv", "id\nmany\n");

    assertThat(
            verdict(
                catchThrowable(
                    () ->
                        Config.file("csv", folder.resolve("t"))
                            .connector()
                            .write(
                                session(),
                                read("csv", csv),
                                WriteRequest.of(WriteMode.OVERWRITE)))))
        .isEqualTo(Verdict.DATA);
  }

  @Test
  void filesOfAnotherFormat_areData() throws IOException {
    Path parquet = file("a.parquet", "not at all parquet");
    Path orc = file("a.orc", "not at all orc");
    Path avro = file("a.avro", "not at all avro");

    assertThat(verdict(catchThrowable(() -> read("parquet", parquet).collectAsList())))
        .isEqualTo(Verdict.DATA);
    assertThat(verdict(catchThrowable(() -> read("orc", orc).collectAsList())))
        .isEqualTo(Verdict.DATA);
    assertThat(verdict(catchThrowable(() -> read("avro", avro).collectAsList())))
        .isEqualTo(Verdict.DATA);
  }

  @Test
  void headerThatDoesNotFit_isPermanent() throws IOException {
    Path csv = file("a.csv", "other\n1\n");

    assertThat(verdict(catchThrowable(() -> read("csv", csv).collectAsList())))
        .isEqualTo(Verdict.PERMANENT);
  }

  @Test
  void fileGoneSinceItWasListed_isTransient() throws IOException {
    Path csv = file("a.csv", "id\n1\n");
    Dataset<Row> rows = read("csv", csv);
    Files.delete(csv);

    assertThat(verdict(catchThrowable(rows::collectAsList))).isEqualTo(Verdict.TRANSIENT);
  }

  @Test
  void wrongSql_isPermanent() {
    assertThat(verdict(catchThrowable(() -> sql("SELECT nowhere")))).isEqualTo(Verdict.PERMANENT);
    assertThat(verdict(catchThrowable(() -> sql("SELEC 1")))).isEqualTo(Verdict.PERMANENT);
  }

  @Test
  void strictArithmetic_isData() {
    session().conf().set("spark.sql.ansi.enabled", "true");
    try {
      Dataset<Row> numbers = session().range(1).toDF();
      assertThat(verdict(catchThrowable(() -> numbers.selectExpr("1 / id").collectAsList())))
          .isEqualTo(Verdict.DATA);
      assertThat(
              verdict(
                  catchThrowable(
                      () -> numbers.selectExpr("CAST(concat('x', id) AS INT)").collectAsList())))
          .isEqualTo(Verdict.DATA);
      assertThat(
              verdict(
                  catchThrowable(
                      () -> numbers.selectExpr("CAST(concat('x', id) AS DATE)").collectAsList())))
          .isEqualTo(Verdict.DATA);
    } finally {
      session().conf().unset("spark.sql.ansi.enabled");
    }
  }

  @Test
  void cancelledJob_isPermanent() {
    CompletableFuture<Throwable> outcome =
        CompletableFuture.supplyAsync(
            () -> {
              session().sparkContext().setJobGroup("to-cancel", "slow", true);
              return catchThrowable(
                  () ->
                      session()
                          .range(1)
                          .selectExpr("java_method('java.lang.Thread', 'sleep', 60000L + id)")
                          .collectAsList());
            });
    Awaitility.await()
        .until(
            () ->
                session().sparkContext().statusTracker().getJobIdsForGroup("to-cancel").length > 0);
    session().sparkContext().cancelJobGroup("to-cancel");

    assertThat(outcome.join()).isNotNull();
    assertThat(verdict(outcome.join())).isEqualTo(Verdict.PERMANENT);
  }

  @Test
  void anythingElse_isUnknown() {
    assertThat(verdict(new IllegalStateException("x"))).isEqualTo(Verdict.UNKNOWN);
  }
}
