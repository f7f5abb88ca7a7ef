package io.standpipe.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.InvalidKeyspaceException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.NodeUnavailableException;
import com.datastax.oss.driver.api.core.RequestThrottlingException;
import com.datastax.oss.driver.api.core.UnsupportedProtocolVersionException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.connection.BusyConnectionException;
import com.datastax.oss.driver.api.core.connection.ClosedConnectionException;
import com.datastax.oss.driver.api.core.connection.ConnectionInitException;
import com.datastax.oss.driver.api.core.connection.FrameTooLongException;
import com.datastax.oss.driver.api.core.connection.HeartbeatException;
import com.datastax.oss.driver.api.core.metadata.EndPoint;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.servererrors.AlreadyExistsException;
import com.datastax.oss.driver.api.core.servererrors.BootstrappingException;
import com.datastax.oss.driver.api.core.servererrors.CASWriteUnknownException;
import com.datastax.oss.driver.api.core.servererrors.CDCWriteFailureException;
import com.datastax.oss.driver.api.core.servererrors.DefaultWriteType;
import com.datastax.oss.driver.api.core.servererrors.FunctionFailureException;
import com.datastax.oss.driver.api.core.servererrors.InvalidConfigurationInQueryException;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.oss.driver.api.core.servererrors.ProtocolError;
import com.datastax.oss.driver.api.core.servererrors.ReadFailureException;
import com.datastax.oss.driver.api.core.servererrors.ReadTimeoutException;
import com.datastax.oss.driver.api.core.servererrors.ServerError;
import com.datastax.oss.driver.api.core.servererrors.SyntaxError;
import com.datastax.oss.driver.api.core.servererrors.TruncateException;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import com.datastax.oss.driver.api.core.servererrors.WriteFailureException;
import com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.api.core.type.codec.CodecNotFoundException;
import com.datastax.oss.driver.internal.core.metadata.DefaultEndPoint;
import com.datastax.spark.connector.datasource.CassandraCatalogException;
import com.datastax.spark.connector.types.TypeConversionException;
import com.datastax.spark.connector.writer.NullKeyColumnException;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the error table, with the driver's own exceptions. */
class CassandraErrorTableTest {
  private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 9042);
  private static final EndPoint END_POINT = new DefaultEndPoint(ADDRESS);
  private static final DefaultConsistencyLevel QUORUM = DefaultConsistencyLevel.LOCAL_QUORUM;

  private static final String EXPIRES_TOO_LATE =
      "Request on table ks.t with ttl of 630720000 seconds exceeds maximum supported expiration date"
          + " of 2038-01-19T03:14:06+00:00.";

  /** The coordinator is only kept, never asked. */
  private static final Node NODE = null;

  /** A node as the driver's exceptions see it: something with a name. */
  private static Node someNode() {
    return (Node)
        Proxy.newProxyInstance(
            Node.class.getClassLoader(),
            new Class<?>[] {Node.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "toString" -> "Node(/127.0.0.1:9042)";
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }

  private static Throwable writeTimeout(DefaultWriteType type) {
    return new WriteTimeoutException(NODE, QUORUM, 1, 2, type);
  }

  private static Throwable writeFailure(int... reasons) {
    return new WriteFailureException(
        NODE, QUORUM, 1, 2, DefaultWriteType.SIMPLE, 1, reasons(reasons));
  }

  private static Throwable readFailure(int... reasons) {
    return new ReadFailureException(NODE, QUORUM, 1, 2, 1, true, reasons(reasons));
  }

  private static Map<InetAddress, Integer> reasons(int... codes) {
    Map<InetAddress, Integer> reasons = new LinkedHashMap<>();
    for (int i = 0; i < codes.length; i++) {
      try {
        reasons.put(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (i + 1)}), codes[i]);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return reasons;
  }

  private static Throwable allNodes(Throwable... errors) {
    List<Map.Entry<Node, Throwable>> ofNodes = new ArrayList<>();
    for (Throwable error : errors) {
      ofNodes.add(Map.entry(someNode(), error));
    }
    return AllNodesFailedException.fromErrors(ofNodes);
  }

  /** What the writer makes of the last error of a task. */
  private static Throwable text(Throwable error) {
    return text(error.getMessage());
  }

  private static Throwable text(String message) {
    return new IOException(
        "Failed to write statements to test.items. The\nlatest exception was\n  "
            + message
            + "\n\nPlease check the executor logs for more exceptions and information\n");
  }

  private static Throwable invalid(String message) {
    return new InvalidQueryException(NODE, message);
  }

  private record Case(Verdict verdict, List<Throwable> errors) {}

  private static void row(
      Map<String, Case> cases, String matcher, Verdict verdict, Throwable... errors) {
    assertThat(cases.put(matcher, new Case(verdict, Arrays.asList(errors)))).isNull();
  }

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    own(cases);
    nodes(cases);
    failures(cases);
    timeouts(cases);
    requests(cases);
    texts(cases);
    return cases;
  }

  private static void own(Map<String, Case> cases) {
    row(
        cases,
        "message:more than one row with the key",
        Verdict.DATA,
        new RuntimeException("more than one row with the key {\"id\":1}"));
    row(cases, "message:NULL in the key", Verdict.DATA, new RuntimeException("NULL in the key {}"));
    row(
        cases,
        "message:NULL in the tuple column",
        Verdict.DATA,
        new RuntimeException("NULL in the tuple column 'w'"));
    row(
        cases,
        "message:cannot store the value",
        Verdict.DATA,
        new RuntimeException("cannot store the value 300 in column 'n' (tinyint) of the row {}"));
    row(
        cases,
        "message:cannot store the date",
        Verdict.DATA,
        new RuntimeException("cannot store the date 1582-10-10 in column 'e'"));
    row(
        cases,
        "class:UnknownHosts",
        Verdict.TRANSIENT,
        new Cluster.UnknownHosts("open x", List.of("a")));
    row(cases, "class:Refusal", Verdict.PERMANENT, new Problem.Refusal("no", "Stop."));
    row(cases, "class:Unanswered", Verdict.TRANSIENT, new HealthCheck.Unanswered("nobody"));
    row(cases, "class:NullKeyColumnException", Verdict.DATA, new NullKeyColumnException("id"));
    row(
        cases,
        "class:TypeConversionException",
        Verdict.DATA,
        new TypeConversionException("Cannot convert object x to java.util.UUID", null));
    row(
        cases,
        "class:CassandraCatalogException",
        Verdict.PERMANENT,
        new CassandraCatalogException("missing primary key columns: [id]"));
  }

  private static void nodes(Map<String, Case> cases) {
    row(cases, "class:NoNodeAvailableException", Verdict.TRANSIENT, new NoNodeAvailableException());
    row(
        cases,
        "class:AllNodesFailedException & message:worst: TLS",
        Verdict.PERMANENT,
        allNodes(
            new BusyConnectionException(1),
            new ConnectionInitException("x", new SSLHandshakeException("no"))));
    row(
        cases,
        "class:AllNodesFailedException & message:worst: PERMANENT",
        Verdict.PERMANENT,
        allNodes(new BusyConnectionException(1), new AuthenticationException(END_POINT, "no")),
        allNodes(new ClosedConnectionException("x"), new UnauthorizedException(NODE, "no")));
    row(
        cases,
        "class:AllNodesFailedException & message:worst: AMBIGUOUS",
        Verdict.AMBIGUOUS,
        allNodes(new BusyConnectionException(1), new ClosedConnectionException("lost")));
    row(
        cases,
        "class:AllNodesFailedException & message:worst: THROTTLED",
        Verdict.THROTTLED,
        allNodes(new BusyConnectionException(1), new OverloadedException(NODE)));
    row(
        cases,
        "class:AllNodesFailedException",
        Verdict.TRANSIENT,
        allNodes(new BusyConnectionException(1)),
        allNodes(new IOException("what")));
    row(
        cases,
        "class:NodeUnavailableException",
        Verdict.TRANSIENT,
        new NodeUnavailableException(someNode()));
    row(cases, "class:BootstrappingException", Verdict.TRANSIENT, new BootstrappingException(NODE));
    row(cases, "class:BusyConnectionException", Verdict.TRANSIENT, new BusyConnectionException(1));
    row(
        cases,
        "class:UnavailableException",
        Verdict.TRANSIENT,
        new UnavailableException(NODE, QUORUM, 2, 1));
    row(
        cases,
        "class:ReadTimeoutException",
        Verdict.TRANSIENT,
        new ReadTimeoutException(NODE, QUORUM, 1, 2, true));
    row(cases, "class:OverloadedException", Verdict.THROTTLED, new OverloadedException(NODE));
    row(
        cases,
        "class:RequestThrottlingException",
        Verdict.THROTTLED,
        new RequestThrottlingException("queue full"));
  }

  private static void failures(Map<String, Case> cases) {
    row(
        cases,
        "class:ReadFailureException & message:READ_TOO_MANY_TOMBSTONES",
        Verdict.PERMANENT,
        readFailure(1),
        readFailure(2, 1));
    row(cases, "class:ReadFailureException & message:READ_SIZE", Verdict.PERMANENT, readFailure(4));
    row(
        cases,
        "class:ReadFailureException & message:READ_TOO_MANY_INDEXES",
        Verdict.PERMANENT,
        readFailure(7));
    row(
        cases,
        "class:ReadFailureException & message:INCOMPATIBLE_SCHEMA",
        Verdict.TRANSIENT,
        readFailure(3));
    row(
        cases,
        "class:ReadFailureException",
        Verdict.TRANSIENT,
        readFailure(2),
        readFailure(5),
        readFailure(6),
        readFailure(0),
        readFailure());
    row(
        cases,
        "class:WriteFailureException & message:INCOMPATIBLE_SCHEMA",
        Verdict.TRANSIENT,
        writeFailure(3));
    row(
        cases,
        "class:WriteFailureException & message:UNKNOWN",
        Verdict.AMBIGUOUS,
        writeFailure(0),
        writeFailure(2, 0),
        writeFailure(99),
        writeFailure());
    row(
        cases,
        "class:WriteFailureException",
        Verdict.TRANSIENT,
        writeFailure(2),
        writeFailure(5),
        writeFailure(6));
  }

  private static void timeouts(Map<String, Case> cases) {
    row(
        cases,
        "class:WriteTimeoutException & message:during COUNTER write",
        Verdict.PERMANENT,
        writeTimeout(DefaultWriteType.COUNTER));
    row(
        cases,
        "class:WriteTimeoutException & message:during UNLOGGED_BATCH write",
        Verdict.AMBIGUOUS,
        writeTimeout(DefaultWriteType.UNLOGGED_BATCH));
    row(
        cases,
        "class:WriteTimeoutException & message:during CAS write",
        Verdict.AMBIGUOUS,
        writeTimeout(DefaultWriteType.CAS));
    row(
        cases,
        "class:WriteTimeoutException & message:during VIEW write",
        Verdict.THROTTLED,
        writeTimeout(DefaultWriteType.VIEW));
    row(
        cases,
        "class:WriteTimeoutException & message:during CDC write",
        Verdict.THROTTLED,
        writeTimeout(DefaultWriteType.CDC));
    row(
        cases,
        "class:WriteTimeoutException",
        Verdict.TRANSIENT,
        writeTimeout(DefaultWriteType.SIMPLE),
        writeTimeout(DefaultWriteType.BATCH),
        writeTimeout(DefaultWriteType.BATCH_LOG));
    row(
        cases,
        "class:CASWriteUnknownException",
        Verdict.AMBIGUOUS,
        new CASWriteUnknownException(NODE, QUORUM, 1, 2));
    row(
        cases,
        "class:CDCWriteFailureException",
        Verdict.THROTTLED,
        new CDCWriteFailureException(NODE));
    row(
        cases,
        "class:DriverTimeoutException",
        Verdict.AMBIGUOUS,
        new DriverTimeoutException("Query timed out after PT2S"));
    row(
        cases,
        "class:ClosedConnectionException",
        Verdict.AMBIGUOUS,
        new ClosedConnectionException("Lost connection to remote peer"));
    row(
        cases,
        "class:HeartbeatException",
        Verdict.AMBIGUOUS,
        new HeartbeatException(ADDRESS, "x", null));
    row(cases, "class:ServerError", Verdict.AMBIGUOUS, new ServerError(NODE, "x"));
    row(cases, "class:TruncateException", Verdict.AMBIGUOUS, new TruncateException(NODE, "x"));
    row(
        cases,
        "class:ConnectionInitException",
        Verdict.TRANSIENT,
        new ConnectionInitException("x", null));
  }

  private static void requests(Map<String, Case> cases) {
    row(
        cases,
        "class:InvalidQueryException & message:Key may not be empty",
        Verdict.DATA,
        invalid("Key may not be empty"));
    row(
        cases,
        "class:InvalidQueryException & message:is longer than maximum",
        Verdict.DATA,
        invalid("Key length of 70000 is longer than maximum of 65535"));
    row(
        cases,
        "class:InvalidQueryException & message:invalid null value",
        Verdict.DATA,
        invalid("Invalid null value in condition for column id"));
    row(
        cases,
        "class:InvalidQueryException & message:supported expiration date",
        Verdict.DATA,
        invalid(EXPIRES_TOO_LATE));
    row(cases, "class:SyntaxError", Verdict.PERMANENT, new SyntaxError(NODE, "x"));
    row(
        cases,
        "class:UnauthorizedException",
        Verdict.PERMANENT,
        new UnauthorizedException(NODE, "x"));
    row(
        cases,
        "class:InvalidQueryException",
        Verdict.PERMANENT,
        invalid("unconfigured table settlements"));
    row(
        cases,
        "class:InvalidConfigurationInQueryException",
        Verdict.PERMANENT,
        new InvalidConfigurationInQueryException(NODE, "x"));
    row(
        cases,
        "class:AlreadyExistsException",
        Verdict.PERMANENT,
        new AlreadyExistsException(NODE, "ks", "t"));
    row(
        cases,
        "class:AuthenticationException",
        Verdict.PERMANENT,
        new AuthenticationException(END_POINT, "x"));
    row(
        cases,
        "class:FunctionFailureException",
        Verdict.PERMANENT,
        new FunctionFailureException(NODE, "x"));
    row(cases, "class:ProtocolError", Verdict.PERMANENT, new ProtocolError(NODE, "x"));
    row(
        cases,
        "class:UnsupportedProtocolVersionException",
        Verdict.PERMANENT,
        new UnsupportedProtocolVersionException(END_POINT, "x", List.of()));
    row(
        cases,
        "class:InvalidKeyspaceException",
        Verdict.PERMANENT,
        new InvalidKeyspaceException("x"));
    row(
        cases,
        "class:FrameTooLongException",
        Verdict.PERMANENT,
        new FrameTooLongException(ADDRESS, "x"));
    row(
        cases,
        "class:CodecNotFoundException",
        Verdict.PERMANENT,
        new CodecNotFoundException(DataTypes.INT, null));
  }

  private static void texts(Map<String, Case> cases) {
    String text = "message:Failed to write statements & message:";
    row(
        cases,
        text + "during COUNTER write",
        Verdict.PERMANENT,
        text(writeTimeout(DefaultWriteType.COUNTER)));
    row(
        cases,
        text + "Cassandra timeout during",
        Verdict.AMBIGUOUS,
        text(writeTimeout(DefaultWriteType.UNLOGGED_BATCH)));
    row(cases, text + "Cassandra failure during", Verdict.AMBIGUOUS, text(writeFailure(2)));
    row(cases, text + "is overloaded", Verdict.THROTTLED, text(new OverloadedException(NODE)));
    row(
        cases,
        text + "Not enough replicas available",
        Verdict.TRANSIENT,
        text(new UnavailableException(NODE, QUORUM, 2, 1)));
    row(
        cases,
        text + "No node was available",
        Verdict.TRANSIENT,
        text(new NoNodeAvailableException()));
    row(
        cases,
        text + "tried for the query failed",
        Verdict.AMBIGUOUS,
        text(allNodes(new ClosedConnectionException("lost"))));
    row(cases, text + "Query timed out", Verdict.AMBIGUOUS, text("Query timed out after PT20S"));
    row(cases, text + "Lost connection", Verdict.AMBIGUOUS, text("Lost connection to remote peer"));
    row(
        cases,
        text + "has no MODIFY permission",
        Verdict.PERMANENT,
        text("User reader has no MODIFY permission on <table test.items> or any of its parents"));
    row(cases, text + "Key may not be empty", Verdict.DATA, text("Key may not be empty"));
    row(
        cases,
        text + "is longer than maximum",
        Verdict.DATA,
        text("Key length of 70000 is longer than maximum of 65535"));
    row(cases, text + "supported expiration date", Verdict.DATA, text(EXPIRES_TOO_LATE));
  }

  @TestFactory
  Stream<DynamicTest> everyRow_ofItsError_isTheFirstToMatch() {
    return cases().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      for (Throwable error : entry.getValue().errors()) {
                        ErrorRule rule =
                            CassandraErrorTable.CLASSIFIER.classify(error).orElseThrow();
                        assertThat(rule.matcher()).isEqualTo(entry.getKey());
                        assertThat(rule.verdict()).isEqualTo(entry.getValue().verdict());
                      }
                    }));
  }

  @Test
  void table_hasNoRowWithoutATest() {
    assertThat(CassandraErrorTable.RULES.stream().map(ErrorRule::matcher))
        .containsExactlyInAnyOrderElementsOf(cases().keySet());
  }

  @Test
  void othersErrors_areNotClassified() {
    assertThat(CassandraErrorTable.CLASSIFIER.classify(new IOException("Query timed out")))
        .isEmpty();
  }
}
