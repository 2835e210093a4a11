package dev.heddle.bench.load;

import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What one run of a load came to.
 *
 * @param units echoes completed, bytes transferred, or connections made or held
 * @param nanos the time they took together
 * @param medianNanos the median time of one echo, 0 for transfers
 * @param p99Nanos the 99th percentile of the same
 * @param serverBytes what the server keeps for all units together, 0 where that is not asked
 * @param clientBytes the same of the client
 * @param processorNanos the processor time of client and server, 0 where that is not asked
 */
public record Measured(
    long units,
    long nanos,
    long medianNanos,
    long p99Nanos,
    long serverBytes,
    long clientBytes,
    long processorNanos) {

  /** A run whose memory and processor time are not asked for. */
  public Measured(long units, long nanos, long medianNanos, long p99Nanos) {
    this(units, nanos, medianNanos, p99Nanos, 0, 0, 0);
  }

  /** A run that kept so much memory. */
  public static Measured memory(long units, long nanos, long serverBytes, long clientBytes) {
    return new Measured(units, nanos, 0, 0, serverBytes, clientBytes, 0);
  }

  /** The same run, of which the processor time is known. */
  public Measured withProcessorNanos(long processor) {
    return new Measured(units, nanos, medianNanos, p99Nanos, serverBytes, clientBytes, processor);
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
    return LongStream.of(
            units, nanos, medianNanos, p99Nanos, serverBytes, clientBytes, processorNanos)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" ", "ok ", ""));
  }

  /**
   * Reads what {@link #toLine()} wrote, or a line that leaves out what was not asked.
   *
   * @throws IllegalArgumentException if the line says anything else, such as why there is no result
   */
  public static Measured ofLine(String line) {
    String[] words = line.split(" ");
    if (words.length < 5 || words.length > 8 || !words[0].equals("ok")) {
      throw new IllegalArgumentException(line);
    }
    long[] values = new long[7];
    for (int i = 1; i < words.length; i++) {
      values[i - 1] = Long.parseLong(words[i]);
    }
    return new Measured(
        values[0], values[1], values[2], values[3], values[4], values[5], values[6]);
  }
}
