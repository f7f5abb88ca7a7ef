package io.standpipe.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Begins tasks as soon as those that they wait for have ended, not more than so many at a time in
 * all, and for each resource.
 *
 * <p>The calling thread keeps the books and is the only one that asks {@link Tasks}; what tasks do
 * they do in other threads.
 *
 * @param <T> identifies a task
 */
final class Scheduler<T> {
  /** How soon somebody notices that the tasks are to be cancelled. */
  private static final long PATIENCE_MILLIS = 200;

  private final Tasks<T> tasks;
  private final int parallelism;
  private final Map<T, Integer> missing = new HashMap<>();
  private final Map<T, List<T>> followers = new HashMap<>();
  private final Map<T, Integer> places = new HashMap<>();
  private final Queue<T> ready = new PriorityQueue<>(Comparator.comparing(places::get));
  private final Map<String, Integer> used = new HashMap<>();
  private final Map<String, Queue<T>> waiting = new LinkedHashMap<>();
  private final Map<T, Running> running = new LinkedHashMap<>();
  private final LinkedBlockingQueue<T> ended = new LinkedBlockingQueue<>();
  private volatile Throwable broken;

  /** What is scheduled. */
  interface Tasks<T> {
    /** Those that must have ended before; others than the scheduled ones do not matter. */
    Collection<T> needs(T task);

    /** The resources that it takes while it runs. */
    Set<String> resources(T task);

    /** How many tasks may have a resource at the same time, at least 1; may change. */
    int limit(String resource);

    /** Its turn has come: what is to be done in another thread, or nothing, which ends it. */
    Optional<Runnable> begin(T task);

    /** Whether those that run are to be cancelled. */
    boolean cancels();

    /** Called again and again while a task runs that is to be cancelled. */
    void cancel(T task);
  }

  /**
   * @param parallelism how many tasks run at the same time, at least 1
   */
  Scheduler(Tasks<T> tasks, int parallelism) {
    this.tasks = tasks;
    this.parallelism = parallelism;
  }

  /**
   * Returns when all tasks have ended. Of those that are ready the first one begins.
   *
   * @param all without cycles
   * @throws IllegalStateException if what a task does threw something; the others are cancelled
   */
  void run(Collection<T> all, ThreadFactory threads) {
    all.forEach(
        task -> {
          places.put(task, places.size());
          missing.put(task, 0);
        });
    for (T task : all) {
      for (T needed : Set.copyOf(tasks.needs(task))) {
        if (missing.containsKey(needed)) {
          followers.computeIfAbsent(needed, key -> new ArrayList<>()).add(task);
          missing.merge(task, 1, Integer::sum);
        }
      }
    }
    all.stream().filter(task -> missing.get(task) == 0).forEach(ready::add);
    ExecutorService pool = Executors.newFixedThreadPool(parallelism, threads);
    boolean interrupted = false;
    try {
      guarded(() -> begin(pool));
      while (!running.isEmpty()) {
        try {
          awaitEnd();
        } catch (InterruptedException e) {
          interrupted = true;
        }
        guarded(() -> begin(pool));
      }
    } finally {
      pool.shutdown();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (broken != null) {
      throw new IllegalStateException("a task broke off: " + broken, broken);
    }
  }

  /** Whoever is asked may throw; then nothing new begins, and what runs is cancelled. */
  private void guarded(Runnable question) {
    try {
      question.run();
    } catch (RuntimeException e) {
      broken = e;
    }
  }

  private void awaitEnd() throws InterruptedException {
    boolean[] cancels = {broken != null};
    guarded(() -> cancels[0] |= tasks.cancels());
    if (cancels[0] || broken != null) {
      running.keySet().forEach(task -> guarded(() -> tasks.cancel(task)));
      running.values().forEach(Running::interrupt);
    }
    T task = ended.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    if (task != null) {
      running.remove(task);
      tasks.resources(task).forEach(resource -> used.merge(resource, -1, Integer::sum));
      leave(task);
    }
  }

  private void begin(ExecutorService pool) {
    while (!ready.isEmpty() && running.size() < parallelism) {
      T task = ready.remove();
      Optional<String> scarce = scarce(task);
      Optional<Runnable> work =
          scarce.isPresent() || broken != null ? Optional.empty() : tasks.begin(task);
      if (scarce.isPresent()) {
        waiting.computeIfAbsent(scarce.get(), key -> new ArrayDeque<>()).add(task);
        wake(task);
      } else if (work.isEmpty()) {
        leave(task);
      } else {
        tasks.resources(task).forEach(resource -> used.merge(resource, 1, Integer::sum));
        Running begun = new Running(task, work.get());
        running.put(task, begun);
        pool.execute(begun);
      }
    }
  }

  /** A task that is at work. */
  private final class Running implements Runnable {
    private final T task;
    private final Runnable work;
    private Optional<Thread> thread = Optional.empty();

    Running(T task, Runnable work) {
      this.task = task;
      this.work = work;
    }

    @Override
    public void run() {
      at(Optional.of(Thread.currentThread()));
      try {
        work.run();
      } catch (Throwable e) {
        broken = e;
      } finally {
        at(Optional.empty());
        Thread.interrupted(); // was meant for this task
        ended.add(task);
      }
    }

    private synchronized void at(Optional<Thread> worker) {
      thread = worker;
    }

    synchronized void interrupt() {
      thread.ifPresent(Thread::interrupt);
    }
  }

  private Optional<String> scarce(T task) {
    return tasks.resources(task).stream().filter(resource -> !isFree(resource)).findFirst();
  }

  private boolean isFree(String resource) {
    return used.getOrDefault(resource, 0) < tasks.limit(resource);
  }

  /** The task has ended. */
  private void leave(T task) {
    wake(task);
    for (T follower : followers.getOrDefault(task, List.of())) {
      if (missing.merge(follower, -1, Integer::sum) == 0) {
        ready.add(follower);
      }
    }
  }

  /** Others may try for each resource that the task has left, or leaves to others. */
  private void wake(T task) {
    for (String resource : tasks.resources(task)) {
      Queue<T> queue = waiting.getOrDefault(resource, new ArrayDeque<>());
      // The limit may have risen since, so that there is room for several.
      int room = tasks.limit(resource) - used.getOrDefault(resource, 0);
      for (int i = 0; i < room && !queue.isEmpty(); i++) {
        ready.add(queue.remove());
      }
    }
  }
}
