package dev.heddle.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The Go peers, built once from {@code src/main/go}; built again only when a source is newer. */
final class GoBinary {
  private static final Path SOURCES =
      Path.of(System.getProperty("interop.go.sources", "src/main/go")).toAbsolutePath();
  private static final Path BINARY =
      Path.of(System.getProperty("interop.go.binary", "target/go/peer")).toAbsolutePath();
  private static final long BUILD_LIMIT_SECONDS = 300;

  private GoBinary() {}

  /** Where the program is; builds it first if need be. */
  static synchronized Path path() {
    try {
      if (!Files.exists(BINARY) || newest().compareTo(Files.getLastModifiedTime(BINARY)) > 0) {
        build();
      }
      return BINARY;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while building the Go peers", e);
    }
  }

  private static FileTime newest() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .map(file -> {
            try {
              return Files.getLastModifiedTime(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          })
          .max(FileTime::compareTo)
          .orElseThrow();
    }
  }

  private static void build() throws IOException, InterruptedException {
    Files.createDirectories(BINARY.getParent());
    Path log = BINARY.resolveSibling("build.log");
    ProcessBuilder builder =
        new ProcessBuilder("go", "build", "-buildvcs=false", "-o", BINARY.toString(), ".")
            .directory(SOURCES.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("GOTOOLCHAIN", "local");
    Process build;
    try {
      build = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "the interop suite needs Go 1.26 or newer: install it and put `go` on the PATH, or leave"
              + " out -Pinterop",
          e);
    }
    try {
      if (!build.waitFor(BUILD_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("go build takes longer than 5 minutes; see " + log);
      }
    } finally {
      build.destroyForcibly();
    }
    if (build.exitValue() != 0) {
      throw new IllegalStateException(
          "go build failed (its modules come from the network once, then from Go's cache):\n"
              + Files.readString(log));
    }
  }
}
