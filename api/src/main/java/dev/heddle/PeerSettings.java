package dev.heddle;

import java.util.OptionalLong;

/**
 * What the peer's SETTINGS frame says. Immutable.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc9114#section-7.2.4 RFC 9114 section 7.2.4
 */
public interface PeerSettings {
  /**
   * The largest field section that the peer accepts.
   *
   * @return bytes, counted as RFC 9114 section 4.2.2 does; empty for no limit
   */
  OptionalLong maxFieldSectionBytes();

  /**
   * Tells whether the peer accepts Extended CONNECT.
   *
   * @return true if it sent SETTINGS_ENABLE_CONNECT_PROTOCOL with value 1
   * @spec https://www.rfc-editor.org/rfc/rfc9220#section-3 RFC 9220 section 3
   */
  boolean extendedConnect();

  /**
   * Tells whether the peer accepts HTTP datagrams.
   *
   * @return true if it sent SETTINGS_H3_DATAGRAM with value 1
   * @spec https://www.rfc-editor.org/rfc/rfc9297#section-2.1.1 RFC 9297 section 2.1.1
   */
  boolean datagrams();

  /**
   * Any setting, by its number, for extensions that this library does not know.
   *
   * @param identifier the setting's identifier
   * @return the value, empty if the peer did not send it
   */
  OptionalLong value(long identifier);
}
