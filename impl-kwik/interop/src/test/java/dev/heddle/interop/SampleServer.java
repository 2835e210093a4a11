package dev.heddle.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sample server in a Java process of its own, with a heap that no attack may outgrow. */
final class SampleServer implements AutoCloseable {
  private static final String MAIN = "dev.heddle.samples.server.SampleServer";

  private final Child child;
  private final Target target;

  SampleServer(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-preview", "-Xmx192m", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-cp", classPath(), MAIN, "--port", "0"));
    command.addAll(List.of(arguments));
    try {
      child = new Child(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    target = Target.of(child.line());
  }

  Target target() {
    return target;
  }

  boolean isAlive() {
    return child.isAlive();
  }

  /** Sends SIGTERM and waits for the exit status. */
  int terminate() throws InterruptedException {
    return child.terminate();
  }

  @Override
  public void close() {
    child.close();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
