package dev.heddle.http3.kwik;

import dev.heddle.ConnectFailedException;
import dev.heddle.ConnectFailedException.Reason;
import dev.heddle.ErrorCode;
import dev.heddle.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.loom.ConnectionEnd;
import tech.kwik.core.loom.LoomConnection;
import tech.kwik.core.loom.LoomHandshake;

/**
 * One attempt to connect to one address of a host. {@link #connect} belongs to one thread, which an
 * interrupt takes out of it; everything the attempt holds is released when it fails.
 */
final class Attempt {
  private static final String ALPN = "h3"; // RFC 9114 §3.1
  private static final long NO_APPLICATION_PROTOCOL = 0x100 + 120; // RFC 9001 §4.8, RFC 7301 §3.2
  private static final long CONNECTION_REFUSED = 2; // RFC 9000 §20.1

  private final HostName host;
  private final InetSocketAddress address;
  private final Limits limits;
  private final boolean datagrams;
  private final Duration timeout;
  private final CertificateCheck check;
  private GuardedSocket socket;
  private QuicClientConnection kwik;

  /**
   * An attempt that has not begun.
   *
   * @param datagrams whether to take part in QUIC datagrams
   * @param timeout the time for all attempts together, as the user knows it
   */
  Attempt(
      HostName host,
      InetSocketAddress address,
      Acceptance acceptance,
      Limits limits,
      boolean datagrams,
      Duration timeout) {
    this.host = host;
    this.address = address;
    this.limits = limits;
    this.datagrams = datagrams;
    this.timeout = timeout;
    this.check = new CertificateCheck(acceptance);
  }

  /**
   * Makes the connection, in at most the given time.
   *
   * @return a connection that nobody has started yet
   */
  QuicClientConnection connect(Duration limit) throws ConnectFailedException {
    try {
      kwik = build(limit);
    } catch (IOException e) {
      throw failed(Reason.NO_ANSWER, "cannot be reached: " + e.getMessage(), e);
    }
    try {
      kwik.connect();
      socket.settle();
      return kwik;
    } catch (IOException | RuntimeException e) {
      throw explained(e); // kwik has released socket and threads, also after an interrupt
    }
  }

  private QuicClientConnection build(Duration limit) throws IOException {
    // kwik takes the connection's window in tenths, and no stream may have more than that.
    long tenth = limits.connectionWindowBytes() / 10;
    long streamWindow = Math.min(limits.streamWindowBytes(), tenth * 10);
    QuicClientConnection.Builder builder = QuicClientConnection.newBuilder();
    if (datagrams) {
      builder.enableDatagramExtension();
    }
    QuicClientConnection made =
        builder
            .host(host.toString())
            .port(address.getPort())
            // Not a proxy: the address to send to, while the host is for the certificate.
            .proxy(address.getAddress().getHostAddress())
            .applicationProtocol(ALPN)
            .connectTimeout(limit)
            .maxIdleTimeout(limits.idleTimeout())
            .defaultStreamReceiveBufferSize(tenth)
            .maxOpenPeerInitiatedBidirectionalStreams(0) // RFC 9114 §6.1: servers open none
            .maxOpenPeerInitiatedUnidirectionalStreams(limits.maxUnidirectionalStreams())
            .customTrustManager(check)
            .socketFactory(unused -> socket = GuardedSocket.connected(address))
            .logger(new KwikLog())
            .build();
    made.setDefaultBidirectionalStreamReceiveBufferSize(streamWindow);
    made.setDefaultUnidirectionalStreamReceiveBufferSize(streamWindow);
    LoomHandshake.leaveHostNameToTrustManager(made);
    return made;
  }

  private ConnectFailedException explained(Exception cause) {
    if (check.refusal().isPresent()) {
      Acceptance.Refusal refusal = check.refusal().get();
      return failed(refusal.reason(), "has a certificate that " + refusal.words(), refusal.cause());
    }
    if (socket.refused()) {
      return failed(
          Reason.NO_ANSWER, "does not answer: nothing listens at this port; is it right?", cause);
    }
    Optional<ConnectionEnd> end = LoomConnection.from(kwik).end();
    if (end.isPresent() && end.get().cause() == ConnectionEnd.Cause.CLOSED) {
      return closed(end.get(), cause);
    }
    if (cause.getMessage() != null && cause.getMessage().startsWith("Connection timed out")) {
      return failed(
          Reason.NO_ANSWER,
          "did not answer within "
              + Dialer.written(timeout)
              + ": nothing listens there, or a firewall drops UDP on the way",
          cause);
    }
    return failed(
        Reason.HANDSHAKE_FAILED, "could not be agreed with: " + cause.getMessage(), cause);
  }

  private ConnectFailedException closed(ConnectionEnd end, Exception cause) {
    if (!end.application() && end.code() == NO_APPLICATION_PROTOCOL) {
      return failed(
          Reason.NO_HTTP3, "speaks QUIC but not HTTP/3 (it does not accept ALPN h3)", cause);
    }
    String code =
        end.application()
            ? new ErrorCode(end.code()).toString()
            : "QUIC error 0x" + Long.toHexString(end.code());
    String words = end.reason().isEmpty() ? "" : " (" + end.reason() + ")";
    if (!end.application() && end.byPeer() && end.code() == CONNECTION_REFUSED) {
      return failed(Reason.HANDSHAKE_FAILED, "refuses new connections" + words, cause);
    }
    String who = end.byPeer() ? "ended the handshake with " : "broke the handshake: ";
    return failed(Reason.HANDSHAKE_FAILED, who + code + words, cause);
  }

  private ConnectFailedException failed(Reason reason, String words, Exception cause) {
    String name = host.written() + ":" + address.getPort();
    String who = host.isAddress() ? name : name + " (" + Dialer.written(address) + ")";
    return new ConnectFailedException(reason, who + " " + words, cause);
  }
}
