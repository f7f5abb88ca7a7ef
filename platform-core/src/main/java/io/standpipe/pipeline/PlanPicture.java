package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Draws a plan as SVG: each node right of those that it needs, the schemas that are known on the
 * lines. Needs neither browser nor network nor fonts: widths are those of a monospaced font.
 */
final class PlanPicture {
  private static final double CHARACTER = 6.7;
  private static final int LINE = 15;
  private static final int PADDING = 10;
  private static final int GAP = 28;
  private static final int MOST_COLUMNS = 12;
  private static final int LONGEST = 60;

  private final Plan plan;
  private final Map<String, Box> boxes = new HashMap<>();
  private final List<List<Box>> ranks = new ArrayList<>();

  /** A node with its place; lengths in pixels. */
  private static final class Box {
    private final Plan.Node node;
    private final String title;
    private final List<String> label;
    private final List<Box> before = new ArrayList<>();
    private double x;
    private double y;
    private double order;

    Box(Plan.Node node, List<String> label) {
      this.node = node;
      this.title = shortened(PlanPrinter.title(node));
      this.label = label;
    }

    double width() {
      return title.length() * CHARACTER + 2 * PADDING;
    }

    double height() {
      return LINE + 2.0 * PADDING;
    }

    double labelWidth() {
      return label.stream().mapToInt(String::length).max().orElse(0) * CHARACTER;
    }

    double cell() {
      return Math.max(height(), label.size() * LINE) + GAP;
    }

    double middle() {
      return y + height() / 2;
    }
  }

  private PlanPicture(Plan plan) {
    this.plan = plan;
  }

  /** The picture as a document of its own. */
  static String svg(Plan plan) {
    PlanPicture picture = new PlanPicture(plan);
    picture.rank();
    picture.untangle();
    return picture.draw();
  }

  private void rank() {
    Map<String, Integer> rankOf = new HashMap<>();
    Set<String> taken = new HashSet<>();
    plan.nodes().forEach(node -> node.inputs().forEach(input -> taken.add(key(input))));
    for (Plan.Node node : plan.nodes()) {
      Box box = new Box(node, taken.contains(key(node.name())) ? label(node) : List.of());
      int rank = 0;
      for (String needed : node.needs()) {
        box.before.add(boxes.get(key(needed)));
        rank = Math.max(rank, rankOf.get(key(needed)) + 1);
      }
      rankOf.put(key(node.name()), rank);
      boxes.put(key(node.name()), box);
      if (rank == ranks.size()) {
        ranks.add(new ArrayList<>());
      }
      ranks.get(rank).add(box);
    }
  }

  private static List<String> label(Plan.Node node) {
    if (node.step() instanceof Step.Make) {
      return List.of(PlanPrinter.columns(node));
    }
    return node.schema()
        .map(
            schema -> {
              List<String> lines =
                  Arrays.stream(schema.fields())
                      .limit(MOST_COLUMNS)
                      .map(field -> field.name() + " " + field.dataType().simpleString())
                      .map(PlanPicture::shortened)
                      .collect(Collectors.toCollection(ArrayList::new));
              int more = schema.length() - MOST_COLUMNS;
              if (more > 0) {
                lines.add("and " + more + " more");
              }
              return (List<String>) lines;
            })
        .orElse(List.of());
  }

  private static boolean isName(String name, Plan.Node node) {
    return key(name).equals(key(node.name()));
  }

  private static String shortened(String text) {
    String line = text.replace('\n', ' ').strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "\u2026";
  }

  /** Puts each node near the middle of what it needs, so that few lines cross. */
  private void untangle() {
    double x = GAP;
    for (List<Box> rank : ranks) {
      double middle = 0;
      for (Box box : rank) {
        box.order = box.before.stream().mapToDouble(Box::middle).average().orElse(middle);
        middle = box.order;
      }
      rank.sort(Comparator.comparingDouble(box -> box.order));
      double y = GAP;
      for (Box box : rank) {
        box.x = x;
        box.y = Math.max(y, box.order - box.height() / 2);
        y = box.y + box.cell();
      }
      double widest = rank.stream().mapToDouble(Box::width).max().orElse(0);
      double labels = rank.stream().mapToDouble(Box::labelWidth).max().orElse(0);
      x += widest + labels + 2.5 * GAP;
    }
  }

  private String draw() {
    List<Box> all = boxes.values().stream().sorted(Comparator.comparing(box -> box.y)).toList();
    double width =
        all.stream().mapToDouble(box -> box.x + box.width() + box.labelWidth()).max().orElse(0);
    double height = all.stream().mapToDouble(box -> box.y + box.cell()).max().orElse(0);
    StringBuilder out = new StringBuilder();
    line(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %1$.0f %2$.0f\" font-family=\"monospace\" font-size=\"11\">",
        width + GAP,
        height + GAP);
    line(out, "<title>%s</title>", escape(plan.pipeline().name()));
    line(out, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>");
    for (Box box : all) {
      for (Box from : box.before) {
        boolean rows = box.node.inputs().stream().anyMatch(name -> isName(name, from.node));
        connect(out, from, box, rows ? "" : " stroke-dasharray=\"4 4\"");
      }
    }
    all.forEach(box -> box(out, box));
    return out.append("</svg>\n").toString();
  }

  private static void connect(StringBuilder out, Box from, Box to, String style) {
    double start = from.x + from.width();
    double bend = Math.max(GAP, (to.x - start) / 2);
    line(
        out,
        "<path d=\"M%.1f %.1f C%.1f %2$.1f %.1f %.1f %.1f %5$.1f\" fill=\"none\" stroke=\"#667\"%s/>",
        start,
        from.middle(),
        start + bend,
        to.x - bend,
        to.middle(),
        to.x - 5,
        style);
    line(out, "<path d=\"M%.1f %.1f l-7 -4 v8 z\" fill=\"#667\"/>", to.x, to.middle());
  }

  private static void box(StringBuilder out, Box box) {
    boolean storage = box.node.step() instanceof Step.Read || box.node.step() instanceof Step.Write;
    line(
        out,
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\" fill=\"%s\" stroke=\"#334\"/>",
        box.x,
        box.y,
        box.width(),
        box.height(),
        storage ? 16 : 3,
        storage ? "#dff0fa" : "#f5f5ee");
    text(out, box.x + PADDING, box.y + PADDING + LINE - 4, "#000", box.title);
    double y = box.middle() - box.label.size() * LINE / 2.0;
    double x = box.x + box.width() + 8;
    if (!box.label.isEmpty()) {
      line(
          out,
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"#fff\" fill-opacity=\"0.85\"/>",
          x - 2,
          y - 2,
          box.labelWidth() + 4,
          box.label.size() * LINE + 2);
    }
    for (String column : box.label) {
      y += LINE;
      text(out, x, y - 4, "#557", column);
    }
  }

  private static void text(StringBuilder out, double x, double y, String colour, String text) {
    line(out, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>", x, y, colour, escape(text));
  }

  private static void line(StringBuilder out, String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
