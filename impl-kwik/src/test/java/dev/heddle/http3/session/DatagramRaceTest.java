package dev.heddle.http3.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.DatagramContext;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.Session;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Registering, closing, writing, reading and resetting at once: nothing hangs, nothing is left. */
@Timeout(60)
@ExtendWith({NoErrors.class, NoLeaks.class})
class DatagramRaceTest {
  private static final int THREADS = 8;
  private static final long SEED = 20_261_124;

  @RepeatedTest(20)
  void registerCloseAndResetRace() throws Exception {
    try (Sides sides = Sides.accepting()) {
      for (int round = 0; round < 10; round++) {
        try (Talk talk = Talk.on(sides, "talk")) {
          List<CompletableFuture<Throwable>> running = new ArrayList<>();
          for (int i = 0; i < THREADS; i++) {
            Random random = new Random(SEED + round * 100L + i);
            Session session = i % 2 == 0 ? talk.client() : talk.server();
            running.add(Sides.inBackground(() -> act(session, random)));
          }
          running.add(Sides.inBackground(() -> end(talk)));
          for (CompletableFuture<Throwable> each : running) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isNull();
          }
        }
      }
      assertThat(sides.pair().openStreams()).isEqualTo(2); // the two control streams
    }
  }

  /** Does things at random until the session has ended, which every call must report. */
  private static void act(Session session, Random random) throws Exception {
    List<DatagramContext> mine = new ArrayList<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        try {
          step(session, random, mine);
        } catch (dev.heddle.DatagramContextClosedException e) {
          mine.removeIf(context -> random.nextBoolean());
        } catch (IllegalStateException e) {
          assertThat(e).hasMessageContaining("accepted one"); // a server that was too early
        }
      }
    } catch (Http3Exception e) {
      // the session has ended
    } catch (IOException e) {
      throw new AssertionError("an end that says nothing", e);
    }
  }

  private static void step(Session session, Random random, List<DatagramContext> mine)
      throws Exception {
    switch (random.nextInt(6)) {
      case 0 -> mine.add(session.registerDatagramContext());
      case 1 -> {
        if (!mine.isEmpty()) {
          mine.remove(random.nextInt(mine.size())).close();
        }
      }
      case 2 -> {
        if (!mine.isEmpty()) {
          mine.get(random.nextInt(mine.size())).writeDatagram(new byte[random.nextInt(1_000)]);
        }
      }
      case 3 -> {
        if (!mine.isEmpty()) {
          mine.get(random.nextInt(mine.size())).readDatagram(Duration.ofNanos(1_000));
        }
      }
      case 4 -> {
        if (!mine.isEmpty()) {
          mine.get(random.nextInt(mine.size())).writeInCapsule(new byte[random.nextInt(100)]);
        }
      }
      default -> {
        if (session.id() % 2 == 0) {
          session.droppedDatagrams();
        }
      }
    }
  }

  private static void end(Talk talk) {
    Random random = new Random();
    LockSupport.parkNanos(random.nextInt(20_000_000)); // in the middle of it, wherever that is
    switch (random.nextInt(4)) {
      case 0 -> talk.client().close();
      case 1 -> talk.server().close();
      case 2 -> talk.client().reset(new ErrorCode(0x77));
      default -> talk.server().reset(new ErrorCode(0x78));
    }
  }

  @Test
  void readersOfManySessionsWakeWhenTheConnectionEnds() throws Exception {
    Sides sides = Sides.accepting();
    List<CompletableFuture<Throwable>> waiting = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Session client = sides.client().open(Headers.connect(Sides.HERE, "talk"));
      Session server = sides.server().accept();
      server.respond(Headers.status(200));
      DatagramContext context = client.registerDatagramContext();
      waiting.add(Sides.inBackground(context::readDatagram));
      waiting.add(
          Sides.inBackground(() -> {
            DatagramContext there = server.acceptDatagramContext();
            while (true) {
              there.readDatagram();
            }
          }));
      waiting.add(Sides.inBackground(() -> server.capsules(0x2a).read()));
    }
    sides.client().close();
    for (CompletableFuture<Throwable> each : waiting) {
      assertThat(each.get(10, TimeUnit.SECONDS)).isInstanceOf(Http3Exception.class);
    }
    sides.close();
  }
}
