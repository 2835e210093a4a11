package dev.heddle.http3.connection;

import static dev.heddle.http3.wire.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ErrorCode;
import dev.heddle.Limits;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.wire.FrameReader;
import dev.heddle.http3.wire.FrameType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(10)
class ControlStreamTest {
  private static final Limits QUICK =
      Limits.builder().headerTimeout(Duration.ofMillis(100)).build();

  // RFC 9114 §6.2.1, §7.2.4: one control stream, at once, whose first frame is SETTINGS
  // RFC 9114 §7.2.4.2: nothing has to be received before SETTINGS is sent
  @ParameterizedTest
  @EnumSource
  void settingsComeFirstAndWaitForNothing(Roles role) throws Exception {
    try (RawPeer peer = role.peer()) {
      FrameReader control = peer.control();
      assertThat(control.next()).isEqualTo(FrameType.SETTINGS);
      var settings = control.settings(4096);
      assertThat(settings.qpackMaxTableCapacity()).isZero();
      assertThat(settings.maxFieldSectionSize()).hasValue(65_536);
      // RFC 9220 §3: the server announces that it accepts Extended CONNECT
      assertThat(settings.extendedConnect()).isEqualTo(role == Roles.SERVER);
      // RFC 9114 §7.2.4.1: at least one reserved setting; §7.2.8: and a reserved frame
      assertThat(settings.values().keySet()).anyMatch(id -> id >= 0x21 && (id - 0x21) % 0x1f == 0);
      assertThat(control.next()).isEqualTo(FrameType.UNKNOWN);
    }
  }

  @ParameterizedTest(name = "{0}: {1} gives {2}")
  @CsvSource({
    // RFC 9114 §6.2.1: any other first frame than SETTINGS is H3_MISSING_SETTINGS
    "CLIENT, 00 070100,              10a",
    "SERVER, 00 070100,              10a",
    "SERVER, 00 2100 0400,           10a",
    "SERVER, 00 0000,                10a",
    // RFC 9114 §7.2.4: a second SETTINGS is H3_FRAME_UNEXPECTED
    "CLIENT, 00 0400 0400,           105",
    "SERVER, 00 0400 2100 0400,      105",
    // RFC 9114 §7.2.4: an identifier that comes twice is H3_SETTINGS_ERROR
    "SERVER, 00 0404 06 01 06 01,    109",
    // RFC 9114 §7.2.4.1: the identifiers of HTTP/2 settings are H3_SETTINGS_ERROR
    "CLIENT, 00 0402 00 01,          109",
    "SERVER, 00 0402 02 01,          109",
    "SERVER, 00 0402 03 01,          109",
    "SERVER, 00 0402 04 01,          109",
    "SERVER, 00 0402 05 01,          109",
    // RFC 9220 §3: ENABLE_CONNECT_PROTOCOL is 0 or 1
    "CLIENT, 00 0402 08 02,          109",
    // RFC 9114 §7.2.1, §7.2.2, §7.2.5: DATA, HEADERS and PUSH_PROMISE do not belong here
    "CLIENT, 00 0400 0000,           105",
    "SERVER, 00 0400 0000,           105",
    "CLIENT, 00 0400 0100,           105",
    "SERVER, 00 0400 0100,           105",
    "CLIENT, 00 0400 0500,           105",
    "SERVER, 00 0400 0500,           105",
    // RFC 9114 §7.2.7: MAX_PUSH_ID from a server, and a smaller one
    "CLIENT, 00 0400 0d0100,         105",
    "SERVER, 00 0400 0d0104 0d0103,  108",
    // RFC 9114 §7.2.3: CANCEL_PUSH of what was not promised or allowed is H3_ID_ERROR
    "CLIENT, 00 0400 030100,         108",
    "SERVER, 00 0400 030100,         108",
    "SERVER, 00 0400 0d0104 030102,  108",
    // RFC 9114 §7.2.6: GOAWAY from a server names a client's bidirectional stream
    "CLIENT, 00 0400 070101,         108",
    "CLIENT, 00 0400 070102,         108",
    "CLIENT, 00 0400 070103,         108",
    // RFC 9114 §5.2: the id of a later GOAWAY is not larger
    "CLIENT, 00 0400 070104 070108,  108",
    "SERVER, 00 0400 070104 070105,  108",
    // RFC 9218 §7.2: PRIORITY_UPDATE from a server
    "CLIENT, 00 0400 800f0700 0100,             105",
    "CLIENT, 00 0400 800f0701 00,               105",
    // RFC 9218 §7.2: of no request stream, beyond the limits, of a push that was not promised
    "SERVER, 00 0400 800f0700 0101,             108",
    "SERVER, 00 0400 800f0700 0102,             108",
    "SERVER, 00 0400 800f0700 04 03753d30,      108",
    "SERVER, 00 0400 800f0700 024400,           108",
    "SERVER, 00 0400 800f0700 08ffffffffffffffff, 108",
    "SERVER, 00 0400 800f0701 0100,             108",
    "SERVER, 00 0400 0d0104 800f0701 0103,      108",
    // RFC 9114 §7.1: one that ends inside its id
    "SERVER, 00 0400 800f0700 00,               106",
    "SERVER, 00 0400 800f0700 0140,             106",
    "SERVER, 00 0400 800f0701 03800000,         106",
    // RFC 9114 §6.2.1: nor is it the first frame
    "SERVER, 00 800f0700 0100 0400,             10a",
    // RFC 9114 §7.2.8: frame types of HTTP/2 are H3_FRAME_UNEXPECTED
    "CLIENT, 00 0400 0200,           105",
    "SERVER, 00 0400 0600,           105",
    "SERVER, 00 0400 0800,           105",
    "SERVER, 00 0400 0900,           105",
    // RFC 9114 §7.1: a payload with more or fewer octets than its fields is H3_FRAME_ERROR
    "SERVER, 00 0400 0700,           106",
    "CLIENT, 00 0400 07020000,       106",
    "SERVER, 00 0400 0d020000,       106",
    "SERVER, 00 0400 030140,         106",
    "SERVER, 00 0401 06,             106",
  })
  void whatBreaksTheRulesOfTheControlStreamEndsTheConnection(Roles role, String octets, String code)
      throws Exception {
    try (RawPeer peer = role.peer()) {
      peer.uni(hex(octets));
      assertThat(peer.awaitClose()).isEqualTo(new ErrorCode(Long.parseLong(code, 16)));
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    // RFC 9114 §9: unknown frames are skipped; §7.2.8: reserved ones have no meaning
    "SERVER, 00 0400 2103aabbcc 4021 00",
    "CLIENT, 00 0400 2103aabbcc 4021 00",
    // RFC 9114 §7.2.4: unknown settings are ignored; §7.2.4.1: so are reserved ones
    "SERVER, 00 0407 21 05 33 01 4abc 03",
    // RFC 9114 §7.1: a frame type may be encoded longer than it must be
    "SERVER, 00 4004 00",
    // RFC 9218 §7.2: priorities of streams, those to come included, whatever they say
    "SERVER, 00 0400 800f0700 0100 800f0700 0543fcff007f 800f0700 0400753d30",
    "SERVER, 00 0400 800f0700 0604753d312c69",
    // RFC 9114 §5.2, §7.2.7: ids that stay or change in the right direction
    "SERVER, 00 0400 070105 070105 070104 0d0103 0d0103 0d0104",
    "CLIENT, 00 0400 070108 070108 070104",
  })
  void whatTheRulesAllowLetsTheConnectionLive(Roles role, String octets) throws Exception {
    try (RawPeer peer = role.peer()) {
      MemoryStream control = peer.uni(hex(octets));
      control.awaitPeerReads();
      // a second SETTINGS behind it proves that all before it was read and passed
      peer.requireAlive();
      control.send(hex("0400"));
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_FRAME_UNEXPECTED);
    }
  }

  // RFC 9114 §6.2.1: a second control stream is H3_STREAM_CREATION_ERROR
  // RFC 9204 §4.2: and so is a second encoder or decoder stream
  @ParameterizedTest
  @CsvSource({"CLIENT, 00 0400", "SERVER, 00 0400", "CLIENT, 02", "SERVER, 02", "SERVER, 03"})
  void aSecondStreamOfAKindThatIsSingleIsRefused(Roles role, String octets) throws Exception {
    try (RawPeer peer = role.peer()) {
      peer.uni(hex(octets)).awaitPeerReads();
      peer.uni(hex(octets));
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_STREAM_CREATION_ERROR);
    }
  }

  // RFC 9114 §6.2.1: a control stream that is closed at any point is H3_CLOSED_CRITICAL_STREAM
  // RFC 9204 §4.2: and so is an encoder or decoder stream
  @ParameterizedTest
  @CsvSource({"CLIENT, 00 0400", "SERVER, 00 0400", "SERVER, 00", "CLIENT, 02", "SERVER, 03"})
  void aCriticalStreamThatEndsOrIsResetEndsTheConnection(Roles role, String octets)
      throws Exception {
    try (RawPeer ends = role.peer();
        RawPeer resets = role.peer()) {
      ends.uniMessage(hex(octets));
      assertThat(ends.awaitClose()).isEqualTo(ErrorCode.H3_CLOSED_CRITICAL_STREAM);
      MemoryStream stream = resets.uni(hex(octets));
      stream.awaitPeerReads();
      stream.reset(0x100);
      assertThat(resets.awaitClose()).isEqualTo(ErrorCode.H3_CLOSED_CRITICAL_STREAM);
    }
  }

  // RFC 9114 §6.2.1: the receiver must not ask the sender to close its control stream
  @ParameterizedTest
  @EnumSource
  void aPeerThatStopsOurControlStreamLosesTheConnection(Roles role) throws Exception {
    try (RawPeer peer = role.peer().settled()) {
      peer.accept(false).stopSending(0x100);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_CLOSED_CRITICAL_STREAM);
    }
  }

  // RFC 9114 §7.1: a stream that ends cleanly inside a frame is H3_FRAME_ERROR
  @ParameterizedTest
  @CsvSource({"00 04", "00 0402 06", "00 0400 07", "00 0400 0701", "00 0400 21 05 aa", "00 40"})
  void aControlStreamThatEndsInsideAFrameIsAFrameError(String octets) throws Exception {
    try (RawPeer peer = Roles.SERVER.peer()) {
      peer.uniMessage(hex(octets));
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_FRAME_ERROR);
    }
  }

  // RFC 9114 §6.2: unknown types are no error, and their streams are not read
  @ParameterizedTest
  @EnumSource
  void aStreamOfUnknownTypeIsStoppedAndHarmless(Roles role) throws Exception {
    try (RawPeer peer = role.peer().settled()) {
      MemoryStream unknown = peer.uni(hex("21 aabbcc"));
      assertThat(unknown.awaitStop()).isEqualTo(ErrorCode.H3_STREAM_CREATION_ERROR.value());
      peer.requireAlive();
    }
  }

  // RFC 9114 §6.2: a stream may be closed or reset before its type has arrived
  @Test
  void aStreamThatEndsBeforeItsTypeIsHarmless() throws Exception {
    try (RawPeer peer = Roles.SERVER.peer().settled()) {
      peer.uniMessage();
      peer.uniMessage(hex("40"));
      peer.uni().reset(1);
      peer.uni(hex("40")).reset(1);
      MemoryStream request = peer.message(Octets.request("GET"));
      assertThat(Octets.frames(request)).containsExactly("HEADERS :status=200");
    }
  }

  // RFC 9114 §6.2.2: a push stream from a client is H3_STREAM_CREATION_ERROR
  // RFC 9114 §4.6: one from a server that was given no push id is H3_ID_ERROR
  @ParameterizedTest
  @CsvSource({"SERVER, 103", "CLIENT, 108"})
  void aPushStreamIsRefused(Roles role, String code) throws Exception {
    try (RawPeer peer = role.peer().settled()) {
      peer.uni(hex("01 00"));
      assertThat(peer.awaitClose()).isEqualTo(new ErrorCode(Long.parseLong(code, 16)));
    }
  }

  // RFC 9114 §6.1: a server opens no bidirectional streams
  @Test
  void aBidirectionalStreamFromAServerIsRefused() throws Exception {
    try (RawPeer peer = Roles.CLIENT.peer().settled()) {
      peer.bidi();
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_STREAM_CREATION_ERROR);
    }
  }

  @ParameterizedTest(name = "{0} gives {1}")
  @CsvSource({
    // RFC 9204 §4.3.1, §3.2.3: nothing fits a dynamic table of capacity 0
    "02 3f01, 201",
    "02 c0 00, 201",
    "02 41 61 00, 201",
    "02 00, 201",
    // RFC 9204 §4.4.1, §4.4.3: nothing awaits an acknowledgment
    "03 80, 202",
    "03 00, 202",
    "03 01, 202",
    // RFC 9204 §7.4: integers over 62 bits
    "02 3fffffffffffffffffffff7f, 201",
    "03 7fffffffffffffffffffff7f, 202",
  })
  void qpackInstructionsThatCannotBeMeantEndTheConnection(String octets, String code)
      throws Exception {
    try (RawPeer peer = Roles.SERVER.peer().settled()) {
      peer.uni(hex(octets));
      assertThat(peer.awaitClose()).isEqualTo(new ErrorCode(Long.parseLong(code, 16)));
    }
  }

  // RFC 9204 §4.4.2: a Stream Cancellation needs no table; §4.3.1: nor does a capacity of 0
  @Test
  void qpackInstructionsWithoutATableAreFine() throws Exception {
    try (RawPeer peer = Roles.SERVER.peer().settled()) {
      peer.uni(hex("02 20 20")).awaitPeerReads();
      peer.uni(hex("03 44 7f05")).awaitPeerReads();
      MemoryStream request = peer.message(Octets.request("GET"));
      assertThat(Octets.frames(request)).containsExactly("HEADERS :status=200");
    }
  }
}
