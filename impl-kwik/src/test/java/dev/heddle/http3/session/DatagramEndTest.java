package dev.heddle.http3.session;

import static dev.heddle.http3.session.Talk.bytes;
import static dev.heddle.http3.session.Talk.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.SessionClosedException;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever ends a session ends every call in it, with the exception that says what it was. */
@Timeout(20)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramEndTest {
  @ParameterizedTest
  @EnumSource
  void everyReaderWakesUp(WayToEnd way) throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      DatagramContext there = talk.server().acceptDatagramContext();
      List<CompletableFuture<Throwable>> readers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        readers.add(Sides.untilItWaits(here::readDatagram));
        readers.add(Sides.untilItWaits(() -> here.readDatagram(Duration.ofHours(1))));
        readers.add(Sides.untilItWaits(here::receive));
      }
      way.end(talk, here, there);
      for (CompletableFuture<Throwable> reader : readers) {
        way.checkAll(reader.get(10, TimeUnit.SECONDS));
      }
      Throwable twice = org.assertj.core.api.Assertions.catchThrowable(here::readDatagram);
      way.checkAll(twice);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyWriterWakesUp(WayToEnd way) throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      DatagramContext there = talk.server().acceptDatagramContext();
      talk.sides().pair().holdDatagrams(true);
      while (here.tryWriteDatagram(new byte[1])) {
        // fills the queue
      }
      List<CompletableFuture<Throwable>> writers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        writers.add(Sides.untilItWaits(() -> here.writeDatagram(new byte[1])));
      }
      way.end(talk, here, there);
      if (!way.endsWriting()) {
        talk.sides().pair().holdDatagrams(false);
      }
      for (CompletableFuture<Throwable> writer : writers) {
        Throwable thrown = writer.get(10, TimeUnit.SECONDS);
        if (way.endsWriting()) {
          way.checkAll(thrown);
        } else {
          assertThat(thrown).isNull();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatHadArrivedCanStillBeRead(WayToEnd way) throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      DatagramContext there = talk.server().acceptDatagramContext();
      for (int i = 0; i < 5; i++) {
        there.writeDatagram(bytes("before " + i));
      }
      Eventually.until(() -> here.stats().received() == 5);
      way.end(talk, here, there);
      for (int i = 0; i < 5; i++) {
        assertThat(text(here.readDatagram())).isEqualTo("before " + i);
      }
      way.checkAll(org.assertj.core.api.Assertions.catchThrowable(here::readDatagram));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoeverWaitsForAContextWakesUp(WayToEnd way) throws Exception {
    if (way.type() == DatagramContextClosedException.class) {
      return; // the session goes on
    }
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      DatagramContext there = talk.server().acceptDatagramContext();
      CompletableFuture<Throwable> waiting =
          Sides.inBackground(() -> talk.client().acceptDatagramContext());
      CompletableFuture<Throwable> capsules =
          Sides.inBackground(() -> talk.client().capsules(0x2a).read());
      way.end(talk, here, there);
      way.checkAll(waiting.get(10, TimeUnit.SECONDS));
      way.checkAll(capsules.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void contextsThatCameBeforeTheEndCanStillBeAccepted() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      here.writeInCapsule(bytes("farewell"));
      talk.client().finish(Headers.empty());
      DatagramContext there = talk.server().acceptDatagramContext();
      assertThat(text(there.readDatagram())).isEqualTo("farewell");
      assertThatThrownBy(there::readDatagram)
          .isInstanceOfSatisfying(
              SessionClosedException.class, e -> assertThat(e.fromPeer()).isTrue());
      assertThatThrownBy(() -> talk.server().acceptDatagramContext())
          .isInstanceOf(SessionClosedException.class);
    }
  }

  // RFC 9297 §2.1: no datagram once this side's direction has ended
  @Test
  void nothingIsSentBehindTheEnd() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      DatagramContext there = talk.server().datagramNoContext();
      talk.client().finish(Headers.empty());
      assertThatThrownBy(() -> here.writeDatagram(new byte[1]))
          .isInstanceOf(SessionClosedException.class)
          .hasMessageContaining("this side has ended its direction");
      assertThatThrownBy(() -> here.writeInCapsule(new byte[1]))
          .isInstanceOf(SessionClosedException.class);
      there.writeDatagram(bytes("still open"));
      assertThat(text(here.readDatagram())).isEqualTo("still open");
    }
  }

  @Test
  void aStopOfThePeerEndsSending() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      talk.server().stream().stop(new ErrorCode(0x55));
      Eventually.until(() -> {
        try {
          here.writeDatagram(new byte[1]);
          return false;
        } catch (StreamResetException e) {
          return e.code().value() == 0x55 && e.fromPeer();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      });
    }
  }

  @Test
  void anInterruptEndsTheWaitAndNothingElse() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      DatagramContext there = talk.server().acceptDatagramContext();
      List<Sides.Action> calls =
          List.of(
              here::readDatagram,
              () -> here.readDatagram(Duration.ofHours(1)),
              here::receive,
              () -> talk.client().acceptDatagramContext(),
              () -> talk.client().capsules(0x2a).read());
      for (Sides.Action call : calls) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    call.run();
                    thrown.complete(null);
                  } catch (Throwable e) {
                    thrown.complete(
                        Thread.currentThread().isInterrupted() ? new AssertionError("stray") : e);
                  }
                });
        thread.interrupt();
        assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
      }
      here.writeDatagram(bytes("works"));
      assertThat(text(there.readDatagram())).isEqualTo("works");
      there.writeDatagram(bytes("too"));
      assertThat(text(here.readDatagram())).isEqualTo("too");
    }
  }

  @Test
  void aWriterThatIsInterruptedLeavesTheStreamWhole() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    here.writeInCapsule(new byte[30_000]); // until nobody takes more
                  }
                } catch (Throwable e) {
                  thrown.complete(e);
                }
              });
      Eventually.until(() -> writer.getState() == Thread.State.WAITING);
      writer.interrupt();
      assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
      DatagramContext there = talk.server().datagramNoContext();
      here.writeInCapsule(bytes("after it"));
      byte[] last = new byte[0];
      while (last.length != 8) {
        last = there.readDatagram();
        assertThat(last.length).isIn(30_000, 8);
      }
      assertThat(text(last)).isEqualTo("after it");
    }
  }

  @Test
  void aTimeThatIsOverEndsTheWait() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().datagramNoContext();
      assertThat(here.readDatagram(Duration.ofMillis(1))).isEmpty();
      assertThat(here.readDatagram(Duration.ZERO)).isEmpty();
      assertThat(here.readDatagram(Duration.ofSeconds(-1))).isEmpty();
    }
  }

  @Test
  void closingTwiceIsFine() throws Exception {
    try (Talk talk = Talk.open()) {
      DatagramContext here = talk.client().registerDatagramContext();
      here.close();
      here.close();
      here.close(DatagramCloseCode.DENIED, "too late");
      assertThatThrownBy(() -> here.close(DatagramCloseCode.DENIED, "x".repeat(257)))
          .isInstanceOf(IllegalArgumentException.class);
      DatagramContext single;
      try (Talk other = Talk.on(talk.sides(), "talk")) {
        single = other.client().datagramNoContext();
        single.close();
        single.close();
      }
    }
  }
}
