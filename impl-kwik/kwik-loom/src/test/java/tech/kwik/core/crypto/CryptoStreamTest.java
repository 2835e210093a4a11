package tech.kwik.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tech.kwik.agent15.alert.DecodeErrorException;
import tech.kwik.agent15.alert.UnexpectedMessageAlert;
import tech.kwik.core.QuicConstants.TransportErrorCode;
import tech.kwik.core.common.EncryptionLevel;
import tech.kwik.core.frame.CryptoFrame;
import tech.kwik.core.impl.Role;
import tech.kwik.core.impl.TransportError;
import tech.kwik.core.impl.Version;
import tech.kwik.core.impl.VersionHolder;
import tech.kwik.core.log.NullLogger;

/** RFC 9000 §7.5: TLS messages in pieces, and what is too much of them. */
class CryptoStreamTest {

  private static final Version V1 = Version.QUIC_version_1;
  private static final int CLIENT_HELLO = 1;
  private static final int KEY_UPDATE = 24;

  private static CryptoStream server(EncryptionLevel level) {
    CryptoStream stream =
        new CryptoStream(VersionHolder.with(V1), level, Role.Server, new NullLogger());
    stream.setBufferMode();
    return stream;
  }

  private static byte[] message(int type, int length) {
    byte[] message = new byte[4 + length];
    message[0] = (byte) type;
    message[1] = (byte) (length >> 16);
    message[2] = (byte) (length >> 8);
    message[3] = (byte) length;
    return message;
  }

  private static CryptoFrame frame(long offset, byte... data) {
    return new CryptoFrame(V1, offset, data);
  }

  private static void assertExceeded(CryptoStream stream, CryptoFrame frame) {
    assertThatThrownBy(() -> stream.add(frame))
        .isInstanceOfSatisfying(
            TransportError.class,
            e ->
                assertThat(e.getTransportErrorCode())
                    .isEqualTo(TransportErrorCode.CRYPTO_BUFFER_EXCEEDED));
  }

  @Test
  void aMessageInPiecesOfOneByteInAnyOrderIsReadWithTheLastOfThem() throws Exception {
    byte[] hello = message(CLIENT_HELLO, 500);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < hello.length; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(3));
    CryptoStream stream = server(EncryptionLevel.Initial);
    for (int i : order.subList(1, order.size())) {
      stream.add(frame(i, hello[i]));
      stream.add(frame(i, hello[i]));
    }
    // What it says makes no sense, so one sees when it was read.
    int last = order.getFirst();
    assertThatThrownBy(() -> stream.add(frame(last, hello[last])))
        .isInstanceOf(DecodeErrorException.class);
  }

  @Test
  void atLeast4096BytesWaitOutOfOrder() throws Exception {
    CryptoStream stream = server(EncryptionLevel.Handshake);
    stream.add(frame(4095, (byte) 0));
    assertExceeded(stream, frame(5_000, (byte) 0));
  }

  @Test
  void aMessageTooLargeForItsLevelIsRefusedByItsHeader() {
    assertExceeded(
        server(EncryptionLevel.Initial),
        frame(0, (byte) CLIENT_HELLO, (byte) 0xff, (byte) 0, (byte) 0));
    assertExceeded(
        server(EncryptionLevel.Handshake), frame(0, (byte) 20, (byte) 0, (byte) 1, (byte) 0));
  }

  @Test
  void aMessageThatDoesNotBelongThereIsUnexpected() {
    assertThatThrownBy(
            () -> server(EncryptionLevel.Handshake).add(frame(0, message(CLIENT_HELLO, 50))))
        .isInstanceOf(UnexpectedMessageAlert.class);
    assertThatThrownBy(() -> server(EncryptionLevel.App).add(frame(0, message(KEY_UPDATE, 1))))
        .isInstanceOf(UnexpectedMessageAlert.class);
    assertThatThrownBy(() -> server(EncryptionLevel.Initial).add(frame(0, message(0, 0))))
        .isInstanceOf(UnexpectedMessageAlert.class);
  }

  @Test
  void randomMessagesEndInAlertsAlone() {
    Random random = new Random(11);
    for (int i = 0; i < 5_000; i++) {
      byte[] hello = message(CLIENT_HELLO, 50 + random.nextInt(200));
      for (int at = 4; at < hello.length; at++) {
        hello[at] = (byte) random.nextInt(i % 2 == 0 ? 4 : 256);
      }
      hello[4] = 3;
      hello[5] = 3;
      assertThatThrownBy(() -> server(EncryptionLevel.Initial).add(frame(0, hello)))
          .isInstanceOf(tech.kwik.agent15.TlsProtocolException.class);
    }
  }

  @Test
  void aDaysSessionTicketsMayGoAtOnceAndAreThenRationed() {
    SessionTickets tickets = new SessionTickets(24);
    long hour = 3_600_000_000_000L;
    long now = System.nanoTime() + hour;
    for (int i = 0; i < 24; i++) {
      assertThat(tickets.take(now)).isTrue();
    }
    assertThat(tickets.take(now)).isFalse();
    assertThat(tickets.take(now + hour)).isTrue();
    assertThat(tickets.take(now + hour)).isFalse();
    assertThat(tickets.take(now + 5 * hour)).isTrue();
    assertThat(new SessionTickets(0).take(now)).isFalse();
  }
}
