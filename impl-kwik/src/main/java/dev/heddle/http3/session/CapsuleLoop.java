package dev.heddle.http3.session;

import dev.heddle.Capsule;
import dev.heddle.Headers;
import dev.heddle.SessionClosedException;
import dev.heddle.http3.connection.CapsuleRules;
import dev.heddle.http3.connection.RequestStream;
import dev.heddle.http3.datagram.SessionDatagrams;
import dev.heddle.http3.wire.CapsuleReader;
import dev.heddle.http3.wire.CapsuleType;
import dev.heddle.http3.wire.ContextCapsule;
import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Reads the capsules of one session, on a virtual thread of its own which ends with the peer's
 * direction. All violations are caught here, once.
 */
final class CapsuleLoop {
  private final RequestStream stream;
  private final int maxCapsuleBytes;
  private final SessionDatagrams datagrams;
  private final DatagramContexts contexts;
  private final OwnCapsules own;
  private final AtomicLong tooLarge = new AtomicLong();
  private volatile boolean endedCleanly;

  CapsuleLoop(
      RequestStream stream,
      int maxCapsuleBytes,
      SessionDatagrams datagrams,
      DatagramContexts contexts,
      OwnCapsules own) {
    this.stream = stream;
    this.maxCapsuleBytes = maxCapsuleBytes;
    this.datagrams = datagrams;
    this.contexts = contexts;
    this.own = own;
  }

  /** DATAGRAM capsules that were skipped because of their size. Any thread. */
  long tooLarge() {
    return tooLarge.get();
  }

  /** Whether a final response is one that leaves no place for capsules. */
  static boolean refuses(Headers response) {
    // RFC 9297 §3.2: capsules are in use only after a response of 2xx
    return response.status().orElseThrow() / 100 != 2;
  }

  /** Whether the peer has ended its direction behind its last capsule. Any thread. */
  boolean endedCleanly() {
    return endedCleanly;
  }

  /** Reads to the end, and says what it is. */
  Supplier<? extends IOException> run() {
    try {
      Headers peer = stream.headers();
      if (peer.status().isPresent() && refuses(peer)) {
        return refusal(peer.status().getAsInt());
      }
      requireLegal(peer);
      CapsuleReader in = new CapsuleReader(stream::read);
      for (long type = in.next(); type != CapsuleReader.END; type = in.next()) {
        capsule(type, in);
      }
      endedCleanly = true;
      return Ends.endedByPeer();
    } catch (ProtocolException e) {
      return Ends.of(stream.explained(e), stream);
    } catch (IOException e) {
      return Ends.of(e, stream);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a capsule thread", e);
    }
  }

  private static Supplier<? extends IOException> refusal(int status) {
    return () ->
        new SessionClosedException(
            "the server answered "
                + status
                + ", so there are no datagrams and no capsules; headers() and bodyReader() say why",
            true);
  }

  private void requireLegal(Headers peer) throws ProtocolException {
    String fault = CapsuleRules.faultInUse(peer);
    if (fault != null) {
      // RFC 9297 §3.2: such a message is malformed
      throw ProtocolException.stream(H3Error.H3_MESSAGE_ERROR, fault);
    }
  }

  private void capsule(long type, CapsuleReader in) throws IOException, InterruptedException {
    switch (CapsuleType.of(type)) {
      case DATAGRAM -> datagram(in);
      case REGISTER_DATAGRAM_CONTEXT ->
          contexts.registered(ContextCapsule.Register.parse(value(in)));
      case REGISTER_DATAGRAM_NO_CONTEXT ->
          contexts.registered(ContextCapsule.RegisterNone.parse(value(in)));
      case CLOSE_DATAGRAM_CONTEXT -> contexts.closed(ContextCapsule.Close.parse(value(in)));
      // RFC 9297 §3.2: capsules of unknown types are skipped
      case UNKNOWN -> {
        if (own.wants(type)) {
          own.deliver(new Capsule(type, value(in)));
        } else {
          stream.countUseless();
        }
      }
    }
  }

  private void datagram(CapsuleReader in) throws IOException {
    if (in.length() > maxCapsuleBytes) {
      // RFC 9297 §3.5: what is too large to be of use is discarded without being held
      tooLarge.incrementAndGet();
    } else {
      datagrams.receiveCapsule(in.value());
    }
  }

  private byte[] value(CapsuleReader in) throws IOException {
    if (in.length() > maxCapsuleBytes) {
      throw ProtocolException.stream(
          H3Error.H3_EXCESSIVE_LOAD, "a capsule of " + in.length() + " bytes");
    }
    return in.value();
  }
}
