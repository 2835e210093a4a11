package dev.heddle.http3.session;

import static dev.heddle.http3.session.Sides.NONE;
import static dev.heddle.http3.testing.Octets.frames;
import static dev.heddle.http3.testing.Octets.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.SessionHandler;
import dev.heddle.http3.testing.MemoryStream;
import dev.heddle.http3.testing.NoLeaks;
import dev.heddle.http3.testing.RawPeer;
import dev.heddle.http3.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server does when a handler is done, in whatever way. */
@Timeout(10)
@ExtendWith(NoLeaks.class)
class HandlerTest {
  private final Logger logger = Logger.getLogger(HandlerRunner.class.getName());
  private final List<LogRecord> errors = new ArrayList<>(); // guarded by itself
  private final Handler collector =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
            synchronized (errors) {
              errors.add(record);
            }
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void collect() {
    logger.addHandler(collector);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void release() {
    logger.removeHandler(collector);
    logger.setUseParentHandlers(true);
  }

  private List<LogRecord> errors() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  @Test
  void aHandlerThatReturnsHasItsBodyEnded() throws Exception {
    try (RawPeer peer =
        RawPeer.client(session -> {
          session.respond(Headers.status(200));
          session.bodyWriter().write('x');
        })) {
      assertThat(frames(peer.message(request("GET"))))
          .containsExactly("HEADERS :status=200", "DATA x");
    }
    assertThat(errors()).isEmpty();
  }

  @Test
  void aHandlerThatNeverRespondsGives500AndALogLine() throws Exception {
    try (RawPeer peer = RawPeer.client(session -> session.respond(Headers.status(103)))) {
      assertThat(frames(peer.message(request("GET"))))
          .containsExactly("HEADERS :status=103", "HEADERS :status=500");
    }
    assertThat(errors()).hasSize(1);
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new IOException("disk"),
        new IllegalStateException("bug"),
        new StackOverflowError(),
        new AssertionError("no"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aHandlerThatThrowsBeforeRespondingGives500AndOneLogLine(Throwable failure) throws Exception {
    SessionHandler handler =
        session -> {
          Thread.currentThread().interrupt(); // what is left of it must not spoil the answer
          throw sneaky(failure);
        };
    try (RawPeer peer = RawPeer.client(handler)) {
      assertThat(frames(peer.message(request("GET")))).containsExactly("HEADERS :status=500");
      assertThat(frames(peer.message(request("GET")))).containsExactly("HEADERS :status=500");
    }
    assertThat(errors()).hasSize(2).allMatch(line -> line.getThrown() == failure);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aHandlerThatThrowsAfterRespondingResetsWithInternalError(Throwable failure)
      throws Exception {
    SessionHandler handler =
        session -> {
          session.respond(Headers.status(200));
          throw sneaky(failure);
        };
    try (RawPeer peer = RawPeer.client(handler)) {
      MemoryStream stream = peer.message(request("GET"));
      assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_INTERNAL_ERROR.value());
      peer.requireAlive();
    }
    assertThat(errors()).hasSize(1);
  }

  @Test
  void aBodyThatIsTooShortIsResetAndLogged() throws Exception {
    try (RawPeer peer =
        RawPeer.client(
            session -> session.respond(Headers.status(200).with("content-length", "1")))) {
      MemoryStream stream = peer.message(request("GET"));
      assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_INTERNAL_ERROR.value());
    }
    assertThat(errors()).hasSize(1);
  }

  // RFC 9114 §4.1: what is left of the request is not wanted: H3_NO_ERROR
  @Test
  void theRestOfTheRequestIsStopped() throws Exception {
    try (RawPeer peer = RawPeer.client(session -> session.respond(Headers.status(200), NONE))) {
      MemoryStream stream = peer.bidi(request("POST"));
      assertThat(frames(stream)).containsExactly("HEADERS :status=200");
      assertThat(stream.awaitStop()).isEqualTo(ErrorCode.H3_NO_ERROR.value());
    }
    assertThat(errors()).isEmpty();
  }

  @Test
  void aClientThatGoesAwayIsNoError() throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    SessionHandler handler =
        session -> {
          try {
            session.bodyReader().readAllBytes();
          } finally {
            done.complete(null);
          }
        };
    try (RawPeer peer = RawPeer.client(handler)) {
      MemoryStream stream = peer.bidi(request("POST"));
      stream.awaitPeerReads();
      stream.reset(1);
      stream.stopSending(1);
      done.get(10, TimeUnit.SECONDS);
      MemoryStream closed = peer.bidi(request("POST"));
      closed.awaitPeerReads();
    }
    assertThat(errors()).isEmpty();
  }

  // RFC 9114 §4.1.1: the response to a request that was cancelled is cancelled with
  // H3_REQUEST_CANCELLED, whether it has begun or not
  @Test
  void theResponseToACancelledRequestIsCancelledToo() throws Exception {
    SessionHandler handler =
        session -> {
          if (session.id() == 4) {
            session.respond(Headers.status(200));
          }
          session.bodyReader().readAllBytes();
        };
    try (RawPeer peer = RawPeer.client(handler)) {
      for (int i = 0; i < 2; i++) {
        MemoryStream stream = peer.bidi(request("POST"));
        stream.awaitPeerReads();
        stream.reset(ErrorCode.H3_REQUEST_CANCELLED.value());
        assertThat(stream.awaitReset()).isEqualTo(ErrorCode.H3_REQUEST_CANCELLED.value());
      }
    }
    assertThat(errors()).isEmpty();
  }

  @Test
  void aHandlerThatGivesUpItselfIsNoError() throws Exception {
    try (RawPeer peer =
        RawPeer.client(session -> {
          if (session.id() == 0) {
            session.reset(ErrorCode.H3_REQUEST_REJECTED);
          } else if (session.id() == 4) {
            session.close();
          } else {
            session.respond(Headers.status(200));
            session.stream().reset(new ErrorCode(9));
          }
        })) {
      assertThat(peer.message(request("GET")).awaitReset())
          .isEqualTo(ErrorCode.H3_REQUEST_REJECTED.value());
      assertThat(peer.message(request("GET")).awaitReset())
          .isEqualTo(ErrorCode.H3_REQUEST_CANCELLED.value());
      assertThat(peer.message(request("GET")).awaitReset()).isEqualTo(9);
    }
    assertThat(errors()).isEmpty();
  }

  @Test
  void closingTheConnectionInterruptsHandlersButNotTheOneThatCloses() throws Exception {
    CompletableFuture<Boolean> sleeper = new CompletableFuture<>();
    CompletableFuture<Boolean> closer = new CompletableFuture<>();
    CountDownLatch sleeps = new CountDownLatch(1);
    SessionHandler handler =
        session -> {
          if (session.id() == 0) {
            try {
              sleeps.countDown();
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              sleeper.complete(true);
              throw e;
            }
          } else {
            session.connection().close();
            closer.complete(Thread.interrupted());
          }
        };
    try (RawPeer peer = RawPeer.client(handler)) {
      peer.message(request("GET"));
      // Requests have threads of their own: the other one's close could come before this handler
      // runs, and then it never does.
      assertThat(sleeps.await(10, TimeUnit.SECONDS)).isTrue();
      peer.message(request("GET"));
      assertThat(sleeper.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(closer.get(10, TimeUnit.SECONDS)).isFalse();
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
    }
    assertThat(errors()).isEmpty();
  }

  @Test
  void aRequestWhoseHeadersComeBehindTheCloseHasNoHandler() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    AtomicInteger handled = new AtomicInteger();
    SessionHandler handler =
        session -> {
          handled.incrementAndGet();
          session.connection().close();
          closed.countDown();
        };
    try (RawPeer peer = RawPeer.client(handler)) {
      MemoryStream half = peer.bidi(Bytes.hex("01 10 00"));
      half.awaitPeerReads();
      peer.message(request("GET"));
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(peer.awaitClose()).isEqualTo(ErrorCode.H3_NO_ERROR);
    }
    assertThat(handled).hasValue(1);
    assertThat(errors()).isEmpty();
  }

  private static Exception sneaky(Throwable failure) throws Exception {
    if (failure instanceof Error error) {
      throw error;
    }
    return (Exception) failure;
  }
}
