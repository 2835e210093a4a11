package dev.heddle.http3.wire;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** An immutable set of settings, legal by construction, in the order in which they were given. */
public final class Settings {
  public static final long QPACK_MAX_TABLE_CAPACITY = 0x01;
  public static final long MAX_FIELD_SECTION_SIZE = 0x06;
  public static final long QPACK_BLOCKED_STREAMS = 0x07;
  public static final long ENABLE_CONNECT_PROTOCOL = 0x08;
  public static final long H3_DATAGRAM = 0x33;

  /** No settings: every one has its default. */
  public static final Settings NONE = new Settings(Map.of());

  /** Settings kept from one frame; those beyond are checked, then forgotten. */
  private static final int MAX_KEPT = 64;

  private final Map<Long, Long> values;
  private final OptionalLong maxFieldSectionSize; // asked for with every message

  private Settings(Map<Long, Long> values) {
    this.values = values;
    this.maxFieldSectionSize = value(MAX_FIELD_SECTION_SIZE);
  }

  /**
   * The same settings and this one.
   *
   * @throws IllegalArgumentException for a reserved identifier or a value that the setting cannot
   *     have
   */
  public Settings with(long id, long value) {
    VarInt.size(id);
    VarInt.size(value);
    String fault = fault(id, value);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
    Map<Long, Long> copy = new LinkedHashMap<>(values);
    copy.put(id, value);
    return new Settings(Collections.unmodifiableMap(copy));
  }

  /** Settings with the reserved one of rank {@code n}, which every peer must ignore. */
  public Settings withGrease(long n, long value) {
    return with(Grease.of(n), value);
  }

  /** The settings in the payload of a SETTINGS frame. */
  public static Settings parse(byte[] payload) throws ProtocolException {
    ByteBuffer in = ByteBuffer.wrap(payload);
    Map<Long, Long> kept = new LinkedHashMap<>();
    Set<Long> seen = new HashSet<>();
    while (in.hasRemaining()) {
      long id = VarInt.decode(in);
      long value = id == VarInt.TRUNCATED ? VarInt.TRUNCATED : VarInt.decode(in);
      if (value == VarInt.TRUNCATED) {
        // RFC 9114 §7.1: a payload that ends inside a field is H3_FRAME_ERROR
        throw ProtocolException.connection(H3Error.H3_FRAME_ERROR, "SETTINGS ends in a parameter");
      }
      String fault = fault(id, value);
      if (fault != null) {
        throw ProtocolException.connection(H3Error.H3_SETTINGS_ERROR, fault);
      }
      if (!seen.add(id)) {
        // RFC 9114 §7.2.4: an identifier that comes twice is H3_SETTINGS_ERROR
        throw ProtocolException.connection(
            H3Error.H3_SETTINGS_ERROR, "setting 0x" + Long.toHexString(id) + " comes twice");
      }
      // RFC 9114 §7.2.4: an unknown setting is ignored; it is kept only to be looked at
      if (kept.size() < MAX_KEPT || isKnown(id)) {
        kept.put(id, value);
      }
    }
    return new Settings(Collections.unmodifiableMap(kept));
  }

  /** Why the setting cannot be, or null. */
  private static String fault(long id, long value) {
    // RFC 9114 §7.2.4.1: the identifiers of HTTP/2 settings are H3_SETTINGS_ERROR
    if (id == 0x00 || id >= 0x02 && id <= 0x05) {
      return "setting 0x" + Long.toHexString(id) + " belongs to HTTP/2";
    }
    // RFC 9297 §2.1.1: H3_DATAGRAM other than 0 and 1 is H3_SETTINGS_ERROR
    // RFC 9220 §3: ENABLE_CONNECT_PROTOCOL is, as RFC 8441 §3 says, 0 or 1
    if ((id == H3_DATAGRAM || id == ENABLE_CONNECT_PROTOCOL) && value > 1) {
      return "setting 0x" + Long.toHexString(id) + " is " + value + ", neither 0 nor 1";
    }
    return null;
  }

  private static boolean isKnown(long id) {
    return id == QPACK_MAX_TABLE_CAPACITY
        || id == MAX_FIELD_SECTION_SIZE
        || id == QPACK_BLOCKED_STREAMS
        || id == ENABLE_CONNECT_PROTOCOL
        || id == H3_DATAGRAM;
  }

  /** Bytes of the dynamic table that the sender's QPACK decoder allows; 0 by default. */
  public long qpackMaxTableCapacity() {
    return values.getOrDefault(QPACK_MAX_TABLE_CAPACITY, 0L);
  }

  /** Streams that may wait for the dynamic table; 0 by default. */
  public long qpackBlockedStreams() {
    return values.getOrDefault(QPACK_BLOCKED_STREAMS, 0L);
  }

  /** Bytes of the largest field section that the sender accepts; empty means no limit. */
  public OptionalLong maxFieldSectionSize() {
    return maxFieldSectionSize;
  }

  /** Whether the sender accepts Extended CONNECT. */
  public boolean extendedConnect() {
    return values.getOrDefault(ENABLE_CONNECT_PROTOCOL, 0L) == 1;
  }

  /** Whether the sender accepts HTTP datagrams. */
  public boolean datagrams() {
    return values.getOrDefault(H3_DATAGRAM, 0L) == 1;
  }

  /** The value of any setting that was given. */
  public OptionalLong value(long id) {
    Long value = values.get(id);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Identifiers to values, in order, unmodifiable. */
  public Map<Long, Long> values() {
    return values;
  }

  @Override
  public String toString() {
    return "Settings" + values;
  }
}
