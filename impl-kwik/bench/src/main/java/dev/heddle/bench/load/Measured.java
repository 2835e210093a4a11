package dev.heddle.bench.load;

/**
 * What one run of a load came to.
 *
 * @param units echoes completed, bytes transferred, or connections made or held
 * @param nanos the time they took together
 * @param medianNanos the median time of one echo, 0 for transfers
 * @param p99Nanos the 99th percentile of the same
 * @param serverBytes what the server keeps for all units together, 0 where that is not asked
 * @param clientBytes the same of the client
 */
public record Measured(
    long units, long nanos, long medianNanos, long p99Nanos, long serverBytes, long clientBytes) {

  /** A run whose memory is not asked for. */
  public Measured(long units, long nanos, long medianNanos, long p99Nanos) {
    this(units, nanos, medianNanos, p99Nanos, 0, 0);
  }

  /** A transfer that ends now. */
  public static Measured transfer(long bytes, long startNanos) {
    return new Measured(bytes, System.nanoTime() - startNanos, 0, 0);
  }

  /** Echoes or bytes in a second. */
  public double perSecond() {
    return units * 1e9 / nanos;
  }

  /** One line for the pipe between a worker and the comparison. */
  public String toLine() {
    String line = "ok " + units + " " + nanos + " " + medianNanos + " " + p99Nanos;
    return serverBytes == 0 && clientBytes == 0
        ? line
        : line + " " + serverBytes + " " + clientBytes;
  }

  /**
   * Reads what {@link #toLine()} wrote.
   *
   * @throws IllegalArgumentException if the line says anything else, such as why there is no result
   */
  public static Measured ofLine(String line) {
    String[] words = line.split(" ");
    if ((words.length != 5 && words.length != 7) || !words[0].equals("ok")) {
      throw new IllegalArgumentException(line);
    }
    boolean memory = words.length == 7;
    return new Measured(
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        memory ? Long.parseLong(words[5]) : 0,
        memory ? Long.parseLong(words[6]) : 0);
  }
}
