package dev.heddle.http3.connection;

import dev.heddle.Limits;
import dev.heddle.http3.qpack.FieldSectionDecoder;

/**
 * What all streams of a connection share when they read: limits, the decoder, and the counters that
 * tell an attack from use. Any thread.
 */
record ConnectionRules(Limits limits, ReceivedFields fields, RateLimit frames, RateLimit resets) {
  static ConnectionRules of(Limits limits) {
    FieldSectionDecoder decoder =
        new FieldSectionDecoder(limits.maxFieldSectionBytes(), limits.maxFieldCount());
    return new ConnectionRules(
        limits,
        new ReceivedFields(decoder),
        new RateLimit("control and unknown frames", limits.maxControlFramesPerSecond()),
        new RateLimit("requests given up", limits.maxResetsPerSecond()));
  }
}
