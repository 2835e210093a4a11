package dev.heddle.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/heddle/samples/docs");

  @Test
  void theExampleOnTheFirstScreenIsCodeThatCompiles() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    assertThat(readme).contains(region("Hello.java", "hello"));
  }

  @Test
  void theOtherExamplesAreTooWhereTheyAreTheSameAsInTheApi() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    assertThat(readme)
        .contains(
            region("ClientSnippet.java", "exchange"),
            region("ServerSnippet.java", "certificates"),
            region("ServerSnippet.java", "limits"),
            region("DatagramSnippet.java", "contexts"),
            region("DatagramSnippet.java", "limits"));
  }

  /** A region's lines, as far to the left as they go. */
  private static String region(String file, String name) throws IOException {
    String source = Files.readString(SOURCES.resolve(file));
    int start = source.indexOf('\n', source.indexOf("// @start region=" + name)) + 1;
    return source
        .substring(start, source.lastIndexOf('\n', source.indexOf("// @end", start)))
        .stripIndent();
  }
}
