package dev.heddle.http3.session;

import static dev.heddle.http3.session.Talk.bytes;
import static dev.heddle.http3.session.Talk.text;
import static dev.heddle.http3.testing.Octets.connect;
import static dev.heddle.http3.testing.Octets.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.Capsule;
import dev.heddle.CapsuleStream;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramDropReason;
import dev.heddle.DatagramLimits;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.wire.Bytes;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9297 §3: capsules on the data stream of an Extended CONNECT. */
@Timeout(30)
@ExtendWith({NoErrors.class, NoLeaks.class})
class CapsuleProtocolTest {
  /** Echoes datagrams as they came until the client ends the session. */
  private static final SessionHandler ECHO =
      session -> {
        session.respond(Headers.status(200));
        DatagramContext context = session.datagramNoContext();
        while (true) {
          dev.heddle.Datagram datagram = context.receive();
          if (datagram.inCapsule()) {
            context.writeInCapsule(datagram.payload());
          } else {
            context.writeDatagram(datagram.payload());
          }
        }
      };

  @Test
  void whatComesInACapsuleIsToldApart() throws Exception {
    try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
      MemoryStream stream = peer.bidi(connect("talk"));
      peer.datagram("00 aa");
      assertThat(peer.awaitDatagram()).isEqualTo("00aa");
      stream.end(data(Bytes.hex("00 02 bbcc")));
      assertThat(Octets.frames(stream))
          .containsExactly("HEADERS :status=200", "DATA \0\2\u00bb\u00cc");
      peer.requireAlive();
    }
  }

  // RFC 9297 §3.2: capsules of unknown types are skipped; §3.2: they need not fit DATA frames
  @Test
  void unknownCapsulesAreSkippedWhereverTheFramesAreCut() throws Exception {
    byte[] capsules =
        Bytes.hex("17 00  29 03 010203  80ffffff 01 00  00 01 61  40ff 4001 00  00 01 62");
    for (int cut = 0; cut <= capsules.length; cut++) {
      try (RawPeer peer = RawPeer.datagramClient(ECHO)) {
        MemoryStream stream =
            peer.message(
                connect("talk"),
                data(Arrays.copyOf(capsules, cut)),
                Octets.UNKNOWN,
                data(Arrays.copyOfRange(capsules, cut, capsules.length)));
        assertThat(Octets.frames(stream))
            .containsExactly("HEADERS :status=200", "DATA \0\1a", "DATA \0\1b");
      }
    }
  }

  // RFC 9297 §3.3: a clean end inside a capsule makes the message malformed
  @Test
  void anEndInsideACapsuleIsMalformedWhereverItIs() throws Exception {
    byte[] capsules = Bytes.hex("00 03 616263 80ff37a1 03 00 00 00 40ff 02 0000");
    for (int cut = 1; cut < capsules.length; cut++) {
      if (cut == 5 || cut == 13) {
        continue;
      }
      try (RawPeer peer =
          RawPeer.datagramClient(session -> {
            session.respond(Headers.status(200));
            session.acceptDatagramContext().readDatagram();
          })) {
        MemoryStream stream = peer.message(connect("talk"), data(Arrays.copyOf(capsules, cut)));
        assertThat(stream.awaitReset()).isEqualTo(0x10e);
        peer.requireAlive();
      }
    }
  }

  // RFC 9297 §3.5: a capsule too large to be of use is discarded without being held
  @Test
  void aDatagramCapsuleBeyondTheLimitIsSkippedAndCounted() throws Exception {
    Limits limits =
        Limits.builder().datagrams(DatagramLimits.builder().maxCapsuleBytes(1_024).build()).build();
    CompletableFuture<Session> served = new CompletableFuture<>();
    try (RawPeer peer =
        RawPeer.client(
                limits,
                session -> {
                  session.respond(Headers.status(200));
                  byte[] first = session.datagramNoContext().readDatagram();
                  assertThat(text(first)).isEqualTo("ok");
                  served.complete(session);
                })
            .settledWithDatagrams()) {
      MemoryStream stream = peer.bidi(connect("talk"));
      stream.send(
          data(Bytes.concat(Bytes.hex("00 4401"), new byte[1_025], Bytes.hex("00 02 6f6b"))));
      assertThat(served.get(10, TimeUnit.SECONDS).droppedDatagrams())
          .containsEntry(DatagramDropReason.CAPSULE_TOO_LARGE, 1L);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00 ffffffffffffffff, false", // a datagram: skipped for as long as it takes
    "17 ffffffffffffffff, false", // nobody knows it: the same
    "80ff37a1 ffffffffffffffff, true",
    "80ff37a2 ffffffffffffffff, true",
    "80ff37a3 ffffffffffffffff, true",
    "2a ffffffffffffffff, true", // the application has asked for it
  })
  void aClaimOfAllBytesThereAreIsSkippedOrRefused(String octets, boolean refused) throws Exception {
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          session.capsules(0x2a).read();
        })) {
      MemoryStream stream = peer.bidi(connect("talk"), data(Bytes.hex(octets)));
      if (refused) {
        assertThat(stream.awaitReset()).isEqualTo(0x107);
      } else {
        byte[] chunk = data(new byte[60_000]);
        for (int i = 0; i < 100; i++) {
          stream.send(chunk); // would fill every window if it were held
        }
      }
      peer.requireAlive();
    }
  }

  @Test
  void capsulesOfTheApplicationGoBothWaysInOrder() throws Exception {
    try (Talk talk = Talk.open()) {
      CapsuleStream here = talk.client().capsules(0x2a, 0x2b);
      CapsuleStream there = talk.server().capsules(0x2a);
      assertThat(talk.server().capsules(0x2b)).isSameAs(there);
      DatagramContext context = talk.client().datagramNoContext();
      for (int i = 0; i < 100; i++) {
        here.write(new Capsule(0x2a + i % 2, bytes("capsule " + i)));
        here.write(new Capsule(0x2c, bytes("nobody asked for this one")));
        Capsule got = there.read();
        assertThat(got.type()).isEqualTo(0x2a + i % 2);
        assertThat(text(got.value())).isEqualTo("capsule " + i);
      }
      there.write(new Capsule(0x2b, new byte[0]));
      assertThat(here.read().value()).isEmpty();
      context.writeInCapsule(bytes("beside them"));
      assertThat(text(talk.server().datagramNoContext().readDatagram())).isEqualTo("beside them");
    }
  }

  @Test
  void capsulesThatNobodyReadsHoldThePeerUpAndAreNotLost() throws Exception {
    try (Talk talk = Talk.open()) {
      CapsuleStream there = talk.server().capsules(0x2a);
      CapsuleStream here = talk.client().capsules();
      CompletableFuture<Throwable> writer =
          Sides.inBackground(() -> {
            for (int i = 0; i < 1_000; i++) {
              here.write(new Capsule(0x2a, new byte[1_000]));
            }
          });
      for (int i = 0; i < 1_000; i++) {
        assertThat(there.read().value()).hasSize(1_000);
      }
      assertThat(writer.get(10, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void theLibrarysTypesAreNotTheApplications() throws Exception {
    try (Talk talk = Talk.open()) {
      for (long type : new long[] {0, 0xff37a1, 0xff37a2, 0xff37a3, -1, 1L << 62}) {
        assertThatThrownBy(() -> talk.client().capsules(type))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
