package dev.heddle.samples.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server as a process of its own. */
@Timeout(40)
class ServerProcessTest {
  private static final Pattern LISTENING =
      Pattern.compile(
          "listening on (https://127\\.0\\.0\\.1:[0-9]+) certificate-sha256 ([0-9a-f]{64})");

  @Test
  void sigtermLetsTheRequestInProgressEndAndGivesStatus0() throws Exception {
    Process process = start("--port", "0");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      Matcher line = LISTENING.matcher(out.readLine());
      assertThat(line.matches()).isTrue();
      URI uri = URI.create(line.group(1));
      try (SessionConnection connection =
              Http3Client.builder().trustSha256(line.group(2)).connect(uri);
          Session slow = connection.open(Headers.get(uri.resolve("/slow?ms=1000")), new byte[0])) {
        status(connection, uri); // answered after the slow one began
        // Process.destroy() would send SIGTERM too, but close our end of its output.
        process.toHandle().destroy();
        assertThat(slow.headers().status()).hasValue(200);
        assertThat(slow.bodyReader().readAllBytes()).hasSize(5);
      }
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(out.readLine()).as("nothing but the one line").isNull();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void sigtermEndsItWithinFiveSecondsThoughARequestNeverEnds() throws Exception {
    Process process = start("--port", "0");
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      Matcher line = LISTENING.matcher(out.readLine());
      assertThat(line.matches()).isTrue();
      URI uri = URI.create(line.group(1));
      try (SessionConnection connection =
              Http3Client.builder().trustSha256(line.group(2)).connect(uri);
          Session forever = connection.open(Headers.get(uri.resolve("/forever")), new byte[0])) {
        assertThat(forever.headers().status()).hasValue(200);
        // Process.destroy() would send SIGTERM too, but close our end of its output.
        process.toHandle().destroy();
        assertThat(process.waitFor(6, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void wrongArgumentsGiveStatus2AndAPortInUseStatus1() throws Exception {
    assertThat(exitStatus(start("--prot", "0"))).isEqualTo(2);
    assertThat(exitStatus(start("--host", "no such host", "--port", "0"))).isEqualTo(2);
    assertThat(exitStatus(start("--cert", "none.pem", "--key", "none.pem"))).isEqualTo(1);
    try (RunningServer running = new RunningServer()) {
      String port = Integer.toString(running.uri("/").getPort());
      assertThat(exitStatus(start("--port", port))).isEqualTo(1);
    }
  }

  private static int exitStatus(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void status(SessionConnection connection, URI uri)
      throws IOException, InterruptedException {
    try (Session session = connection.open(Headers.get(uri), new byte[0])) {
      assertThat(session.headers().status()).hasValue(200);
    }
  }

  private static Process start(String... options) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("--enable-preview", "-cp", System.getProperty("java.class.path")));
    line.add(SampleServer.class.getName());
    line.addAll(List.of(options));
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
