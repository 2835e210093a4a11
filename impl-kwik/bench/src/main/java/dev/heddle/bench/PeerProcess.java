package dev.heddle.bench;

import dev.heddle.bench.load.Measured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A worker at the other end of a pipe. One that stalls is killed, and started anew when next used.
 */
final class PeerProcess implements AutoCloseable {
  private final List<String> commandLine;
  private Process process;
  private Writer commands;
  private BufferedReader answers;

  PeerProcess(List<String> commandLine) {
    this.commandLine = List.copyOf(commandLine);
  }

  /**
   * Runs one command.
   *
   * @throws IOException if there is no result, for whatever reason; the message says why
   */
  Measured run(String command, Duration limit) throws IOException, InterruptedException {
    String line = ask(command, limit);
    try {
      return Measured.ofLine(line);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Writes one line and reads one.
   *
   * @throws IOException if none comes
   */
  String ask(String command, Duration limit) throws IOException, InterruptedException {
    if (process == null || !process.isAlive()) {
      start();
    }
    commands.write(command + "\n");
    commands.flush();
    BufferedReader from = answers;
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer.complete(from.readLine());
          } catch (IOException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      String line = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new IOException("failed: the process ended");
      }
      return line;
    } catch (ExecutionException e) {
      throw new IOException("failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      process.destroyForcibly().waitFor();
      throw new IOException("stalled: no result within " + limit.toSeconds() + " s", e);
    }
  }

  private void start() throws IOException {
    process =
        new ProcessBuilder(commandLine).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = process.outputWriter(StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    if (process != null) {
      try {
        commands.close();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (IOException e) {
        process.destroyForcibly();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
