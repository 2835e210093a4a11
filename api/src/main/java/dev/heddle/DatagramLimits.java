package dev.heddle;

import java.time.Duration;
import java.util.Objects;

/**
 * What a peer can make this side hold of datagrams and capsules. Part of {@link Limits}. Immutable.
 *
 * {@snippet file="DatagramSnippet.java" region="limits"}
 *
 * @param queue datagrams that wait for a reader in one context, 1 to 65,536, default 256, rounded
 *     up to a power of two; those that came in capsules as many again. Beyond it one is dropped, as
 *     the policy says. Memory: the datagrams that wait, and four bytes for each at the most so far
 * @param dropPolicy which one is dropped, default {@link DropPolicy#DROP_OLDEST}
 * @param sendQueue datagrams that wait to be sent on one connection, 1 to 65,536, default 1,024,
 *     and one more for each context; a quarter of them at most for one context. Beyond it {@link
 *     DatagramContext#writeDatagram} waits. Memory: the datagrams
 * @param maxContexts contexts that the peer may have open in one session, and of those it closed
 *     the ones that wait to be accepted, 1 to 65,536, default 128. A further one is closed with
 *     {@link DatagramCloseCode#RESOURCE_LIMIT}
 * @param earlyDatagrams datagrams that may wait for their session on one connection, and for their
 *     context in one session, 0 to 65,536, default 8. A further one is dropped
 * @param earlyBytes bytes in them, 0 to 16,777,216, default 65,536
 * @param earlyTime how long one may wait, 1 ms to 1 min, default 1 s; then it is dropped
 * @param maxCapsuleBytes largest capsule, in bytes of its value, 1,024 to 16,777,216, default
 *     65,536. A larger DATAGRAM capsule is skipped and counted, any other that means something here
 *     resets the stream with H3_EXCESSIVE_LOAD. Memory: up to this much for each session, as the
 *     bytes come
 */
public record DatagramLimits(
    int queue,
    DropPolicy dropPolicy,
    int sendQueue,
    int maxContexts,
    int earlyDatagrams,
    int earlyBytes,
    Duration earlyTime,
    int maxCapsuleBytes) {

  private static final DatagramLimits DEFAULTS = builder().build();

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message names both
   */
  public DatagramLimits {
    Objects.requireNonNull(dropPolicy, "dropPolicy");
    Range.require("queue", queue, 1, 65_536);
    Range.require("sendQueue", sendQueue, 1, 65_536);
    Range.require("maxContexts", maxContexts, 1, 65_536);
    Range.require("earlyDatagrams", earlyDatagrams, 0, 65_536);
    Range.require("earlyBytes", earlyBytes, 0, 16_777_216);
    Range.require("earlyTime", earlyTime, Duration.ofMillis(1), Duration.ofMinutes(1));
    Range.require("maxCapsuleBytes", maxCapsuleBytes, 1_024, 16_777_216);
  }

  /**
   * Every limit at its default.
   *
   * @return the defaults
   */
  public static DatagramLimits defaults() {
    return DEFAULTS;
  }

  /**
   * A builder that starts from the defaults.
   *
   * @return a new builder, for one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects limits. For one thread. Ranges are checked by {@link #build()}. */
  public static final class Builder {
    private int queue = 256;
    private DropPolicy dropPolicy = DropPolicy.DROP_OLDEST;
    private int sendQueue = 1_024;
    private int maxContexts = 128;
    private int earlyDatagrams = 8;
    private int earlyBytes = 65_536;
    private Duration earlyTime = Duration.ofSeconds(1);
    private int maxCapsuleBytes = 65_536;

    private Builder() {}

    /**
     * Sets {@link DatagramLimits#queue()}.
     *
     * @param datagrams 1 to 65,536
     * @return this builder
     */
    public Builder queue(int datagrams) {
      queue = datagrams;
      return this;
    }

    /**
     * Sets {@link DatagramLimits#dropPolicy()}.
     *
     * @param policy which datagram is dropped
     * @return this builder
     */
    public Builder dropPolicy(DropPolicy policy) {
      dropPolicy = policy;
      return this;
    }

    /**
     * Sets {@link DatagramLimits#sendQueue()}.
     *
     * @param datagrams 1 to 65,536
     * @return this builder
     */
    public Builder sendQueue(int datagrams) {
      sendQueue = datagrams;
      return this;
    }

    /**
     * Sets {@link DatagramLimits#maxContexts()}.
     *
     * @param contexts 1 to 65,536
     * @return this builder
     */
    public Builder maxContexts(int contexts) {
      maxContexts = contexts;
      return this;
    }

    /**
     * Sets {@link DatagramLimits#earlyDatagrams()}.
     *
     * @param datagrams 0 to 65,536
     * @return this builder
     */
    public Builder earlyDatagrams(int datagrams) {
      earlyDatagrams = datagrams;
      return this;
    }

    /**
     * Sets {@link DatagramLimits#earlyBytes()}.
     *
     * @param bytes 0 to 16,777,216
     * @return this builder
     */
    public Builder earlyBytes(int bytes) {
      earlyBytes = bytes;
      return this;
    }

    /**
     * Sets {@link DatagramLimits#earlyTime()}.
     *
     * @param time 1 ms to 1 min
     * @return this builder
     */
    public Builder earlyTime(Duration time) {
      earlyTime = time;
      return this;
    }

    /**
     * Sets {@link DatagramLimits#maxCapsuleBytes()}.
     *
     * @param bytes 1,024 to 16,777,216
     * @return this builder
     */
    public Builder maxCapsuleBytes(int bytes) {
      maxCapsuleBytes = bytes;
      return this;
    }

    /**
     * The limits as set.
     *
     * @return the limits
     * @throws IllegalArgumentException if a number is out of its range; the message names both
     */
    public DatagramLimits build() {
      return new DatagramLimits(
          queue,
          dropPolicy,
          sendQueue,
          maxContexts,
          earlyDatagrams,
          earlyBytes,
          earlyTime,
          maxCapsuleBytes);
    }
  }
}
