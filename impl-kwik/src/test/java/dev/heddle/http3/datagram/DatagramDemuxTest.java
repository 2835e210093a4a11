package dev.heddle.http3.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.http3.wire.H3Error;
import dev.heddle.http3.wire.ProtocolException;
import dev.heddle.http3.wire.ProtocolException.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramDemuxTest {
  private static final EarlyLimits LIMITS = new EarlyLimits(8, 1_000, Duration.ofSeconds(1));

  private final AtomicLong now = new AtomicLong();
  private final List<ProtocolException> violations = new ArrayList<>();
  private final DatagramDemux demux =
      new DatagramDemux(LIMITS, streamId -> streamId < 400, now::get);

  private static byte[] bytes(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }

  private void receive(String hex) throws ProtocolException {
    demux.receive(ByteBuffer.wrap(bytes(hex)).asReadOnlyBuffer());
  }

  private SessionDatagrams open(long streamId) {
    return demux.open(streamId, violations::add);
  }

  private static DatagramInbox inbox() {
    return new DatagramInbox(0, -1, 16, DropPolicy.OLDEST);
  }

  private static List<String> read(DatagramInbox inbox) throws IOException {
    List<String> payloads = new ArrayList<>();
    for (Received next = inbox.poll(); next != null; next = inbox.poll()) {
      payloads.add(HexFormat.of().formatHex(next.payload()));
    }
    return payloads;
  }

  @Test
  void aDatagramFindsItsSessionByItsQuarterStreamId() throws Exception {
    DatagramInbox first = inbox();
    DatagramInbox second = inbox();
    open(0).noContext(first);
    open(256).noContext(second);
    receive("00 aa bb");
    receive("40 40 cc");
    receive("40 00 dd"); // a varint need not be in its shortest form
    assertThat(read(first)).containsExactly("aabb", "dd");
    assertThat(read(second)).containsExactly("cc");
  }

  @Test
  void aDatagramFindsItsContextByItsId() throws Exception {
    SessionDatagrams session = open(4);
    DatagramInbox even = inbox();
    DatagramInbox odd = inbox();
    session.contexts();
    session.add(0, even);
    session.add((1L << 62) - 1, odd);
    receive("01 00 aa");
    receive("01 ff ff ff ff ff ff ff ff bb");
    receive("01 00"); // an empty payload is one
    assertThat(read(even)).containsExactly("aa", "");
    assertThat(read(odd)).containsExactly("bb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "40", "80 00 00", "c0 00 00 00 00 00 00"})
  // RFC 9297 §2.1: too short for a quarter stream id is H3_DATAGRAM_ERROR
  void aDatagramWithoutAQuarterStreamIdEndsTheConnection(String hex) {
    assertThatThrownBy(() -> receive(hex))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> {
              assertThat(e.error()).isEqualTo(H3Error.H3_DATAGRAM_ERROR);
              assertThat(e.scope()).isEqualTo(Scope.CONNECTION);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"d0 00 00 00 00 00 00 00", "ff ff ff ff ff ff ff ff aa"})
  // RFC 9297 §2.1: a quarter stream id above 2^60-1 is H3_DATAGRAM_ERROR
  void aQuarterStreamIdThatNoStreamCanHaveEndsTheConnection(String hex) {
    assertThatThrownBy(() -> receive(hex))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> assertThat(e.error()).isEqualTo(H3Error.H3_DATAGRAM_ERROR));
  }

  @ParameterizedTest
  @ValueSource(strings = {"40 64", "cf ff ff ff ff ff ff ff"})
  // RFC 9297 §2.1: a stream beyond the limits is H3_ID_ERROR
  void aStreamBeyondTheLimitsEndsTheConnection(String hex) {
    assertThatThrownBy(() -> receive(hex))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> {
              assertThat(e.error()).isEqualTo(H3Error.H3_ID_ERROR);
              assertThat(e.scope()).isEqualTo(Scope.CONNECTION);
            });
  }

  @Test
  void whatComesBeforeItsSessionIsDeliveredFirstAndInOrder() throws Exception {
    receive("01 01");
    receive("02 ee");
    receive("01 02");
    DatagramInbox inbox = inbox();
    SessionDatagrams session = open(4);
    receive("01 03");
    session.noContext(inbox);
    receive("01 04");
    assertThat(read(inbox)).containsExactly("01", "02", "03", "04");
    DatagramInbox other = inbox();
    open(8).noContext(other);
    assertThat(read(other)).containsExactly("ee");
  }

  @Test
  void whatComesBeforeItsContextIsDeliveredFirstAndInOrder() throws Exception {
    receive("01 02 aa");
    SessionDatagrams session = open(4);
    receive("01 04 bb");
    session.contexts();
    receive("01 02 cc");
    session.receiveCapsule(bytes("02 dd"));
    DatagramInbox two = inbox();
    session.add(2, two);
    receive("01 02 ee");
    assertThat(read(two))
        .containsExactly("aa", "cc", "ee", "dd"); // capsules are no part of the order
    DatagramInbox four = inbox();
    session.add(4, four);
    assertThat(read(four)).containsExactly("bb");
  }

  @Test
  void earlyDatagramsAreBoundedAndDropsCounted() throws Exception {
    for (int i = 0; i < 10; i++) {
      receive("01 0" + i);
    }
    assertThat(demux.dropped(DropReason.EARLY_FULL)).isEqualTo(2);
    SessionDatagrams session = open(4);
    for (int i = 0; i < 10; i++) {
      receive("01 0" + i);
    }
    assertThat(session.dropped(DropReason.EARLY_FULL)).isEqualTo(10);
    DatagramInbox inbox = inbox();
    session.noContext(inbox);
    assertThat(read(inbox)).hasSize(8);
  }

  @Test
  void earlyDatagramsExpireAndSayWhoseTheyWere() throws Exception {
    List<Long> unclaimed = new ArrayList<>();
    SessionDatagrams session = open(8);
    receive("01 aa");
    receive("02 bb");
    now.addAndGet(Duration.ofMillis(1_001).toNanos());
    demux.expire(unclaimed::add);
    assertThat(unclaimed).containsExactly(4L);
    assertThat(demux.dropped(DropReason.EARLY_EXPIRED)).isEqualTo(1);
    assertThat(session.dropped(DropReason.EARLY_EXPIRED)).isEqualTo(1);
  }

  @Test
  // draft-ietf-masque-h3-datagram-04 §3: a datagram without its context id ends the stream
  void aDatagramThatEndsInsideItsContextIdEndsTheStream() throws Exception {
    SessionDatagrams session = open(4);
    session.contexts();
    receive("01");
    receive("01 40");
    assertThat(violations)
        .hasSize(2)
        .allSatisfy(e -> {
          assertThat(e.error()).isEqualTo(H3Error.H3_GENERAL_PROTOCOL_ERROR);
          assertThat(e.scope()).isEqualTo(Scope.STREAM);
        });
    assertThatThrownBy(() -> session.receiveCapsule(bytes("80 00 00")))
        .isInstanceOf(ProtocolException.class);
    assertThat(session.dropped(DropReason.MALFORMED)).isEqualTo(3);
  }

  @Test
  void anEarlyDatagramWithoutContextIdIsFoundOnceTheModeIsKnown() throws Exception {
    SessionDatagrams session = open(4);
    receive("01 02 aa");
    receive("01 40");
    assertThat(violations).isEmpty();
    session.contexts();
    assertThat(violations).hasSize(1);
    assertThat(session.dropped(DropReason.MALFORMED)).isEqualTo(1);
    DatagramInbox inbox = inbox();
    session.add(2, inbox);
    assertThat(read(inbox)).containsExactly("aa");
  }

  @Test
  void whatComesForAClosedContextIsCountedAndTheOthersGoOn() throws Exception {
    SessionDatagrams session = open(4);
    DatagramInbox closed = inbox();
    DatagramInbox other = inbox();
    session.contexts();
    session.add(0, closed);
    session.add(2, other);
    closed.close(() -> new IOException("over"));
    receive("01 00 aa");
    session.remove(0);
    session.remove(0);
    receive("01 00 bb");
    session.receiveCapsule(bytes("00 cc"));
    receive("01 02 dd");
    assertThat(closed.dropped(DropReason.CONTEXT_CLOSED)).isEqualTo(1);
    assertThat(session.dropped(DropReason.CONTEXT_CLOSED)).isEqualTo(2);
    assertThat(read(other)).containsExactly("dd");
  }

  @Test
  void whatComesForAClosedSessionIsCounted() throws Exception {
    SessionDatagrams session = open(4);
    receive("01 aa");
    session.close();
    session.close();
    receive("01 bb");
    assertThat(session.dropped(DropReason.SESSION_CLOSED)).isEqualTo(1);
    assertThat(demux.dropped(DropReason.SESSION_CLOSED)).isEqualTo(1);
    receive("02 cc");
    demux.close();
    receive("02 dd");
    assertThat(demux.dropped(DropReason.SESSION_CLOSED)).isEqualTo(3);
  }

  @Test
  void theModeIsFixedOnce() {
    SessionDatagrams session = open(4);
    session.contexts();
    assertThatThrownBy(session::contexts).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> session.noContext(inbox())).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theReceivedBufferIsCopied() throws Exception {
    DatagramInbox inbox = inbox();
    open(4).noContext(inbox);
    byte[] frame = bytes("01 aa");
    demux.receive(ByteBuffer.wrap(frame));
    frame[1] = 0;
    assertThat(read(inbox)).containsExactly("aa");
  }
}
