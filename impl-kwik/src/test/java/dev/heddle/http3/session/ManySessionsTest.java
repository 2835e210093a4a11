package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.GET;
import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.session.Sides.POST;
import static dev.heddle.http3.session.Sides.inBackground;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.Eventually;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.TransportPair;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing is left of sessions that are over, however many there were and however they ended. */
@Timeout(30)
@ExtendWith({NoErrors.class, NoLeaks.class})
class ManySessionsTest {
  private static final Limits MANY_RESETS = Limits.builder().maxResetsPerSecond(1_000_000).build();
  private static final SessionHandler ECHO =
      session -> {
        session.respond(Headers.status(200));
        session.bodyReader().transferTo(session.bodyWriter());
      };

  /** A drain ends at once only where no table holds a request any more. */
  private static void assertNothingInProgress(Sides sides) {
    long start = System.nanoTime();
    sides.client().shutdown(Duration.ofSeconds(10));
    sides.server().shutdown(Duration.ofSeconds(10));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
    // Two for the control streams. The client has closed the connection, so the server has nothing
    // to drain and does not wait for handlers that are on their way out.
    Eventually.until(() -> sides.pair().openStreams() <= 2);
  }

  @Test
  void tenThousandSessionsThatWereClosedResetOrForgottenLeaveNothing() throws Exception {
    try (Sides sides = Sides.with(new TransportPair(), MANY_RESETS, ECHO)) {
      for (int i = 0; i < 10_000; i++) {
        Session session = i % 4 == 3 ? sides.client().open(POST) : sides.client().open(GET, NONE);
        switch (i % 4) {
          case 0 -> session.bodyReader().readAllBytes(); // forgotten, but read to its end
          case 1 -> {
            session.headers();
            session.close();
          }
          case 2 -> session.reset(ErrorCode.H3_REQUEST_CANCELLED);
          default -> session.stream().close();
        }
      }
      assertNothingInProgress(sides);
    }
  }

  @Test
  void sessionsThatThePeerResetAreForgottenToo() throws Exception {
    SessionHandler resets = session -> session.reset(ErrorCode.H3_INTERNAL_ERROR);
    try (Sides sides = Sides.with(new TransportPair(), MANY_RESETS, resets)) {
      for (int i = 0; i < 200; i++) {
        Session session = sides.client().open(GET, NONE);
        try {
          session.headers();
        } catch (Http3Exception e) {
          // as expected, and nobody closes the session
        }
      }
      assertNothingInProgress(sides);
    }
  }

  @Test
  void acceptedSessionsLeaveNothing() throws Exception {
    try (Sides sides = Sides.with(new TransportPair(), MANY_RESETS, null)) {
      for (int i = 0; i < 1_000; i++) {
        try (Session session = sides.client().open(GET, NONE);
            Session there = sides.server().accept()) {
          there.respond(Headers.status(200), NONE);
          assertThat(session.headers()).isEqualTo(Headers.status(200));
        }
      }
      assertNothingInProgress(sides);
    }
  }

  @Test
  void bothDirectionsFlowAtOnce() throws Exception {
    byte[] chunk = new byte[10_000];
    try (Sides sides = Sides.with(new TransportPair(4_096, 10, 10), Limits.defaults(), ECHO);
        Session session = sides.client().open(POST)) {
      CompletableFuture<Throwable> writer =
          inBackground(() -> {
            for (int i = 0; i < 100; i++) {
              session.bodyWriter().write(chunk);
            }
            session.finish(Headers.of("x", "y"));
          });
      assertThat(session.bodyReader().readAllBytes()).hasSize(1_000_000);
      assertThat(session.trailers()).isEqualTo(Headers.empty());
      assertThat(writer.get(10, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void everythingAtOnceEndsCleanly() throws Exception {
    for (int round = 0; round < 20; round++) {
      int seed = round;
      try (Sides sides = Sides.with(new TransportPair(1_024, 8, 8), MANY_RESETS, wild(seed))) {
        List<CompletableFuture<Throwable>> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          Random random = new Random(seed * 100L + i);
          clients.add(inBackground(() -> visit(sides, random)));
        }
        CompletableFuture<Throwable> end =
            inBackground(() -> {
              HeddleConnection one = seed % 2 == 0 ? sides.client() : sides.server();
              clients.get(0).join();
              one.shutdown(Duration.ofMillis(seed % 3 * 20L));
            });
        for (CompletableFuture<Throwable> client : clients) {
          assertThat(client.get(10, TimeUnit.SECONDS)).isNull();
        }
        assertThat(end.get(10, TimeUnit.SECONDS)).isNull();
      }
    }
  }

  private static SessionHandler wild(int seed) {
    return session -> {
      switch ((int) (session.id() / 4 + seed) % 5) {
        case 0 -> session.respond(Headers.status(200), new byte[5_000]);
        case 1 -> session.reset(ErrorCode.H3_REQUEST_REJECTED);
        case 2 -> {
          session.respond(Headers.status(200));
          session.bodyWriter().write(new byte[100]);
          session.stream().reset(new ErrorCode(7));
        }
        default -> ECHO.handle(session);
      }
    };
  }

  /** Opens sessions until the connection goes away; only the api's own failures may come up. */
  private static void visit(Sides sides, Random random) throws Exception {
    for (int i = 0; i < 30; i++) {
      try (Session session = sides.client().open(POST)) {
        int size = random.nextInt(4_000);
        CompletableFuture<Throwable> writer =
            inBackground(() -> {
              try (OutputStream out = session.bodyWriter()) {
                out.write(new byte[size]);
              }
            });
        if (random.nextInt(4) == 0) {
          session.reset(ErrorCode.H3_REQUEST_CANCELLED);
        }
        if (random.nextInt(4) == 0) {
          session.close();
        }
        session.bodyReader().readAllBytes();
        writer.get(10, TimeUnit.SECONDS);
      } catch (IOException e) {
        if (!(e instanceof Http3Exception)) {
          throw e;
        }
      }
    }
  }
}
