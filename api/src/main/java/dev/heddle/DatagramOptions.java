package dev.heddle;

import java.util.Objects;

/**
 * How a client or server takes part in HTTP datagrams. Immutable.
 *
 * @param enabled whether this side announces datagrams, in the transport and in SETTINGS; true by
 *     default, also for programs that use none, as RFC 9297 section 2.1.1 recommends
 * @param capsules when datagrams are sent in capsules; {@link CapsulePolicy#NEVER} by default
 * @param registersNoContext whether a client's {@link Session#datagramNoContext()} sends the
 *     REGISTER_DATAGRAM_NO_CONTEXT capsule, for servers that wait for it; false by default, as
 *     servers that speak plain RFC 9297 know nothing of it
 * @spec https://www.rfc-editor.org/rfc/rfc9297#section-2.1.1 RFC 9297 section 2.1.1
 */
public record DatagramOptions(boolean enabled, CapsulePolicy capsules, boolean registersNoContext) {
  private static final DatagramOptions DEFAULTS =
      new DatagramOptions(true, CapsulePolicy.NEVER, false);

  /** Refuses null. */
  public DatagramOptions {
    Objects.requireNonNull(capsules, "capsules");
  }

  /**
   * Datagrams on, no capsules, no registration of the lack of contexts.
   *
   * @return the defaults
   */
  public static DatagramOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The same, with datagrams off: the peer is told so, and calls that need them are refused.
   *
   * @return the options
   */
  public DatagramOptions off() {
    return new DatagramOptions(false, capsules, registersNoContext);
  }

  /**
   * The same, with another policy for capsules.
   *
   * @param policy when datagrams are sent in capsules
   * @return the options
   */
  public DatagramOptions withCapsules(CapsulePolicy policy) {
    return new DatagramOptions(enabled, policy, registersNoContext);
  }

  /**
   * The same, with REGISTER_DATAGRAM_NO_CONTEXT sent by clients.
   *
   * @return the options
   */
  public DatagramOptions registeringNoContext() {
    return new DatagramOptions(enabled, capsules, true);
  }
}
