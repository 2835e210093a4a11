package tech.kwik.core.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import tech.kwik.agent15.ProtectionKeysType;
import tech.kwik.agent15.TlsConstants.HandshakeType;
import tech.kwik.agent15.TlsProtocolException;
import tech.kwik.agent15.alert.DecodeErrorException;
import tech.kwik.agent15.alert.InternalErrorAlert;
import tech.kwik.agent15.alert.UnexpectedMessageAlert;
import tech.kwik.agent15.engine.TlsEngine;
import tech.kwik.agent15.engine.TlsMessageParser;
import tech.kwik.agent15.engine.TlsServerEngine;
import tech.kwik.agent15.extension.Extension;
import tech.kwik.agent15.handshake.ClientHello;
import tech.kwik.agent15.handshake.HandshakeMessage;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.Logger;
import tech.kwik.core.send.Sender;
import tech.kwik.core.send.SenderImpl;
import tech.kwik.core.stream.ReceivedBytes;
import tech.kwik.core.tls.QuicTransportParametersExtension;

/**
 * The TLS messages of one encryption level (RFC 9000 §7.5, RFC 9001 §4). Received on one thread,
 * written from any.
 *
 * <p>However the peer cuts and orders its CRYPTO frames, they cost no more than the largest message
 * of the level and 4096 bytes. Nothing that was processed is kept.
 */
public class CryptoStream {

  /** RFC 9000 §7.5: at least this much is buffered out of order. */
  public static final int MAX_STREAM_GAP = 4096;

  private static final int MESSAGE_HEADER = 4;
  private static final int MAX_BUFFERED_MESSAGES = 4;

  /** More tickets than anyone resumes from; those after them are dropped unread. */
  private static final int MAX_TICKETS = 16;

  private final VersionHolder version;
  private final EncryptionLevel level;
  private final Role role;
  private final Logger log;
  private final CryptoOutput output;
  private final TlsMessageParser parser = new TlsMessageParser(this::quicExtension);
  private final ReceivedBytes received = new ReceivedBytes();
  private final List<HandshakeMessage> buffered = new ArrayList<>(1);
  private volatile TlsEngine tlsEngine;
  private volatile boolean buffering;
  private long readOffset;
  private byte[] header;
  private int tickets;
  private String lastReceived = "";

  public CryptoStream(
      VersionHolder version,
      EncryptionLevel level,
      Role role,
      TlsEngine tlsEngine,
      Logger log,
      Sender sender) {
    this.version = version;
    this.level = level;
    this.role = role;
    this.tlsEngine = tlsEngine;
    this.log = log;
    output = new CryptoOutput(version, level, sender);
  }

  public CryptoStream(VersionHolder version, EncryptionLevel level, Role role, Logger log) {
    this(version, level, role, null, log, null);
  }

  public void setTlsEngine(TlsServerEngine engine) {
    tlsEngine = engine;
  }

  public void setSender(SenderImpl sender) {
    output.sender(sender);
  }

  public EncryptionLevel getEncryptionLevel() {
    return level;
  }

  // Receiving.

  /** Takes what came and processes each message that is complete. */
  public void add(CryptoFrame frame) throws TlsProtocolException, TransportError {
    // RFC 9000 §7.5: what does not fit into the buffer is CRYPTO_BUFFER_EXCEEDED.
    if (frame.getUpToOffset() - readOffset > MESSAGE_HEADER + maxMessage() + MAX_STREAM_GAP) {
      throw exceeded("CRYPTO data too far ahead");
    }
    received.add(frame.getOffset(), frame.getStreamData());
    byte[] message = nextMessage();
    while (message != null) {
      process(message);
      message = nextMessage();
    }
  }

  private byte[] nextMessage() throws TransportError {
    if (header == null && received.available() >= MESSAGE_HEADER) {
      header = take(MESSAGE_HEADER, new byte[MESSAGE_HEADER], 0);
      if (bodyLength() > maxMessage()) {
        throw exceeded("TLS message of " + bodyLength() + " bytes");
      }
    }
    if (header == null || received.available() < bodyLength()) {
      return null;
    }
    byte[] message = new byte[MESSAGE_HEADER + bodyLength()];
    System.arraycopy(header, 0, message, 0, MESSAGE_HEADER);
    take(bodyLength(), message, MESSAGE_HEADER);
    header = null;
    return message;
  }

  private byte[] take(int count, byte[] target, int offset) {
    received.read(target, offset, count);
    readOffset += count;
    return target;
  }

  private int bodyLength() {
    return (header[1] & 0xff) << 16 | (header[2] & 0xff) << 8 | header[3] & 0xff;
  }

  private int maxMessage() {
    return switch (level) {
      case Initial -> 3_000;
      case Handshake -> role == Role.Client ? 16_384 : 100;
      case App -> role == Role.Client ? 65_535 : 300;
      case ZeroRTT -> 0;
    };
  }

  private void process(byte[] message) throws TlsProtocolException, TransportError {
    checkExpected(message[0]);
    if (message[0] == HandshakeType.new_session_ticket.value && ++tickets > MAX_TICKETS) {
      return;
    }
    HandshakeMessage parsed = parse(message);
    if (parsed instanceof ClientHello) {
      ClientHelloCheck.check(message);
    }
    lastReceived = parsed.getClass().getSimpleName();
    if (!buffering) {
      pass(parsed);
    } else if (buffered.size() < MAX_BUFFERED_MESSAGES) {
      buffered.add(parsed);
    } else {
      throw new UnexpectedMessageAlert("messages behind the ClientHello");
    }
  }

  /** RFC 9001 §4.1.3, §6: each type has its level and sender, and KeyUpdate has none. */
  private void checkExpected(byte type) throws UnexpectedMessageAlert {
    boolean expected =
        switch (level) {
          case Initial ->
              type
                  == (role == Role.Client ? HandshakeType.server_hello : HandshakeType.client_hello)
                      .value;
          case Handshake ->
              type == HandshakeType.finished.value
                  || role == Role.Client
                      && (type == HandshakeType.encrypted_extensions.value
                          || type == HandshakeType.certificate_request.value
                          || type == HandshakeType.certificate.value
                          || type == HandshakeType.certificate_verify.value);
          case App -> role == Role.Client && type == HandshakeType.new_session_ticket.value;
          case ZeroRTT -> false;
        };
    if (!expected) {
      throw new UnexpectedMessageAlert("TLS message of type " + type + " at level " + level);
    }
  }

  private HandshakeMessage parse(byte[] message) throws TlsProtocolException {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(message);
      HandshakeMessage parsed = parser.parseAndProcessHandshakeMessage(buffer, null, keys());
      if (buffer.hasRemaining()) {
        throw new DecodeErrorException("bytes behind the end of a TLS message");
      }
      return parsed;
    } catch (IOException | RuntimeException e) {
      log.debug("malformed TLS message: " + e);
      throw new DecodeErrorException("malformed TLS message");
    }
  }

  private void pass(HandshakeMessage message) throws TlsProtocolException {
    if (message instanceof ClientHello hello) {
      SessionTickets.limit(hello);
    }
    try {
      tlsEngine.received(message, keys());
    } catch (IOException | RuntimeException e) {
      log.error("processing of a TLS message failed", e);
      throw new InternalErrorAlert("processing of a TLS message failed");
    }
  }

  private ProtectionKeysType keys() {
    return switch (level) {
      case Handshake -> ProtectionKeysType.Handshake;
      case App -> ProtectionKeysType.Application;
      case Initial, ZeroRTT -> ProtectionKeysType.None;
    };
  }

  private Extension quicExtension(ByteBuffer buffer, HandshakeType type)
      throws TlsProtocolException {
    int codepoint = buffer.getShort(buffer.position()) & 0xffff;
    if (!QuicTransportParametersExtension.isCodepoint(version.getVersion(), codepoint)) {
      return null;
    }
    return new QuicTransportParametersExtension(version.getVersion())
        .parse(buffer, role.other(), log);
  }

  /** From now on messages wait for {@link #processBufferedMessages}. */
  public void setBufferMode() {
    buffering = true;
  }

  public int getBufferedMessagesCount() {
    return buffered.size();
  }

  public List<HandshakeMessage> getBufferedMessages() {
    return buffered;
  }

  public void processBufferedMessages() throws TlsProtocolException {
    buffering = false;
    for (HandshakeMessage message : List.copyOf(buffered)) {
      pass(message);
    }
    buffered.clear();
  }

  // Sending.

  public void write(HandshakeMessage message, boolean flush) {
    output.write(message, flush);
  }

  /** Forgets what was written: it will be written again, after a Retry. */
  public void reset() {
    output.reset();
  }

  public String toStringReceived() {
    return level.name().charAt(0) + "|" + lastReceived;
  }

  public String toStringSent() {
    return level.name().charAt(0) + "|" + output.lastWritten();
  }

  @Override
  public String toString() {
    return "CryptoStream[" + level + "]";
  }

  private static TransportError exceeded(String reason) {
    return new TransportError(TransportErrorCode.CRYPTO_BUFFER_EXCEEDED, reason);
  }
}
