package dev.heddle.http3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** CONFORMANCE.md names what exists, and counts right. */
class ConformanceTest {
  private static final Pattern COUNTS =
      Pattern.compile("(?m)^Counts: (\\d+) enforced, (\\d+) not applicable, (\\d+) gaps\\.$");

  private record Row(String section, String rule, String enforcer, String test, String status) {
    static Row of(String line) {
      String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
      assertThat(cells).as(line).hasSize(5);
      return new Row(cells[0], cells[1], cells[2], cells[3], cells[4]);
    }
  }

  @Test
  void everyClassAndTestOfTheTableExists() throws Exception {
    for (Row row : rows()) {
      if (!row.status.equals("enforced")) {
        assertThat(row.status).as(row.rule).matches("(n/a|gap): .+");
        continue;
      }
      assertThat(named("target/classes", row.enforcer)).as(row.toString()).isNotEmpty();
      String[] test = row.test.split("\\.");
      List<String> found = named("target/test-classes", test[0]);
      assertThat(found).as(row.toString()).isNotEmpty();
      List<String> methods = new ArrayList<>();
      for (String name : found) {
        Arrays.stream(Class.forName(name).getDeclaredMethods())
            .forEach(method -> methods.add(method.getName()));
      }
      assertThat(methods).as(row.toString()).contains(test[1]);
    }
  }

  @Test
  void theCountsAreThoseOfTheTable() throws Exception {
    Matcher counts = COUNTS.matcher(Files.readString(Path.of("CONFORMANCE.md")));
    assertThat(counts.find()).isTrue();
    List<Row> rows = rows();
    assertThat(Integer.parseInt(counts.group(1))).isEqualTo(count(rows, "enforced"));
    assertThat(Integer.parseInt(counts.group(2))).isEqualTo(count(rows, "n/a"));
    assertThat(Integer.parseInt(counts.group(3))).isEqualTo(count(rows, "gap"));
  }

  private static int count(List<Row> rows, String status) {
    return (int) rows.stream().filter(row -> row.status.startsWith(status)).count();
  }

  private static List<Row> rows() throws IOException {
    return Files.readAllLines(Path.of("CONFORMANCE.md")).stream()
        .filter(line -> line.matches("\\| \\d{4} .*"))
        .map(Row::of)
        .toList();
  }

  /** The full names of the classes with a simple name. */
  private static List<String> named(String folder, String simpleName) throws IOException {
    Path root = Path.of(folder);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.getFileName().toString().equals(simpleName + ".class"))
          .map(file -> root.relativize(file).toString().replace('/', '.'))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .toList();
    }
  }
}
