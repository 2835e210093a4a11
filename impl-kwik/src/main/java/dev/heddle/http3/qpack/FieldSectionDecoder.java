package dev.heddle.http3.qpack;

import dev.heddle.http3.wire.ProtocolException;

/**
 * Decodes field sections. Stateless, since the dynamic table that we announce has capacity 0; any
 * number of threads may share one.
 */
public final class FieldSectionDecoder {
  private final long maxSectionBytes;
  private final int maxFields;

  /**
   * A decoder with limits.
   *
   * @param maxSectionBytes the largest section, counted as RFC 9114 §4.2.2 says: the octets of each
   *     name and value, and 32 for each field
   * @param maxFields the most field lines in a section
   */
  public FieldSectionDecoder(long maxSectionBytes, int maxFields) {
    this.maxSectionBytes = maxSectionBytes;
    this.maxFields = maxFields;
  }

  /**
   * Decodes a section and hands its field lines over.
   *
   * @throws ProtocolException where the section is malformed, which ends the connection, or the
   *     sink refuses a line
   * @throws FieldSectionTooLargeException where the section is over a limit; lines before may have
   *     been handed over
   */
  public void decode(byte[] section, FieldSink sink)
      throws ProtocolException, FieldSectionTooLargeException {
    decode(section, 0, section.length, sink);
  }

  /** Decodes the section from {@code from} to {@code to}, which is not kept. */
  public void decode(byte[] octets, int from, int to, FieldSink sink)
      throws ProtocolException, FieldSectionTooLargeException {
    new FieldSectionCursor(octets, from, to, maxSectionBytes, maxFields).decode(sink);
  }
}
