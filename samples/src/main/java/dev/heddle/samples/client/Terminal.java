package dev.heddle.samples.client;

import java.io.IOException;

/** What Java does not tell about standard error. */
final class Terminal {
  private Terminal() {}

  /** Tells whether a person looks at standard error; false where it cannot be found out. */
  static boolean onStandardError() throws InterruptedException {
    try {
      // java.io.Console knows about standard input and output only.
      return new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
