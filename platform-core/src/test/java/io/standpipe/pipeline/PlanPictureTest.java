package io.standpipe.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.WriteMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void theTitle_isThePipelinesName() throws Exception {
    assertThat(elements(manySteps(), "title").get(0).getTextContent()).isEqualTo("many <&>");
  }
}
