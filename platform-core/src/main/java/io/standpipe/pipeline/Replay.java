package io.standpipe.pipeline;

import io.standpipe.resilience.Call;
import io.standpipe.resilience.Resilience;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Writes dead letters to where they were to go, once what kept them from it is repaired. They stay
 * where they are; each run and step is written once, however often it is replayed. What fails is
 * repeated as the storages say, a write only if it cannot write a row twice.
 *
 * @param run only those of this run
 * @param step only those of this step
 * @param code only those with this error code, for example {@code 23514}. Without it rows stay that
 *     a condition of their step refused: nobody checks it again. {@link #WHERE} chooses them.
 * @param to another storage than the one that they were meant for
 * @param request how they are written, without a commit token
 */
public record Replay(
    Optional<String> run,
    Optional<String> step,
    Optional<String> code,
    Optional<String> to,
    WriteRequest request) {
  /** The error code of rows that a condition of their step refused. */
  public static final String WHERE = "where";

  /**
   * What became of the letters of one step of a run with one error code.
   *
   * @param code empty if the storage that refused the rows gave none
   * @param rows how many there are
   * @param outcome empty if they stay where they are: records that could not be read, and rows that
   *     a condition refused
   */
  public record Replayed(
      String run,
      String step,
      String code,
      String storage,
      long rows,
      Optional<WriteResult.Outcome> outcome) {}

  /** Is told what happens, in the thread of the replay. */
  public interface Listener {
    /** The letters of one step of a run are where they belong. */
    default void replayed(Replayed done) {}

    /** Something failed, and is tried again after a while. */
    default void repeating(Call.Repeat repeat) {}
  }

  /**
   * Replays.
   *
   * @param letters the storage with the dead letters
   * @throws io.standpipe.config.InvalidRequestException if it has no dead letters, or they are for
   *     a storage that is not there; nothing is written then
   * @throws ReplayException if a storage failed for good
   */
  public List<Replayed> of(
      Storage letters,
      Storages storages,
      Resilience resilience,
      SparkSession spark,
      Listener listener) {
    return new Replaying(this, letters, storages, resilience, spark, listener).all();
  }
}
