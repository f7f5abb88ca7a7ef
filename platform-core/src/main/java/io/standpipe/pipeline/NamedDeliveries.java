package io.standpipe.pipeline;

import io.standpipe.config.Problems;
import io.standpipe.config.Suggestions;
import io.standpipe.factory.Need;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The steps that a pipeline names for the deliveries of a factory; reports those that are wrong.
 */
final class NamedDeliveries {
  private final Step.Make step;
  private final StepReferences references;
  private final Problems problems;
  private final List<String> members;
  private final Map<Need, String> steps = new HashMap<>();
  private final Set<Need> wrong = new HashSet<>();

  NamedDeliveries(Step.Make step, StepReferences references, Problems problems) {
    this.step = step;
    this.references = references;
    this.problems = problems;
    this.members =
        step.factory().type().needs().stream().map(Need::member).distinct().sorted().toList();
    step.deliveries().taken().forEach(this::look);
  }

  /** The step that is named for a delivery. */
  Optional<String> step(Need need) {
    return Optional.ofNullable(steps.get(need));
  }

  /** Whether what is named for a delivery was reported. */
  boolean isWrong(Need need) {
    return wrong.contains(need);
  }

  private void look(String member, String name) {
    List<Need> needs = needs(member);
    if (needs.isEmpty()) {
      problem(member, noSuchMember(member));
      // What follows from the misspelt name is not also reported.
      Suggestions.nearest(member, members).ifPresent(near -> wrong.addAll(needs(near)));
      references.use(name);
    } else if (needs.size() > 1) {
      String places = needs.stream().map(Need::place).sorted().collect(Collectors.joining(", "));
      problem(
          member,
          "'" + member + "' is the name of several deliveries: " + places + ". Rename one.");
      wrong.addAll(needs);
      references.use(name);
    } else if (references.step(name).isEmpty()) {
      problem(member, references.unknown(step, name));
      wrong.addAll(needs);
    } else {
      steps.put(needs.get(0), name);
    }
  }

  private List<Need> needs(String member) {
    return step.factory().type().needs().stream()
        .filter(need -> need.member().equals(member))
        .toList();
  }

  private String noSuchMember(String member) {
    String factory = step.factory().type().name();
    if (members.isEmpty()) {
      return factory
          + " has no delivery '"
          + member
          + "', it takes nothing. Leave out 'deliveries'.";
    }
    return factory
        + " has no delivery '"
        + member
        + "'. "
        + Suggestions.nearest(member, members)
            .map(near -> "Did you mean '" + near + "'? ")
            .orElse("")
        + "Its deliveries: "
        + String.join(", ", members)
        + ".";
  }

  private void problem(String member, String message) {
    PlanChecker.problem(problems, step, "deliveries." + member, message);
  }
}
