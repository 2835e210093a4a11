package dev.heddle;

import java.time.Duration;
import java.util.Objects;

/**
 * What a peer can make this side hold or do. Every number is enforced; a peer that goes beyond one
 * loses the request, the stream or the connection as said there. Immutable.
 *
 * {@snippet file="ServerSnippet.java" region="limits"}
 *
 * @param maxFieldSectionBytes largest header or trailer section accepted, in bytes as RFC 9114
 *     section 4.2.2 counts them (name, value and 32 for each field), 1,024 to 16,777,216, default
 *     65,536. A server answers a larger request with status 431; anything else larger is reset with
 *     H3_EXCESSIVE_LOAD. Announced to the peer. Memory: up to this much for each section in
 *     progress
 * @param maxFieldCount most fields in a section, 16 to 65,536, default 256; beyond it as above
 * @param maxConcurrentRequests request streams that a client may have open at once on one
 *     connection, 1 to 65,536, default 256. The transport gives no more stream credit; and where a
 *     client gives streams up faster than their handlers end, a request beyond twice as many is
 *     reset with H3_REQUEST_REJECTED
 * @param maxHalfOpenRequests request streams on one connection whose headers are not complete yet,
 *     or which are an Extended CONNECT and came before the client's SETTINGS, 1 to 65,536, default
 *     256. A further one is reset with H3_REQUEST_REJECTED
 * @param maxConnections connections a server holds at once, 1 to 1,000,000, default 10,000. A
 *     further one is closed with H3_EXCESSIVE_LOAD
 * @param maxUnidirectionalStreams unidirectional streams that the peer may have open at once, 3 to
 *     65,536, default 32. The transport gives no more stream credit
 * @param maxControlFramesPerSecond frames on the peer's control stream, instructions on its QPACK
 *     streams, and unknown frames and capsules on all streams of a connection, 10 to 1,000,000,
 *     default 2,000. Beyond it the connection is closed with H3_EXCESSIVE_LOAD
 * @param maxResetsPerSecond requests that the peer opens and gives up again, and streams of types
 *     that are not known here, 10 to 1,000,000, default 1,000. Beyond it the connection is closed
 *     with H3_EXCESSIVE_LOAD
 * @param maxSettingsBytes largest SETTINGS payload, in bytes, 64 to 65,536, default 4,096. A larger
 *     one closes the connection with H3_EXCESSIVE_LOAD
 * @param maxInterimResponses interim responses (1xx) that a client takes before the final one, 1 to
 *     1,000, default 32. Beyond it the stream is reset with H3_EXCESSIVE_LOAD
 * @param streamWindowBytes bytes that the peer may send on one stream before this side has read
 *     them, 16,384 to 67,108,864, default 262,144. Memory: up to this much for each stream that
 *     nobody reads
 * @param connectionWindowBytes the same over all streams of a connection, 65,536 to 1,073,741,824,
 *     default 4,194,304. Memory: up to this much for each connection
 * @param idleTimeout after how long a silent connection ends, 1 s to 1 h, default 30 s. The shorter
 *     of both sides' values counts
 * @param headerTimeout how long a request's headers, and on a new connection its SETTINGS, may take
 *     to arrive, 100 ms to 1 h, default 10 s. A slower request is reset with H3_REQUEST_REJECTED, a
 *     connection without SETTINGS is closed with H3_MISSING_SETTINGS, one that has no room for the
 *     SETTINGS of this side with H3_GENERAL_PROTOCOL_ERROR
 * @param datagrams what concerns datagrams and capsules
 */
public record Limits(
    int maxFieldSectionBytes,
    int maxFieldCount,
    int maxConcurrentRequests,
    int maxHalfOpenRequests,
    int maxConnections,
    int maxUnidirectionalStreams,
    int maxControlFramesPerSecond,
    int maxResetsPerSecond,
    int maxSettingsBytes,
    int maxInterimResponses,
    int streamWindowBytes,
    int connectionWindowBytes,
    Duration idleTimeout,
    Duration headerTimeout,
    DatagramLimits datagrams) {

  private static final Limits DEFAULTS = builder().build();

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message names both
   */
  public Limits {
    Range.require("maxFieldSectionBytes", maxFieldSectionBytes, 1_024, 16_777_216);
    Range.require("maxFieldCount", maxFieldCount, 16, 65_536);
    Range.require("maxConcurrentRequests", maxConcurrentRequests, 1, 65_536);
    Range.require("maxHalfOpenRequests", maxHalfOpenRequests, 1, 65_536);
    Range.require("maxConnections", maxConnections, 1, 1_000_000);
    Range.require("maxUnidirectionalStreams", maxUnidirectionalStreams, 3, 65_536);
    Range.require("maxControlFramesPerSecond", maxControlFramesPerSecond, 10, 1_000_000);
    Range.require("maxResetsPerSecond", maxResetsPerSecond, 10, 1_000_000);
    Range.require("maxSettingsBytes", maxSettingsBytes, 64, 65_536);
    Range.require("maxInterimResponses", maxInterimResponses, 1, 1_000);
    Range.require("streamWindowBytes", streamWindowBytes, 16_384, 67_108_864);
    Range.require("connectionWindowBytes", connectionWindowBytes, 65_536, 1_073_741_824);
    Range.require("idleTimeout", idleTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    Range.require("headerTimeout", headerTimeout, Duration.ofMillis(100), Duration.ofHours(1));
    Objects.requireNonNull(datagrams, "datagrams");
  }

  /**
   * Every limit at its default.
   *
   * @return the defaults
   */
  public static Limits defaults() {
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
    private int maxFieldSectionBytes = 65_536;
    private int maxFieldCount = 256;
    private int maxConcurrentRequests = 256;
    private int maxHalfOpenRequests = 256;
    private int maxConnections = 10_000;
    private int maxUnidirectionalStreams = 32;
    private int maxControlFramesPerSecond = 2_000;
    private int maxResetsPerSecond = 1_000;
    private int maxSettingsBytes = 4_096;
    private int maxInterimResponses = 32;
    private int streamWindowBytes = 262_144;
    private int connectionWindowBytes = 4_194_304;
    private Duration idleTimeout = Duration.ofSeconds(30);
    private Duration headerTimeout = Duration.ofSeconds(10);
    private DatagramLimits datagrams = DatagramLimits.defaults();

    private Builder() {}

    /**
     * Sets {@link Limits#maxFieldSectionBytes()}.
     *
     * @param bytes 1,024 to 16,777,216
     * @return this builder
     */
    public Builder maxFieldSectionBytes(int bytes) {
      maxFieldSectionBytes = bytes;
      return this;
    }

    /**
     * Sets {@link Limits#maxFieldCount()}.
     *
     * @param fields 16 to 65,536
     * @return this builder
     */
    public Builder maxFieldCount(int fields) {
      maxFieldCount = fields;
      return this;
    }

    /**
     * Sets {@link Limits#maxConcurrentRequests()}.
     *
     * @param requests 1 to 65,536
     * @return this builder
     */
    public Builder maxConcurrentRequests(int requests) {
      maxConcurrentRequests = requests;
      return this;
    }

    /**
     * Sets {@link Limits#maxHalfOpenRequests()}.
     *
     * @param requests 1 to 65,536
     * @return this builder
     */
    public Builder maxHalfOpenRequests(int requests) {
      maxHalfOpenRequests = requests;
      return this;
    }

    /**
     * Sets {@link Limits#maxConnections()}.
     *
     * @param connections 1 to 1,000,000
     * @return this builder
     */
    public Builder maxConnections(int connections) {
      maxConnections = connections;
      return this;
    }

    /**
     * Sets {@link Limits#maxUnidirectionalStreams()}.
     *
     * @param streams 3 to 65,536
     * @return this builder
     */
    public Builder maxUnidirectionalStreams(int streams) {
      maxUnidirectionalStreams = streams;
      return this;
    }

    /**
     * Sets {@link Limits#maxControlFramesPerSecond()}.
     *
     * @param frames 10 to 1,000,000
     * @return this builder
     */
    public Builder maxControlFramesPerSecond(int frames) {
      maxControlFramesPerSecond = frames;
      return this;
    }

    /**
     * Sets {@link Limits#maxResetsPerSecond()}.
     *
     * @param resets 10 to 1,000,000
     * @return this builder
     */
    public Builder maxResetsPerSecond(int resets) {
      maxResetsPerSecond = resets;
      return this;
    }

    /**
     * Sets {@link Limits#maxSettingsBytes()}.
     *
     * @param bytes 64 to 65,536
     * @return this builder
     */
    public Builder maxSettingsBytes(int bytes) {
      maxSettingsBytes = bytes;
      return this;
    }

    /**
     * Sets {@link Limits#maxInterimResponses()}.
     *
     * @param responses 1 to 1,000
     * @return this builder
     */
    public Builder maxInterimResponses(int responses) {
      maxInterimResponses = responses;
      return this;
    }

    /**
     * Sets {@link Limits#streamWindowBytes()}.
     *
     * @param bytes 16,384 to 67,108,864
     * @return this builder
     */
    public Builder streamWindowBytes(int bytes) {
      streamWindowBytes = bytes;
      return this;
    }

    /**
     * Sets {@link Limits#connectionWindowBytes()}.
     *
     * @param bytes 65,536 to 1,073,741,824
     * @return this builder
     */
    public Builder connectionWindowBytes(int bytes) {
      connectionWindowBytes = bytes;
      return this;
    }

    /**
     * Sets {@link Limits#idleTimeout()}.
     *
     * @param time 1 s to 1 h
     * @return this builder
     */
    public Builder idleTimeout(Duration time) {
      idleTimeout = time;
      return this;
    }

    /**
     * Sets {@link Limits#headerTimeout()}.
     *
     * @param time 100 ms to 1 h
     * @return this builder
     */
    public Builder headerTimeout(Duration time) {
      headerTimeout = time;
      return this;
    }

    /**
     * Sets {@link Limits#datagrams()}.
     *
     * @param limits the limits of datagrams and capsules
     * @return this builder
     */
    public Builder datagrams(DatagramLimits limits) {
      datagrams = limits;
      return this;
    }

    /**
     * The limits as set.
     *
     * @return the limits
     * @throws IllegalArgumentException if a number is out of its range; the message names both
     */
    public Limits build() {
      return new Limits(
          maxFieldSectionBytes,
          maxFieldCount,
          maxConcurrentRequests,
          maxHalfOpenRequests,
          maxConnections,
          maxUnidirectionalStreams,
          maxControlFramesPerSecond,
          maxResetsPerSecond,
          maxSettingsBytes,
          maxInterimResponses,
          streamWindowBytes,
          connectionWindowBytes,
          idleTimeout,
          headerTimeout,
          datagrams);
    }
  }
}
