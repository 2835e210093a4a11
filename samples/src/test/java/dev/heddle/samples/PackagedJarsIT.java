package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jars, as a user's program finds them, in a JVM of their own. */
class PackagedJarsIT {
  private static final String MAIN = "dev.heddle.samples.docs.Hello";
  private static final String MODULES = System.getProperty("heddle.modules");

  @TempDir Path directory;

  @Test
  void theModulePathBindsTheProvider() throws Exception {
    assertThat(run("--show-module-resolution", "-p", MODULES, "-m", "dev.heddle.samples/" + MAIN))
        .contains("dev.heddle binds dev.heddle.kwik", "dev.heddle.kwik requires tech.kwik.core")
        .contains(":status: 200", "hello");
  }

  @Test
  void theClassPathFindsTheProvider() throws Exception {
    assertThat(run("-cp", MODULES + File.separator + "*", MAIN)).contains(":status: 200", "hello");
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-preview");
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(30, TimeUnit.SECONDS);
      String printed = Files.readString(output);
      assertThat(ended).as("ended; printed: %s", printed).isTrue();
      assertThat(process.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }
}
