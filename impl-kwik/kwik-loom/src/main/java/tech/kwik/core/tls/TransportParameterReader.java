package tech.kwik.core.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tech.kwik.agent15.TlsProtocolException;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.generic.InvalidIntegerEncodingException;
import tech.kwik.core.generic.VariableLengthInteger;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.TransportParameters;
import tech.kwik.core.impl.TransportParameters.PreferredAddress;
import tech.kwik.core.impl.TransportParameters.VersionInformation;
import tech.kwik.core.impl.Version;

/**
 * Reads the transport parameters of a peer (RFC 9000 §18). Whatever is wrong with them, alone, is a
 * TRANSPORT_PARAMETER_ERROR; what kwik holds as {@code int} is cut down to its largest value.
 */
public final class TransportParameterReader {

  private static final int MAX_CONNECTION_ID = 20;
  private static final int RESET_TOKEN_BYTES = 16;
  private static final int MIN_UDP_PAYLOAD = 1_200;
  private static final int MAX_UDP_PAYLOAD = 65_527;
  private static final int MAX_ACK_DELAY_EXPONENT = 20;
  private static final int MAX_ACK_DELAY_LIMIT = 1 << 14;
  private static final long MAX_STREAMS = 1L << 60;

  private final TransportParameters parameters;
  private final Role sender;

  private TransportParameterReader(TransportParameters parameters, Role sender) {
    this.parameters = parameters;
    this.sender = sender;
  }

  /** Instead of QuicTransportParametersExtension.parse; the buffer starts at the extension type. */
  public static void read(TransportParameters parameters, ByteBuffer buffer, Role sender)
      throws TlsProtocolException {
    buffer.getShort();
    int length = buffer.getShort() & 0xffff;
    try {
      if (length > buffer.remaining()) {
        throw error("the extension ends beyond its message");
      }
      ByteBuffer content = buffer.slice(buffer.position(), length);
      new TransportParameterReader(parameters, sender).readAll(content);
      buffer.position(buffer.position() + length);
    } catch (TransportError e) {
      throw new TlsProtocolException(e.getMessage(), e);
    }
  }

  private void readAll(ByteBuffer content) throws TransportError {
    Set<Long> seen = new HashSet<>();
    while (content.hasRemaining()) {
      long id = number(content);
      long length = number(content);
      if (length > content.remaining()) {
        throw error("parameter " + id + " ends beyond the extension");
      }
      // RFC 9000 §7.4: a parameter that comes twice is a TRANSPORT_PARAMETER_ERROR.
      if (!seen.add(id)) {
        throw error("parameter " + id + " comes twice");
      }
      ByteBuffer value = content.slice(content.position(), (int) length);
      content.position(content.position() + (int) length);
      if (read(id, value) && value.hasRemaining()) {
        throw error("parameter " + id + " is longer than its value");
      }
    }
  }

  /** False if the parameter is unknown, and ignored (RFC 9000 §7.4.2). */
  private boolean read(long id, ByteBuffer value) throws TransportError {
    if (id > Integer.MAX_VALUE) {
      return false;
    }
    switch ((int) id) {
      case 0x00 -> parameters.setOriginalDestinationConnectionId(ofServer(id, connectionId(value)));
      case 0x01 -> parameters.setMaxIdleTimeout(Math.min(number(value), Integer.MAX_VALUE));
      case 0x02 -> parameters.setStatelessResetToken(ofServer(id, resetToken(value)));
      case 0x03 -> parameters.setMaxUdpPayloadSize(udpPayload(number(value)));
      case 0x04 -> parameters.setInitialMaxData(number(value));
      case 0x05 -> parameters.setInitialMaxStreamDataBidiLocal(number(value));
      case 0x06 -> parameters.setInitialMaxStreamDataBidiRemote(number(value));
      case 0x07 -> parameters.setInitialMaxStreamDataUni(number(value));
      case 0x08 -> parameters.setInitialMaxStreamsBidi(streams(number(value)));
      case 0x09 -> parameters.setInitialMaxStreamsUni(streams(number(value)));
      case 0x0a ->
          parameters.setAckDelayExponent(
              below(number(value), MAX_ACK_DELAY_EXPONENT + 1, "ack_delay_exponent"));
      case 0x0b ->
          parameters.setMaxAckDelay(below(number(value), MAX_ACK_DELAY_LIMIT, "max_ack_delay"));
      case 0x0c -> parameters.setDisableMigration(true);
      case 0x0d -> parameters.setPreferredAddress(ofServer(id, preferredAddress(value)));
      case 0x0e -> parameters.setActiveConnectionIdLimit(connectionIds(number(value)));
      case 0x0f -> parameters.setInitialSourceConnectionId(connectionId(value));
      case 0x10 -> parameters.setRetrySourceConnectionId(ofServer(id, connectionId(value)));
      case 0x11 -> versionInformation(versions(value));
      case 0x20 -> parameters.setMaxDatagramFrameSize(number(value));
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * A server stays with the version of the first packet (RFC 9368 §2.3 lets it): stock kwik would
   * change to another without a look at those that it is configured for.
   */
  private void versionInformation(VersionInformation information) {
    if (sender == Role.Server) {
      parameters.setVersionInformation(information);
    }
  }

  /** RFC 9000 §18.2: a client must not send what only a server has. */
  private <T> T ofServer(long id, T value) throws TransportError {
    if (sender == Role.Client) {
      throw error("parameter " + id + " from a client");
    }
    return value;
  }

  private static byte[] connectionId(ByteBuffer value) throws TransportError {
    if (value.remaining() > MAX_CONNECTION_ID) {
      throw error("a connection id of " + value.remaining() + " bytes");
    }
    return bytes(value, value.remaining());
  }

  private static byte[] resetToken(ByteBuffer value) throws TransportError {
    return bytes(value, RESET_TOKEN_BYTES);
  }

  private static int udpPayload(long bytes) throws TransportError {
    if (bytes < MIN_UDP_PAYLOAD) {
      throw error("max_udp_payload_size below " + MIN_UDP_PAYLOAD);
    }
    return (int) Math.min(bytes, MAX_UDP_PAYLOAD);
  }

  private static long streams(long count) throws TransportError {
    // RFC 9000 §4.6: more than 2^60 streams cannot be.
    if (count > MAX_STREAMS) {
      throw error("a limit of more than 2^60 streams");
    }
    return count;
  }

  private static int below(long value, int limit, String name) throws TransportError {
    if (value >= limit) {
      throw error(name + " too large");
    }
    return (int) value;
  }

  private static int connectionIds(long limit) throws TransportError {
    if (limit < 2) {
      throw error("active_connection_id_limit below 2");
    }
    return (int) Math.min(limit, Integer.MAX_VALUE);
  }

  private static PreferredAddress preferredAddress(ByteBuffer value) throws TransportError {
    PreferredAddress address = new PreferredAddress();
    address.setIp4(address(bytes(value, 4)));
    address.setIp4Port(port(value));
    address.setIp6(address(bytes(value, 16)));
    address.setIp6Port(port(value));
    int length = value.hasRemaining() ? value.get() & 0xff : 0;
    // RFC 9000 §18.2: a preferred address comes with a connection id that is not empty.
    if (length == 0
        || length > MAX_CONNECTION_ID
        || value.remaining() != length + RESET_TOKEN_BYTES) {
      throw error("malformed preferred_address");
    }
    address.setConnectionId(value, length);
    address.setStatelessResetToken(value, RESET_TOKEN_BYTES);
    return address;
  }

  /** All zeros say that there is none of this family. */
  private static InetAddress address(byte[] bytes) throws TransportError {
    try {
      InetAddress address = InetAddress.getByAddress(bytes);
      return address.isAnyLocalAddress() ? null : address;
    } catch (UnknownHostException e) {
      throw error("malformed preferred_address");
    }
  }

  private static int port(ByteBuffer value) throws TransportError {
    byte[] port = bytes(value, 2);
    return (port[0] & 0xff) << 8 | port[1] & 0xff;
  }

  /** RFC 9368 §3: the chosen version, then those that are available, none of them zero. */
  private static VersionInformation versions(ByteBuffer value) throws TransportError {
    if (value.remaining() < 4 || value.remaining() % 4 != 0) {
      throw error("malformed version_information");
    }
    int chosen = version(value);
    List<Version> available = new ArrayList<>();
    while (value.hasRemaining()) {
      available.add(Version.parse(version(value)));
    }
    return new VersionInformation(Version.parse(chosen), available);
  }

  private static int version(ByteBuffer value) throws TransportError {
    int version = value.getInt();
    if (version == 0) {
      throw error("version 0 in version_information");
    }
    return version;
  }

  private static byte[] bytes(ByteBuffer value, int count) throws TransportError {
    if (value.remaining() < count) {
      throw error("a parameter is too short");
    }
    byte[] bytes = new byte[count];
    value.get(bytes);
    return bytes;
  }

  private static long number(ByteBuffer buffer) throws TransportError {
    try {
      return VariableLengthInteger.parseLong(buffer);
    } catch (InvalidIntegerEncodingException e) {
      throw error("a number ends beyond its parameter");
    }
  }

  private static TransportError error(String reason) {
    return new TransportError(TransportErrorCode.TRANSPORT_PARAMETER_ERROR, reason);
  }
}
