package tech.kwik.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kwik.agent15.TlsProtocolException;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.TransportParameters;

/** RFC 9000 §7.4 and §18. */
class TransportParameterReaderTest {

  private static final String TOKEN = "000102030405060708090a0b0c0d0e0f";
  private static final String ADDRESS =
      "7f000001 1f90" + "00".repeat(16) + "0000 04 01020304" + TOKEN;

  private static byte[] extension(String hex) {
    byte[] content = HexFormat.of().parseHex(hex.replace(" ", ""));
    return ByteBuffer.allocate(4 + content.length)
        .putShort((short) 0x39)
        .putShort((short) content.length)
        .put(content)
        .array();
  }

  private static TransportParameters read(byte[] extension, Role sender)
      throws TlsProtocolException {
    TransportParameters parameters = new TransportParameters();
    ByteBuffer buffer = ByteBuffer.wrap(extension);
    TransportParameterReader.read(parameters, buffer, sender);
    assertThat(buffer.hasRemaining()).isFalse();
    return parameters;
  }

  private static void assertRefused(byte[] extension, Role sender) {
    assertThatThrownBy(() -> read(extension, sender))
        .isInstanceOf(TlsProtocolException.class)
        .cause()
        .isInstanceOfSatisfying(
            TransportError.class,
            e ->
                assertThat(e.getTransportErrorCode())
                    .isEqualTo(TransportErrorCode.TRANSPORT_PARAMETER_ERROR));
  }

  @Test
  void valuesAreReadAndUnknownParametersSkipped() throws Exception {
    TransportParameters read =
        read(
            extension(
                "01 02 6710  04 04 80100000  08 08 d000000000000000  0a 01 14  0b 02 7fff  0c 00"
                    + " 0e 08 c000000100000000  0f 02 0102  03 02 44b0  20 04 8000ffff"
                    + " 7ab1 03 010203  c000000100000020 00  0d 2d "
                    + ADDRESS),
            Role.Server);
    assertThat(read.getMaxIdleTimeout()).isEqualTo(10_000);
    assertThat(read.getInitialMaxData()).isEqualTo(1 << 20);
    assertThat(read.getInitialMaxStreamsBidi()).isEqualTo(1L << 60);
    assertThat(read.getAckDelayExponent()).isEqualTo(20);
    assertThat(read.getMaxAckDelay()).isEqualTo(16_383);
    assertThat(read.getDisableMigration()).isTrue();
    assertThat(read.getActiveConnectionIdLimit()).isEqualTo(Integer.MAX_VALUE);
    assertThat(read.getInitialSourceConnectionId()).containsExactly(1, 2);
    assertThat(read.getMaxUdpPayloadSize()).isEqualTo(1_200);
    assertThat(read.getMaxDatagramFrameSize()).isEqualTo(65_535);
    assertThat(read.getPreferredAddress().getIp4Port()).isEqualTo(8080);
    assertThat(read.getPreferredAddress().getIp6()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "twice,                          04 01 05 04 01 05",
    "unknown twice,                  7ab1 00 7ab1 00",
    "longer than its value,          04 02 0500",
    "shorter than its value,         04 01 40",
    "empty number,                   04 00",
    "beyond the extension,           04 05 00",
    "half a length,                  04 40",
    "ack_delay_exponent of 21,       0a 01 15",
    "max_ack_delay of 2^14,          0b 04 80004000",
    "max_udp_payload_size of 1199,   03 02 44af",
    "active_connection_id_limit 1,   0e 01 01",
    "more than 2^60 bidi streams,    08 08 d000000000000001",
    "more than 2^60 uni streams,     09 08 d000000000000001",
    "migration disabled with value,  0c 01 00",
    "connection id of 21 bytes,      0f 15 000000000000000000000000000000000000000000",
    "reset token of 15 bytes,        02 0f 000000000000000000000000000000",
    "reset token of 17 bytes,        02 11 0000000000000000000000000000000000",
    "half a version,                 11 06 000000010000",
    "no version,                     11 00",
    "version zero,                   11 08 0000000100000000",
    "half a preferred address,       0d 05 0102030405",
  })
  void aMalformedParameterIsATransportParameterError(String what, String hex) {
    assertRefused(extension(hex), Role.Server);
  }

  @ParameterizedTest
  @CsvSource({"00 01 05", "02 10 " + TOKEN, "10 01 05"})
  void whatOnlyAServerSendsIsRefusedFromAClient(String hex) throws Exception {
    read(extension(hex), Role.Server);
    assertRefused(extension(hex), Role.Client);
  }

  @Test
  void anExtensionCutAnywhereIsRefused() {
    byte[] whole = extension("0d 2d " + ADDRESS);
    for (int length = 4; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertRefused(cut, Role.Server);
      cut[3] = (byte) (length - 4);
      if (length > 4) {
        assertRefused(cut, Role.Server);
      }
    }
  }
}
