package io.standpipe.repository;

import static io.standpipe.spi.Condition.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a repository does over a storage that has array, map and struct columns. */
public abstract class NestedTypesContract extends StorageContract {

  /** A place in degrees. */
  public record Position(@ColumnName("lat") double latitude, double longitude) {}

  /** A leg of a route, with optional and renamed parts. */
  public record Stop(String airport, Optional<Instant> at, @ColumnName("pos") Position position) {}

  /** Every kind of container, in each other. */
  public record Route(
      @Key int id,
      List<String> tags,
      List<Integer> counts,
      Map<String, BigDecimal> fares,
      Optional<Position> base,
      List<Stop> stops,
      Map<String, List<Long>> seats) {}

  private Repository<Route> routes() {
    return repository(Route.class);
  }

  private static Route full() {
    Map<String, BigDecimal> fares = new LinkedHashMap<>();
    fares.put("eco", new BigDecimal("12.500000000000000000"));
    fares.put("first", null);
    return new Route(
        1,
        Arrays.asList("a,b", null, ""),
        Arrays.asList(1, null, 3),
        fares,
        Optional.of(new Position(47.5, -8.25)),
        List.of(
            new Stop("ZRH", Optional.of(Instant.parse("2026-01-02T03:04:05Z")), null),
            new Stop("BRN", Optional.empty(), new Position(1, 2))),
        Map.of("eco", List.of(1L, 2L), "first", List.of()));
  }

  private static final Route NOTHING = new Route(2, null, null, null, Optional.empty(), null, null);
  private static final Route EMPTY =
      new Route(3, List.of(), List.of(), Map.of(), Optional.empty(), List.of(), Map.of());

  @Test
  void findAll_containersInContainers_comeBackEqual() {
    Repository<Route> routes = routes();

    routes.save(List.of(full(), NOTHING, EMPTY));

    assertThat(routes.findAll()).containsExactlyInAnyOrder(full(), NOTHING, EMPTY);
  }

  @Test
  void findAll_containers_areUnmodifiable() {
    Repository<Route> routes = routes();
    routes.save(List.of(full()));

    Route found = routes.findAll().get(0);

    assertThatThrownBy(() -> found.tags().add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> found.fares().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void findBy_containers_canOnlyBeComparedWithNull() {
    Repository<Route> routes = routes();
    routes.save(List.of(full(), NOTHING, EMPTY));

    assertThat(routes.findBy(column("tags").isNull())).containsExactly(NOTHING);
    assertThat(routes.count(column("base").isNotNull())).isEqualTo(1);
    assertThatThrownBy(() -> routes.findBy(column("tags").equalTo(List.of("a"))))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "the condition does not fit: component 'tags': a column that holds List<String> cannot"
                + " be compared with a value. Only isNull() and isNotNull() go with it.");
  }

  @Test
  void save_valueThatDoesNotFitInside_namesTheWayToIt() {
    Repository<Route> routes = routes();
    Route broken =
        new Route(
            7,
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            List.of(new Stop("\ud800", Optional.empty(), null)),
            Map.of());

    assertThatThrownBy(() -> routes.save(List.of(broken)))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "record 1 of 1 (Route id=7) cannot be written: component 'stops.airport': the text has"
                + " half of a surrogate pair, which a text column cannot hold. Store it with"
                + " @Compressed or as byte[]. Nothing was written.");
  }
}
