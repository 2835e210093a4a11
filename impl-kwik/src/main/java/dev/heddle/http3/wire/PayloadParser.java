package dev.heddle.http3.wire;

import java.io.IOException;

/** Makes a value of the payload of a frame. */
@FunctionalInterface
public interface PayloadParser<T> {
  /** The value of the octets from {@code from} to {@code to}, which belong to somebody else. */
  T parse(byte[] octets, int from, int to) throws IOException;
}
