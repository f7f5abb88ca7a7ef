package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.config.Suggestions;
import io.standpipe.factory.Need;
import io.standpipe.factory.TypeNames;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The steps that could deliver what a factory asks for, and why they do not. */
final class Candidates {
  /** So many are named in a message. */
  private static final int MOST = 6;

  /** What is against a step. */
  private enum Reason {
    ITSELF,
    WRITES,
    TYPE,
    PRODUCER,
    NAME,
    CONSUMERS,
    LATER,
    SAME_STAGE
  }

  private final Stages stages;
  private final Step.Make consumer;
  private final Need need;
  private final Optional<String> named;
  private final Optional<String> wanted;
  private final Optional<String> nearest;
  private final Map<Step, List<Reason>> reasons = new LinkedHashMap<>();

  /**
   * @param named the step that the pipeline names for the delivery
   */
  Candidates(
      Collection<Step> steps,
      Stages stages,
      Step.Make consumer,
      Need need,
      Optional<String> named) {
    this.stages = stages;
    this.consumer = consumer;
    this.need = need;
    this.named = named;
    this.wanted = named.or(need::id);
    this.nearest =
        wanted
            .filter(name -> steps.stream().noneMatch(step -> isNamed(step, name)))
            .flatMap(name -> Suggestions.nearest(name, namesOfOthers(steps)));
    steps.forEach(step -> reasons.put(step, reasons(step)));
  }

  private List<String> namesOfOthers(Collection<Step> steps) {
    return steps.stream()
        .filter(step -> step != consumer && !(step instanceof Step.Write))
        .sorted(Comparator.comparing(step -> !isOfType(step)))
        .map(Step::name)
        .toList();
  }

  /** The steps that deliver it. */
  List<Step> fitting() {
    return reasons.keySet().stream().filter(step -> reasons.get(step).isEmpty()).toList();
  }

  /** Those that were probably meant. */
  List<Step> probable() {
    return reasons.keySet().stream()
        .filter(
            step ->
                isWanted(step)
                    || isOfType(step) && !reasons.get(step).contains(Reason.NAME)
                    || toBeNamed().filter(step::equals).isPresent())
        .toList();
  }

  /** What is said if several fit. */
  String ambiguous() {
    List<Step> fitting = fitting();
    return "more than one step delivers "
        + need
        + ": "
        + fitting.stream().limit(MOST).map(Candidates::made).collect(Collectors.joining(", "))
        + (fitting.size() > MOST ? " and " + (fitting.size() - MOST) + " more" : "")
        + ". Say which with "
        + binding(fitting.get(0))
        + " at the step, or with 'id' in @Delivery"
        + (Need.isDataset(need.type()) ? "." : ", or keep the others away with 'consumers'.");
  }

  /** What is said if none fits. */
  String unmet() {
    return "nothing delivers " + need + asked() + lookedAt() + remedy();
  }

  private String asked() {
    if (named.isPresent()) {
      return ", which the step takes from '" + named.get() + "'. ";
    } else if (wanted.isEmpty()) {
      return ". ";
    }
    boolean exists = reasons.keySet().stream().anyMatch(step -> isNamed(step, wanted.get()));
    return ", which asks for the step '"
        + wanted.get()
        + (exists ? "'. " : "', and there is none. ")
        + nearest.map(name -> "Did you mean '" + name + "'? ").orElse("");
  }

  private String lookedAt() {
    List<Step> all =
        reasons.keySet().stream()
            .filter(step -> isWanted(step) || isOfType(step) || isOther(step))
            .sorted(Comparator.comparing(this::distance))
            .toList();
    if (all.isEmpty()) {
      return "No other step makes a value. ";
    }
    List<Step> rest = all.subList(Math.min(MOST, all.size()), all.size());
    Stream<String> shown =
        all.stream().limit(MOST).map(step -> made(step) + ", but " + against(step));
    Stream<String> others =
        rest.isEmpty()
            ? Stream.empty()
            : Stream.of(
                "and "
                    + rest.size()
                    + " more"
                    + (rest.stream().anyMatch(this::isOfType) ? "" : " of other types"));
    return "Looked at: " + Stream.concat(shown, others).collect(Collectors.joining("; ")) + ". ";
  }

  /** Those that were probably meant come first, then those of the type. */
  private int distance(Step step) {
    if (isWanted(step)) {
      return 0;
    }
    return isOfType(step) ? 1 : 2;
  }

  private boolean isOther(Step step) {
    return step != consumer && DeliveryCheck.product(step).isPresent();
  }

  private boolean isOfType(Step step) {
    return DeliveryCheck.product(step).filter(need::takes).isPresent();
  }

  private boolean isWanted(Step step) {
    return wanted.filter(name -> isNamed(step, name)).isPresent()
        || nearest.filter(name -> isNamed(step, name)).isPresent();
  }

  private static boolean isNamed(Step step, String name) {
    return key(step.name()).equals(key(name));
  }

  private static String made(Step step) {
    Optional<Type> product = DeliveryCheck.product(step);
    return "'"
        + step.name()
        + "' "
        + product.map(type -> "makes " + TypeNames.of(type)).orElse("writes");
  }

  private List<Reason> reasons(Step producer) {
    if (producer == consumer) {
      return List.of(Reason.ITSELF);
    } else if (producer instanceof Step.Write) {
      return List.of(Reason.WRITES);
    } else if (!isOfType(producer)) {
      return List.of(Reason.TYPE);
    }
    List<Reason> found = new ArrayList<>();
    if (!isBy(need.producer(), producer)) {
      found.add(Reason.PRODUCER);
    }
    if (wanted.filter(name -> !isNamed(producer, name)).isPresent()) {
      found.add(Reason.NAME);
    }
    if (producer instanceof Step.Make make && !serves(make, consumer)) {
      found.add(Reason.CONSUMERS);
    }
    if (stages.isLater(producer, consumer)) {
      found.add(Reason.LATER);
    } else if (producer instanceof Step.Make && stages.isSame(producer, consumer)) {
      found.add(Reason.SAME_STAGE);
    }
    return found;
  }

  private static boolean isBy(Class<?> producer, Step step) {
    return producer == Object.class
        || step instanceof Step.Make make
            && producer.isAssignableFrom(make.factory().type().type());
  }

  private static boolean serves(Step.Make producer, Step consumer) {
    return producer.deliveries().consumers().isEmpty()
        || producer.deliveries().consumers().stream().anyMatch(name -> isNamed(consumer, name));
  }

  private String against(Step step) {
    return reasons.get(step).stream()
        .map(reason -> against(step, reason))
        .collect(Collectors.joining(", and "));
  }

  private String against(Step step, Reason reason) {
    return switch (reason) {
      case ITSELF -> "it is the step itself";
      case WRITES -> "a write delivers nothing";
      case TYPE -> "that is another type";
      case PRODUCER -> "it is not made by " + TypeNames.of(need.producer());
      case NAME -> "it has another name";
      case CONSUMERS -> "it delivers only to " + consumers((Step.Make) step);
      case LATER -> "its stage '" + step.settings().stage().orElse("") + "' comes later";
      case SAME_STAGE ->
          "it is in the same stage '"
              + step.settings().stage().orElse("")
              + "', whose factories run at the same time";
    };
  }

  private static String consumers(Step.Make step) {
    return step.deliveries().consumers().stream()
        .sorted()
        .collect(Collectors.joining("', '", "'", "'"));
  }

  /** What can be done in the pipeline, if a step is there that could deliver it, or else. */
  private String remedy() {
    List<String> ways = new ArrayList<>();
    toBeNamed().ifPresent(step -> ways.add("name the step that is meant with " + binding(step)));
    only(List.of(Reason.CONSUMERS))
        .ifPresent(
            step ->
                ways.add(
                    "add '" + consumer.name() + "' to the 'consumers' of '" + step.name() + "'"));
    only(List.of(Reason.SAME_STAGE))
        .or(() -> only(List.of(Reason.LATER)))
        .ifPresent(
            step ->
                ways.add(
                    "move '"
                        + step.name()
                        + "' into an earlier stage, or '"
                        + consumer.name()
                        + "' into a later one"));
    if (ways.isEmpty()) {
      return another();
    }
    String text = String.join(", or ", ways);
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  private String another() {
    if (named.isPresent()) {
      return "Name a step that delivers it, or add one.";
    }
    return (need.loadable()
            ? "Add a step that delivers it, name a storage with 'autoLoad' in @Delivery, or let the"
                + " factory do without it: Optional<"
            : "Add a factory that makes it, or let this one do without it: Optional<")
        + TypeNames.of(need.type())
        + ">.";
  }

  /** The step that would deliver if it were named. */
  private Optional<Step> toBeNamed() {
    Optional<Step> near =
        reasons.keySet().stream()
            .filter(step -> isWanted(step) && reasons.get(step).equals(List.of(Reason.NAME)))
            .findFirst();
    return near.or(() -> only(List.of(Reason.NAME)));
  }

  private Optional<Step> only(List<Reason> reason) {
    return reasons.keySet().stream().filter(step -> reasons.get(step).equals(reason)).findFirst();
  }

  /** How a pipeline names a step for the delivery. */
  private String binding(Step step) {
    return consumer.source().position().equals(Pipeline.PROGRAM)
        ? "taking(\"" + need.member() + "\", \"" + step.name() + "\")"
        : "'deliveries: {" + need.member() + ": " + step.name() + "}'";
  }
}
