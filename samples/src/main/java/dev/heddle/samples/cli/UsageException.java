package dev.heddle.samples.cli;

/** A command line that does not follow the usage. */
public final class UsageException extends Exception {
  /**
   * A wrong command line.
   *
   * @param message which word is wrong, and why
   */
  public UsageException(String message) {
    super(message);
  }
}
