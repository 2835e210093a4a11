package dev.heddle.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script in a tree of its own, whose path has a space, with a JDK and a Maven that only report.
 */
@Timeout(30)
class RunScriptTest {
  @TempDir Path directory;

  private Path root;
  private Path modules;

  /** How the script ended and what it said. */
  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void plant() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the script needs bash");
    root = directory.resolve("a clone");
    modules = root.resolve("samples/target/modules");
    for (String module : List.of("api", "impl-kwik", "impl-kwik/kwik-loom", "samples")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "");
    }
    Files.writeString(root.resolve("pom.xml"), "");
    Files.copy(Path.of("run"), root.resolve("samples/run"));
    Path jdk = directory.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.9\"\n");
    executable(jdk.resolve("bin/java"), "printf '<%s>\\n' \"$PWD\" \"$@\"; cat; exit 56");
    executable(jdk.resolve("bin/javac"), "");
    executable(
        directory.resolve("bin/mvn"),
        "echo \"$JAVA_HOME\" >>'" + directory.resolve("builds") + "'",
        "mkdir -p '" + modules + "'; sleep 0.3",
        "touch '" + modules.resolve("heddle-samples-1.jar") + "'; echo chatter");
  }

  @Test
  void withoutAKnownProgramItShowsItsUsage() throws Exception {
    assertThat(run(directory).status()).isEqualTo(2);
    assertThat(run(directory, "dance").status()).isEqualTo(2);
    assertThat(run(directory, "dance").err()).contains("usage: samples/run tour");
  }

  @Test
  void argumentsInputDirectoryAndStatusArePassedThrough() throws Exception {
    Outcome outcome = run(directory, "client", "-d", "two words", "https://localhost/");
    assertThat(outcome.status()).isEqualTo(56);
    assertThat(outcome.out().lines())
        .containsExactly(
            "<" + directory.toRealPath() + ">",
            "<--enable-preview>",
            "<-p>",
            "<a clone/samples/target/modules>",
            "<-m>",
            "<dev.heddle.samples/dev.heddle.samples.client.SampleClient>",
            "<-d>",
            "<two words>",
            "<https://localhost/>",
            "input");
  }

  @Test
  void theLineThatItPrintsDoesTheSame() throws Exception {
    Path elsewhere = Files.createDirectories(directory.resolve("else where"));
    Outcome outcome = run(elsewhere, "client", "-d", "it's $HOME", "https://localhost/?a&b");
    String line = outcome.err().lines().reduce((first, second) -> second).orElseThrow();
    assertThat(line).contains("--enable-preview -p ");
    Outcome again = bash(elsewhere, "-c", line);
    assertThat(again.out()).isEqualTo(outcome.out());
    assertThat(again.status()).isEqualTo(56);
  }

  @Test
  void itBuildsOnceAndAgainOnlyAfterAChange() throws Exception {
    assertThat(run(directory, "tour").err()).contains("building").doesNotContain("chatter");
    assertThat(run(directory, "tour").err()).doesNotContain("building");
    assertThat(builds()).hasSize(1);

    Path changed = Files.writeString(root.resolve("impl-kwik/src/main/New.java"), "");
    assertThat(run(directory, "tour").err()).contains("building");
    assertThat(run(directory, "tour").err()).doesNotContain("building");

    Files.delete(changed);
    Files.setLastModifiedTime(changed.getParent(), FileTime.from(Instant.now().plusSeconds(2)));
    assertThat(run(directory, "tour").err()).contains("building");
    assertThat(builds()).hasSize(3).allMatch(home -> home.equals("" + directory.resolve("jdk")));
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Process first = start(directory, List.of(root.resolve("samples/run").toString(), "tour"));
    Process second = start(directory, List.of(root.resolve("samples/run").toString(), "tour"));
    assertThat(finish(first).status()).isEqualTo(56);
    assertThat(finish(second).status()).isEqualTo(56);
    assertThat(builds()).hasSize(1);
  }

  @Test
  void aFailedBuildShowsWhatMavenSaid() throws Exception {
    executable(directory.resolve("bin/mvn"), "echo 'what went wrong'; exit 1");
    Outcome outcome = run(directory, "server");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("what went wrong", "build failed");
    assertThat(outcome.out()).isEmpty();
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(directory.resolve("builds"));
  }

  private Outcome run(Path from, String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of(root.resolve("samples/run").toString()));
    line.addAll(List.of(words));
    return bash(from, line.toArray(String[]::new));
  }

  private Outcome bash(Path from, String... words) throws Exception {
    return finish(start(from, List.of(words)));
  }

  private Process start(Path from, List<String> words) throws IOException {
    List<String> line = new ArrayList<>(List.of("/bin/bash"));
    line.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(line).directory(from.toFile());
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    builder.environment().merge("PATH", directory.resolve("bin") + ":", (old, bin) -> bin + old);
    return builder.start();
  }

  private static Outcome finish(Process process) throws Exception {
    try (var in = process.outputWriter(UTF_8)) {
      in.write("input\n");
    } catch (IOException e) {
      // It ended without reading.
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), out, err);
  }

  private static void executable(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
