package io.standpipe.tck.server;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a JUnit test the servers that its constructor, its methods or their set-up have as
 * parameters: those of {@link SharedServers}. A server that cannot start fails the test; it is
 * never skipped.
 *
 * <pre>{@code
 * @WithServers
 * class OrdersTest {
 *   @Test
 *   void orders_areWritten(PostgresServer postgres) throws SQLException {
 *     try (Connection connection = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password())) {
 *       // ...
 *     }
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(WithServers.Parameters.class)
public @interface WithServers {

  /** Resolves every parameter whose type is a {@link TestServer}. */
  final class Parameters implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
      return TestServer.class.isAssignableFrom(parameter.getParameter().getType());
    }

    @Override
    public TestServer resolveParameter(ParameterContext parameter, ExtensionContext test) {
      return SharedServers.of(parameter.getParameter().getType().asSubclass(TestServer.class));
    }
  }
}
