package dev.heddle.http3.session;

import static dev.heddle.http3.session.Talk.bytes;
import static dev.heddle.http3.session.Talk.text;
import static dev.heddle.http3.testing.Octets.connect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramDropReason;
import dev.heddle.DatagramLimits;
import dev.heddle.DatagramOptions;
import dev.heddle.DropPolicy;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.Octets;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.wire.BufferedByteSource;
import dev.heddle.http3.wire.ByteBuilder;
import dev.heddle.http3.wire.CapsuleReader;
import dev.heddle.http3.wire.ContextCapsule;
import dev.heddle.http3.wire.FrameReader;
import dev.heddle.http3.wire.FrameType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that send what nobody reads, or register what nobody wants. */
@Timeout(60)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramFloodTest {
  private static final int MANY = 10_000;

  private static byte[] registrations(int first, int count) {
    ByteBuilder out = new ByteBuilder();
    for (int i = first; i < first + count; i++) {
      byte[] capsule = new ContextCapsule.Register(2L * i, 0, new byte[0]).encoded();
      out.write(capsule, 0, capsule.length);
    }
    return Octets.data(out.toByteArray());
  }

  /** Counts the closes of the engine that have this code, until there are so many. */
  private static long closes(MemoryStream stream, DatagramCloseCode code, int count)
      throws Exception {
    FrameReader frames = new FrameReader(new BufferedByteSource(stream::read));
    CapsuleReader capsules =
        new CapsuleReader((dst, offset, length) -> {
          int read = frames.read(dst, offset, length);
          while (read < 0 && frames.next() != FrameType.END) {
            if (FrameType.of(frames.code()) == FrameType.DATA) {
              read = frames.read(dst, offset, length);
            }
          }
          return read;
        });
    long last = -1;
    for (int i = 0; i < count; i++) {
      assertThat(capsules.next()).isEqualTo(0xff37a3);
      ContextCapsule.Close close = ContextCapsule.Close.parse(capsules.value());
      assertThat(close.code()).isEqualTo(code.value());
      assertThat(close.contextId()).isGreaterThan(last);
      last = close.contextId();
    }
    return last;
  }

  // draft-04 §4.4.3.1: RESOURCE_LIMIT says that contexts are too many
  @Test
  void registrationsBeyondTheLimitAreRefusedOneByOne() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<String> first = new CompletableFuture<>();
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          first.complete(text(session.acceptDatagramContext().readDatagram()));
          over.await();
        })) {
      MemoryStream stream = peer.bidi(connect("talk"));
      CompletableFuture<Throwable> flood =
          Sides.inBackground(() -> {
            for (int i = 0; i < MANY; i += 100) {
              stream.send(registrations(i, 100));
            }
          });
      assertThat(closes(stream, DatagramCloseCode.RESOURCE_LIMIT, MANY - 128))
          .isEqualTo(2L * (MANY - 1));
      assertThat(flood.get(10, TimeUnit.SECONDS)).isNull();
      peer.datagram("00 00 6869");
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("hi"); // the first ones are there
      peer.requireAlive();
      over.countDown();
    }
  }

  @Test
  void registrationsWhereNoneAreWantedAreDenied() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          session.datagramNoContext();
          over.await();
        })) {
      MemoryStream stream = peer.bidi(connect("talk"));
      CompletableFuture<Throwable> flood =
          Sides.inBackground(() -> {
            for (int i = 0; i < MANY; i += 100) {
              stream.send(registrations(i, 100));
            }
          });
      closes(stream, DatagramCloseCode.DENIED, MANY);
      assertThat(flood.get(10, TimeUnit.SECONDS)).isNull();
      over.countDown();
    }
  }

  @Test
  void aPeerThatReadsNoRefusalsIsHeldUp() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          session.datagramNoContext();
          over.await();
        })) {
      MemoryStream stream = peer.bidi(connect("talk"));
      CompletableFuture<Throwable> flood =
          Sides.inBackground(() -> {
            for (int i = 0; i < 1_000_000; i += 1_000) {
              stream.send(registrations(i, 1_000));
            }
          });
      stream.awaitPeerWrites();
      assertThat(flood).isNotDone();
      peer.requireAlive();
      over.countDown();
      peer.close();
      assertThat(flood.get(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void contextIdsWithGapsAreRememberedUpToALimit() throws Exception {
    try (RawPeer peer =
        RawPeer.datagramClient(session -> {
          session.respond(Headers.status(200));
          while (true) {
            session.acceptDatagramContext().close();
          }
        })) {
      MemoryStream stream = peer.bidi(connect("talk"));
      Sides.inBackground(() -> {
        for (int i = 0; i < MANY; i++) {
          byte[] capsule = new ContextCapsule.Register(1_000L * i, 0, new byte[0]).encoded();
          stream.send(Octets.data(capsule));
        }
      });
      Sides.inBackground(() -> stream.read(new byte[1_000_000], 0, 1_000_000));
      assertThat(stream.awaitStop()).isEqualTo(0x107);
      peer.requireAlive();
    }
  }

  @Test
  void registeringAndClosingForEverKeepsNothing() throws Exception {
    try (Talk talk = Talk.open()) {
      for (int i = 0; i < 5_000; i++) {
        DatagramContext here = talk.client().registerDatagramContext();
        DatagramContext there = talk.server().acceptDatagramContext();
        (i % 2 == 0 ? here : there).close();
      }
      DatagramContext here = talk.client().registerDatagramContext();
      DatagramContext there = talk.server().acceptDatagramContext();
      here.writeDatagram(bytes("x"));
      assertThat(text(there.readDatagram())).isEqualTo("x");
    }
  }

  @ParameterizedTest
  @EnumSource
  void datagramsThatNobodyReadsTakeBoundedMemory(DropPolicy policy) throws Exception {
    int queue = 64;
    Limits limits =
        Limits.builder()
            .datagrams(DatagramLimits.builder().queue(queue).dropPolicy(policy).build())
            .build();
    try (Talk talk = Talk.open("talk", limits, DatagramOptions.defaults());
        Talk other = Talk.on(talk.sides(), "talk")) {
      DatagramContext here = talk.client().datagramNoContext();
      DatagramContext there = talk.server().datagramNoContext();
      DatagramContext quiet = other.client().datagramNoContext();
      DatagramContext quietThere = other.server().datagramNoContext();
      long before = used();
      for (int i = 0; i < 200_000; i++) {
        byte[] payload = new byte[1_000];
        payload[0] = (byte) (i >> 16);
        payload[1] = (byte) (i >> 8);
        payload[2] = (byte) i;
        here.writeDatagram(payload);
        if (i % 20_000 == 0) {
          quiet.writeDatagram(bytes("through"));
          assertThat(text(quietThere.readDatagram())).isEqualTo("through");
        }
      }
      Eventually.until(() -> there.stats().received() == 200_000);
      assertThat(used() - before).isLessThan(20_000_000L);
      assertThat(there.stats().dropped(DatagramDropReason.QUEUE_FULL)).isEqualTo(200_000 - queue);
      byte[] first = there.readDatagram();
      int number = (first[0] & 0xff) << 16 | (first[1] & 0xff) << 8 | first[2] & 0xff;
      assertThat(number).isEqualTo(policy == DropPolicy.DROP_OLDEST ? 200_000 - queue : 0);
      assertThat(quietThere.stats().dropped()).isEmpty();
    }
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void manyFormatsThatAreRefusedComeToAnEnd() throws Exception {
    try (Talk talk = Talk.open()) {
      talk.server().capsules();
      Session server = talk.server();
      Sides.inBackground(() -> {
        while (true) {
          server.acceptDatagramContext().close(DatagramCloseCode.RESOURCE_LIMIT, "no");
        }
      });
      for (int i = 0; i < 1_000; i++) {
        DatagramContext context = talk.client().registerDatagramContext();
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(context::readDatagram);
        assertThat(((DatagramContextClosedException) thrown).code())
            .isEqualTo(DatagramCloseCode.RESOURCE_LIMIT);
      }
    }
  }
}
