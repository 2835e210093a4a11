package dev.heddle.http3.session;

import static dev.heddle.http3.session.Talk.bytes;
import static dev.heddle.http3.session.Talk.text;
import static dev.heddle.http3.testing.Octets.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.CapsulePolicy;
import dev.heddle.Datagram;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramDropReason;
import dev.heddle.DatagramOptions;
import dev.heddle.DatagramTooLargeException;
import dev.heddle.DatagramsNotNegotiatedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.testing.TransportPair;
import dev.heddle.http3.wire.Bytes;
import dev.heddle.http3.wire.FrameReader;
import dev.heddle.http3.wire.FrameType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9297 §2.1.1, and what fits where. */
@Timeout(20)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramNegotiationTest {
  private static final DatagramOptions DEFAULTS = DatagramOptions.defaults();

  @Test
  void bothSidesAnnounceDatagramsUnlessToldNotTo() throws Exception {
    for (DatagramOptions options : new DatagramOptions[] {DEFAULTS, DEFAULTS.off()}) {
      try (RawPeer peer = RawPeer.client(Limits.defaults(), options, session -> {}).settled()) {
        assertThat(announced(peer)).isEqualTo(options.enabled());
      }
      try (RawPeer peer =
          RawPeer.server(new TransportPair(), Limits.defaults(), options).settled()) {
        assertThat(announced(peer)).isEqualTo(options.enabled());
      }
    }
  }

  private static boolean announced(RawPeer peer) throws Exception {
    FrameReader control = peer.control();
    assertThat(control.next()).isEqualTo(FrameType.SETTINGS);
    return control.settings(1_000).datagrams();
  }

  @Test
  void aTransportWithoutDatagramsIsNotAnnouncedAsOneWithThem() throws Exception {
    TransportPair pair = new TransportPair();
    pair.maxDatagramBytes(0);
    try (RawPeer peer = RawPeer.server(pair, Limits.defaults()).settledWithDatagrams()) {
      assertThat(announced(peer)).isFalse();
      try (Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
        assertThatThrownBy(session::datagramNoContext)
            .isInstanceOf(DatagramsNotNegotiatedException.class)
            .hasMessageContaining("transport");
      }
    }
  }

  // RFC 9297 §2.1.1: another value than 0 and 1 is H3_SETTINGS_ERROR
  @ParameterizedTest
  @ValueSource(strings = {"33 02", "33 4001 33 00", "33 ffffffffffffffff"})
  void anotherValueThanZeroAndOneEndsTheConnection(String setting) throws Exception {
    try (RawPeer peer = RawPeer.client(Limits.defaults(), session -> {})) {
      byte[] payload = Bytes.hex(setting);
      peer.uni(Bytes.hex("00 04"), new byte[] {(byte) payload.length}, payload);
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_SETTINGS_ERROR);
    }
  }

  @Test
  void withoutTheSettingOfThePeerTheUseIsRefused() throws Exception {
    try (Talk talk =
        Talk.open(new TransportPair(), "talk", Limits.defaults(), DEFAULTS, DEFAULTS.off())) {
      assertThat(talk.sides().client().peerSettings().datagrams()).isFalse();
      assertThat(talk.sides().server().peerSettings().datagrams()).isTrue();
      assertThatThrownBy(() -> talk.client().datagramNoContext())
          .isInstanceOf(DatagramsNotNegotiatedException.class)
          .hasMessageContaining("SETTINGS_H3_DATAGRAM")
          .hasMessageContaining("WHEN_NEEDED");
      assertThatThrownBy(() -> talk.client().registerDatagramContext())
          .isInstanceOf(DatagramsNotNegotiatedException.class);
      assertThatThrownBy(() -> talk.server().datagramNoContext())
          .isInstanceOf(DatagramsNotNegotiatedException.class)
          .hasMessageContaining("this side");
    }
  }

  @Test
  void whereTheyAreNotNegotiatedCapsulesCarryThem() throws Exception {
    DatagramOptions needed = DEFAULTS.withCapsules(CapsulePolicy.WHEN_NEEDED);
    try (Talk talk =
        Talk.open(new TransportPair(), "talk", Limits.defaults(), needed, needed.off())) {
      DatagramContext here = talk.client().registerDatagramContext();
      here.writeDatagram(bytes("in a capsule"));
      DatagramContext there = talk.server().acceptDatagramContext();
      Datagram got = there.receive();
      assertThat(text(got.payload())).isEqualTo("in a capsule");
      assertThat(got.inCapsule()).isTrue();
      assertThat(there.tryWriteDatagram(bytes("too"))).isTrue();
      assertThat(here.receive().inCapsule()).isTrue();
      assertThat(here.stats().sent()).isEqualTo(1);
      assertThat(here.stats().received()).isEqualTo(1);
    }
  }

  @Test
  void aDatagramThatIsTooLargeIsRefusedWithBothNumbers() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      assertThat(here.maxDatagramSize()).isEqualTo(1_198);
      here.writeDatagram(new byte[1_198]);
      assertThatThrownBy(() -> here.writeDatagram(new byte[1_199]))
          .isInstanceOfSatisfying(
              DatagramTooLargeException.class,
              e -> {
                assertThat(e.size()).isEqualTo(1_199);
                assertThat(e.maximum()).isEqualTo(1_198);
                assertThat(e).hasMessageContainingAll("1199", "1198");
              });
      assertThatThrownBy(() -> here.tryWriteDatagram(new byte[1_199]))
          .isInstanceOf(DatagramTooLargeException.class);
      assertThat(talk.server().acceptDatagramContext().readDatagram()).hasSize(1_198);
      talk.sides().pair().maxDatagramBytes(1_400);
      assertThat(here.maxDatagramSize()).isEqualTo(1_398);
      here.writeDatagram(new byte[1_398]);
    }
  }

  @Test
  void whatBecameTooLargeWhileItWaitedIsDroppedAndCounted() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      DatagramContext there = talk.server().datagramNoContext();
      talk.sides().pair().holdDatagrams(true);
      here.writeDatagram(new byte[1_000]);
      here.writeDatagram(bytes("small"));
      talk.sides().pair().maxDatagramBytes(500);
      talk.sides().pair().holdDatagrams(false);
      assertThat(text(there.readDatagram())).isEqualTo("small");
      assertThat(here.stats().dropped(DatagramDropReason.SEND_TOO_LARGE)).isEqualTo(1);
      assertThat(here.stats().sent()).isEqualTo(1);
    }
  }

  @Test
  void thePolicySaysWhatGoesIntoCapsules() throws Exception {
    for (CapsulePolicy policy : CapsulePolicy.values()) {
      try (Talk talk = Talk.open("talk", Limits.defaults(), DEFAULTS.withCapsules(policy))) {
        DatagramContext here = talk.client().datagramNoContext();
        DatagramContext there = talk.server().datagramNoContext();
        here.writeDatagram(bytes("small"));
        assertThat(there.receive().inCapsule()).isEqualTo(policy == CapsulePolicy.ALWAYS);
        assertThat(here.tryWriteDatagram(bytes("small"))).isTrue();
        assertThat(there.receive().inCapsule()).isEqualTo(policy == CapsulePolicy.ALWAYS);
        here.writeInCapsule(new byte[10_000]); // whatever the policy
        assertThat(there.receive().payload()).hasSize(10_000);
        if (policy != CapsulePolicy.NEVER) {
          assertThat(here.maxDatagramSize()).isEqualTo(65_536);
          here.writeDatagram(new byte[65_536]);
          assertThat(there.receive().payload()).hasSize(65_536);
          assertThatThrownBy(() -> here.writeDatagram(new byte[65_537]))
              .isInstanceOf(DatagramTooLargeException.class);
        }
      }
    }
  }

  @Test
  void aFullQueueMakesWritersWait() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      talk.sides().pair().holdDatagrams(true);
      int written = 0;
      while (here.tryWriteDatagram(new byte[] {1})) {
        written++;
        assertThat(written).isLessThan(10_000);
      }
      CompletableFuture<Throwable> waiting =
          Sides.inBackground(() -> here.writeDatagram(new byte[] {2}));
      talk.sides().pair().holdDatagrams(false);
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isNull();
      Eventually.until(() -> here.stats().sent() > 256);
    }
  }

  @Test
  void aPeerOfPlainRfc9297IsAskedForNothing() throws Exception {
    try (RawPeer peer = RawPeer.datagramServer();
        Session session = peer.engine().open(Headers.connect(Sides.HERE, "talk"))) {
      var stream = peer.accept(true);
      stream.send(response(200));
      DatagramContext context = session.datagramNoContext();
      context.writeDatagram(bytes("a"));
      assertThat(peer.awaitDatagram()).isEqualTo("0061");
      peer.datagram("00 62");
      assertThat(text(context.readDatagram())).isEqualTo("b");
      session.finish(Headers.empty());
      assertThat(dev.heddle.http3.testing.Octets.frames(stream)).hasSize(1); // the request alone
    }
  }
}
