package io.standpipe.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.WriteMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The plan as a picture. */
class PlanPictureTest {
  @TempDir Path folder;

  private List<Element> elements(Pipeline pipeline, String name) throws Exception {
    ScriptedStorages storages =
        new ScriptedStorages(folder, "storages: {in: {connector: memory}, a: {connector: memory}}");
    String svg = PlanPrinter.svg(storages.plan(pipeline));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    NodeList nodes = document.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private static Pipeline manySteps() {
    List<Step> steps = new ArrayList<>(List.of(Step.read("in")));
    for (int i = 0; i < 9; i++) {
      steps.add(Step.filter("part" + i, "in", "origin < '" + i + "' AND origin <> '&'"));
    }
    steps.add(Step.sql("one", "SELECT a.origin FROM part0 a, part1 b"));
    for (int i = 2; i < 9; i++) {
      steps.add(Step.write("a", "part" + i, WriteMode.APPEND).as("w" + i));
    }
    steps.add(Step.write("a", "one", WriteMode.APPEND));
    return Pipeline.of("many <&>", steps.toArray(Step[]::new));
  }

  @Test
  void everyStep_isABox_andNoTwoBoxesMeet() throws Exception {
    List<Element> boxes =
        elements(manySteps(), "rect").stream().filter(it -> it.hasAttribute("rx")).toList();
    assertThat(boxes).hasSize(19);
    for (Element box : boxes) {
      for (Element other : boxes) {
        assertThat(box == other || apart(box, other)).isTrue();
      }
    }
  }

  private static boolean apart(Element box, Element other) {
    return number(box, "x") + number(box, "width") < number(other, "x")
        || number(other, "x") + number(other, "width") < number(box, "x")
        || number(box, "y") + number(box, "height") < number(other, "y")
        || number(other, "y") + number(other, "height") < number(box, "y");
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void lines_showColumns_andWhatFactoriesMake_besideTheirBoxes() throws Exception {
    List<Element> texts = elements(PlanPrinterTest.withFactories(), "text");
    assertThat(texts)
        .extracting(Element::getTextContent)
        .containsExactlyInAnyOrder(
            "read in",
            "sql known",
            "id int",
            "name string",
            "factory PlanPrinterTest.Words as words",
            "makes List<String>",
            "factory PlanPrinterTest.Matches as matches",
            "makes Dataset<Row>",
            "sql both",
            "write a (append)");
    List<Element> boxes =
        elements(PlanPrinterTest.withFactories(), "rect").stream()
            .filter(it -> it.hasAttribute("rx"))
            .toList();
    for (String label : List.of("id int", "name string", "makes List<String>")) {
      Element text = text(texts, label);
      String from =
          label.startsWith("makes") ? "factory PlanPrinterTest.Words as words" : "sql known";
      Element box = around(boxes, text(texts, from));
      Element next = around(boxes, text(texts, "factory PlanPrinterTest.Matches as matches"));
      assertThat(number(text, "x"))
          .isBetween(number(box, "x") + number(box, "width"), number(next, "x"));
      assertThat(number(text, "y"))
          .isBetween(number(box, "y"), number(box, "y") + number(box, "height"));
    }
  }

  @Test
  void manyColumns_areCounted() throws Exception {
    String columns =
        IntStream.rangeClosed(1, 15)
            .mapToObj(i -> i + " AS c" + i)
            .collect(Collectors.joining(", "));
    Pipeline wide =
        Pipeline.of(
            "wide", Step.sql("q", "SELECT " + columns), Step.write("a", "q", WriteMode.APPEND));
    assertThat(elements(wide, "text"))
        .extracting(Element::getTextContent)
        .hasSize(15)
        .contains("c1 int", "c12 int", "and 3 more");
  }

  private static Element text(List<Element> texts, String content) {
    return texts.stream()
        .filter(it -> it.getTextContent().equals(content))
        .findFirst()
        .orElseThrow();
  }

  /** The box that a text is in. */
  private static Element around(List<Element> boxes, Element text) {
    return boxes.stream()
        .filter(box -> within(number(text, "x"), number(box, "x"), number(box, "width")))
        .filter(box -> within(number(text, "y"), number(box, "y"), number(box, "height")))
        .findFirst()
        .orElseThrow();
  }

  private static boolean within(double place, double start, double length) {
    return place >= start && place <= start + length;
  }

  @Test
  void theTitle_isThePipelinesName() throws Exception {
    assertThat(elements(manySteps(), "title").get(0).getTextContent()).isEqualTo("many <&>");
  }
}
