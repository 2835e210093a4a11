package tech.kwik.core.crypto;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import tech.kwik.agent15.TlsConstants.AlertDescription;
import tech.kwik.agent15.TlsProtocolException;
import tech.kwik.agent15.alert.DecodeErrorException;
import tech.kwik.agent15.alert.ErrorAlert;
import tech.kwik.agent15.alert.IllegalParameterAlert;
import tech.kwik.agent15.alert.NoApplicationProtocolAlert;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.impl.TransportError;

/** What the TLS engine does not check in a ClientHello. Stateless. */
final class ClientHelloCheck {

  private static final int MESSAGE_HEADER = 4;
  private static final int VERSION_AND_RANDOM = 34;
  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int TLS_1_3 = 0x0304;

  private ClientHelloCheck() {}

  static void check(byte[] message) throws TlsProtocolException, TransportError {
    try {
      check(ByteBuffer.wrap(message, MESSAGE_HEADER, message.length - MESSAGE_HEADER));
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new DecodeErrorException("malformed ClientHello");
    }
  }

  private static void check(ByteBuffer hello) throws TlsProtocolException, TransportError {
    skip(hello, VERSION_AND_RANDOM);
    int sessionId = hello.get() & 0xff;
    skip(hello, sessionId);
    skip(hello, hello.getShort() & 0xffff); // cipher suites
    skip(hello, hello.get() & 0xff); // compression methods
    int extensions = hello.getShort() & 0xffff;
    Set<Integer> seen = new HashSet<>();
    boolean knowsTls13 = false;
    for (int end = hello.position() + extensions; hello.position() < end; ) {
      int type = hello.getShort() & 0xffff;
      ByteBuffer content = hello.slice(hello.position() + 2, hello.getShort() & 0xffff);
      skip(hello, content.remaining());
      // RFC 8446 §4.2: no extension comes twice.
      if (!seen.add(type)) {
        throw new IllegalParameterAlert("extension " + type + " comes twice");
      }
      knowsTls13 |= type == SUPPORTED_VERSIONS && lists(content, TLS_1_3);
    }
    // RFC 9001 §4.2: nothing older than TLS 1.3.
    if (!knowsTls13) {
      throw new ErrorAlert("a ClientHello without TLS 1.3", AlertDescription.protocol_version) {};
    }
    // RFC 9001 §8.4: no middlebox compatibility mode.
    if (sessionId > 0) {
      throw new TransportError(
          TransportErrorCode.PROTOCOL_VIOLATION, "a ClientHello with a legacy session id");
    }
    // RFC 9001 §8.1: QUIC always negotiates an application protocol.
    if (!seen.contains(ALPN)) {
      throw new NoApplicationProtocolAlert();
    }
  }

  private static boolean lists(ByteBuffer content, int version) {
    content.get(); // length
    boolean found = false;
    while (content.remaining() >= 2) {
      found |= (content.getShort() & 0xffff) == version;
    }
    return found;
  }

  private static void skip(ByteBuffer buffer, int count) {
    buffer.position(buffer.position() + count);
  }
}
