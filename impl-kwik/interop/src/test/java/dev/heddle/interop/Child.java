package dev.heddle.interop;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program that runs beside the tests. Its standard error goes to theirs. Any thread. */
final class Child implements AutoCloseable {
  private static final int STARTUP_LIMIT_SECONDS = 30;
  private static final int STOP_LIMIT_SECONDS = 10;

  private final Process process;
  private final BufferedWriter input;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  Child(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    input = process.outputWriter(StandardCharsets.UTF_8);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // The process is gone; whoever waits for a line finds that out by its limit.
    }
  }

  /** The next line of its standard output, for which it waits. */
  String line() {
    try {
      String line = lines.poll(STARTUP_LIMIT_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new IllegalStateException("no line came from " + process.info().commandLine());
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The next line, or null if none comes in that time. */
  String line(long millis) throws InterruptedException {
    return lines.poll(millis, TimeUnit.MILLISECONDS);
  }

  synchronized void send(String line) throws IOException {
    input.write(line);
    input.write('\n');
    input.flush();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end (SIGTERM) and waits for its exit status. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still running 10 s after SIGTERM: " + process.info());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
