package dev.heddle.samples.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the request carries. Each {@link #open} starts from its beginning. */
sealed interface Body {

  /** Nothing. */
  record None() implements Body {
    @Override
    public InputStream open() {
      return InputStream.nullInputStream();
    }

    @Override
    public OptionalLong length() {
      return OptionalLong.empty();
    }
  }

  /** The bytes of a word on the command line. */
  record Text(byte[] bytes) implements Body {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public OptionalLong length() {
      return OptionalLong.of(bytes.length);
    }
  }

  /** The content of a file, which is never in memory as a whole. */
  record OfFile(Path file) implements Body {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }

    @Override
    public OptionalLong length() throws IOException {
      // A pipe has no length that anybody knows.
      return Files.isRegularFile(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
    }
  }

  InputStream open() throws IOException;

  /** How many bytes it has, empty if there is no body or nobody knows. */
  OptionalLong length() throws IOException;
}
