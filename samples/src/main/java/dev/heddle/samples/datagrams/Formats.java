package dev.heddle.samples.datagrams;

import dev.heddle.DatagramFormat;

/** The two kinds of contexts, as the client registers and the server knows them. */
final class Formats {
  /** Readings: a number that grows by one, then the value, both as text. */
  static final DatagramFormat TELEMETRY = new DatagramFormat(0x7e1e, new byte[0]);

  /** Lines: a number, then the text. Each is answered with its number. */
  static final DatagramFormat CHAT = new DatagramFormat(0xc4a7, new byte[0]);

  private Formats() {}
}
