package dev.heddle.http3.session;

import dev.heddle.DatagramCloseCode;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.util.Set;

/**
 * Who may register which datagram context when, and close it: draft-ietf-masque-h3-datagram-04.
 * Under its owner's lock. A violation throws and the session ends with it.
 */
final class RegistrationRules {
  enum Mode {
    UNDECIDED,
    NO_CONTEXT,
    CONTEXTS
  }

  /** What {@code :protocol} says where datagrams never have contexts. */
  private static final Set<String> WEBTRANSPORT = Set.of("webtransport", "webtransport-h3");

  /** RFC 9298 §5: context 0 is there from the start. */
  private static final String CONNECT_UDP = "connect-udp";

  private static final int FREE_RANGES = 1_024;

  private final boolean client;
  private final boolean zero; // context 0 is there from the start
  private final int mostOfPeer;
  private final int mostRanges;
  private final IdSet registeredByPeer = new IdSet(); // ids halved, as are the next two
  private final IdSet closedOfOurs = new IdSet(); // by the peer
  private final IdSet closedOfPeers = new IdSet(); // by the peer
  private Mode mode;
  private long nextId;
  private boolean registeredHere;
  private boolean contextReceived;
  private boolean noneReceived;

  /** The rules for an Extended CONNECT with this {@code :protocol}. */
  static RegistrationRules of(boolean client, String protocol, int mostOfPeer) {
    RegistrationRules rules =
        new RegistrationRules(client, protocol.equals(CONNECT_UDP), mostOfPeer);
    if (WEBTRANSPORT.contains(protocol)) {
      rules.noContext();
    }
    return rules;
  }

  private RegistrationRules(boolean client, boolean zero, int mostOfPeer) {
    this.client = client;
    this.zero = zero;
    this.mostOfPeer = mostOfPeer;
    this.mostRanges = FREE_RANGES + 4 * mostOfPeer;
    this.mode = zero ? Mode.CONTEXTS : Mode.UNDECIDED;
    this.nextId = !client ? 1 : zero ? 2 : 0;
    if (zero && !client) {
      registeredByPeer.add(0);
    }
  }

  Mode mode() {
    return mode;
  }

  /** Whether the peer allocates this id and it counts for the limit. */
  boolean ofPeer(long contextId) {
    return contextId != SessionContext.NO_ID && !ours(contextId) && !(zero && contextId == 0);
  }

  private boolean ours(long contextId) {
    // draft-04 §2.3: clients allocate even ids, servers odd ones
    return (contextId & 1) == (client ? 0 : 1);
  }

  /** This side decides for no context, which is allowed. */
  void noContext() {
    mode = Mode.NO_CONTEXT;
  }

  /** Allocates an id, if this side may register a context. */
  long register() {
    if (mode == Mode.NO_CONTEXT) {
      throw new IllegalStateException(
          "this session has no datagram contexts; use datagramNoContext()");
    }
    // draft-04 §4.4.1: a server registers nothing before the client did
    if (!client && mode == Mode.UNDECIDED) {
      throw new IllegalStateException(
          "clients decide whether there are contexts: a server registers none before it has"
              + " accepted one");
    }
    mode = Mode.CONTEXTS;
    registeredHere = true;
    long id = nextId;
    nextId += 2;
    return id;
  }

  /**
   * The peer registers a context.
   *
   * @return why it is refused, or null
   */
  DatagramCloseCode registered(long contextId, int open) throws ProtocolException {
    // draft-04 §4.4.1: a server registers nothing before the client did, nor where it said none
    if (client && !registeredHere && !zero) {
      throw violation("a context from a server before the client has registered one");
    }
    // draft-04 §4.4.2: never both kinds on one stream
    if (noneReceived) {
      throw violation("a context on a stream that was registered without");
    }
    // draft-04 §4.4.1: nobody registers the other side's ids
    if (ours(contextId)) {
      throw violation("context " + contextId + ", whose id is not the peer's to register");
    }
    // draft-04 §4.4.1: an id is registered once, also where it was closed
    if (!registeredByPeer.add(contextId >> 1)) {
      throw violation("context " + contextId + " comes twice");
    }
    requireFewRanges(registeredByPeer);
    contextReceived = true;
    if (mode == Mode.NO_CONTEXT) {
      return DatagramCloseCode.DENIED;
    }
    mode = Mode.CONTEXTS;
    return open >= mostOfPeer ? DatagramCloseCode.RESOURCE_LIMIT : null;
  }

  /** The peer registers that there are no contexts. */
  void registeredNone() throws ProtocolException {
    // draft-04 §4.4.2: only a client decides, once, and for one kind
    if (client) {
      throw violation("REGISTER_DATAGRAM_NO_CONTEXT from a server");
    }
    if (noneReceived) {
      throw violation("a second REGISTER_DATAGRAM_NO_CONTEXT");
    }
    if (contextReceived || mode == Mode.CONTEXTS) {
      throw violation("REGISTER_DATAGRAM_NO_CONTEXT on a stream with contexts");
    }
    noneReceived = true;
    mode = Mode.NO_CONTEXT;
  }

  /** The peer closes a context. It may not know yet that this side has closed it too. */
  void closed(long contextId) throws ProtocolException {
    boolean ours = ours(contextId);
    boolean known =
        zero && contextId == 0
            || (ours ? contextId < nextId : registeredByPeer.contains(contextId >> 1));
    // draft-04 §4.4.3: what is closed was registered, and is closed once
    if (!known) {
      throw violation("closes context " + contextId + ", which nobody has registered");
    }
    IdSet closed = ours ? closedOfOurs : closedOfPeers;
    if (!closed.add(contextId >> 1)) {
      throw violation("closes context " + contextId + " twice");
    }
    // What this side closed and the peer did not leaves gaps. The oldest closes are forgotten: then
    // a repeated one goes unnoticed, and none is taken for a violation that is none.
    while (closed.ranges() > mostRanges) {
      closed.forgetLowest();
    }
  }

  private void requireFewRanges(IdSet set) throws ProtocolException {
    if (set.ranges() > mostRanges) {
      throw ProtocolException.stream(
          H3Error.H3_EXCESSIVE_LOAD, "context ids with too many gaps to be remembered");
    }
  }

  private static ProtocolException violation(String what) {
    return ProtocolException.stream(H3Error.H3_GENERAL_PROTOCOL_ERROR, what);
  }
}
