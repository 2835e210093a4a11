package dev.heddle.http3.kwik;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import dev.heddle.http3.testing.NoErrors;
import dev.heddle.http3.testing.NoLeaks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions over a network that misbehaves: what is said arrives, whole and once. */
@ExtendWith({NoLeaks.class, NoErrors.class})
@Timeout(60)
class FaultyNetworkTest {
  private static final ErrorCode OURS = new ErrorCode(0x1234_5678);

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05})
  void messagesArriveWholeInBothDirections(double probability) throws Exception {
    FaultyNetwork.play(
        FaultyNetwork.faults(probability),
        FaultyNetworkTest::echoWithDigests,
        network -> {
          try (SessionConnection connection = network.connect()) {
            inParallel(32, i -> exchange(connection, network.uri(), i));
          }
        });
  }

  private static void echoWithDigests(Session session) throws Exception {
    session.respond(Headers.status(103).with("link", "</" + session.headers().path() + ">"));
    session.respond(Headers.status(200));
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    InputStream in = new DigestInputStream(session.bodyReader(), digest);
    in.transferTo(session.bodyWriter());
    String received = HexFormat.of().formatHex(digest.digest());
    boolean same = session.trailers().first("digest").orElse("none").equals(received);
    session.finish(Headers.empty().with("digest", same ? received : "differs"));
  }

  private static void exchange(SessionConnection connection, URI uri, int number) throws Exception {
    Random random = new Random(number);
    byte[] body = new byte[random.nextInt(150_000)];
    random.nextBytes(body);
    String sent = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    try (Session session = connection.open(Headers.request("POST", uri))) {
      Loopback.Caller upload =
          Loopback.call(() -> {
            OutputStream out = session.bodyWriter();
            for (int at = 0; at < body.length; at += 5_000) {
              out.write(body, at, Math.min(5_000, body.length - at));
            }
            session.finish(Headers.empty().with("digest", sent));
          });
      assertThat(session.headers().status()).hasValue(200);
      assertThat(session.informational()).hasSize(1);
      assertThat(session.bodyReader().readAllBytes()).isEqualTo(body);
      assertThat(session.trailers().first("digest")).contains(sent);
      assertThat(upload.end()).isNull();
    }
  }

  @Test
  void resetsAndStopsArriveWithTheirCodes() throws Exception {
    BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    FaultyNetwork.play(
        FaultyNetwork.faults(0.05),
        session -> giveUp(session, heard),
        network -> {
          try (SessionConnection connection = network.connect()) {
            inParallel(40, i -> meet(connection, network.uri(), Way.values()[i % 4]));
            for (int i = 0; i < 20; i++) {
              assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(OURS);
            }
          }
        });
  }

  private enum Way {
    SERVER_RESETS,
    SERVER_STOPS,
    CLIENT_RESETS,
    CLIENT_STOPS
  }

  private static void giveUp(Session session, BlockingQueue<Object> heard) throws Exception {
    session.respond(Headers.status(200));
    switch (Way.valueOf(session.headers().first("way").orElseThrow())) {
      case SERVER_RESETS -> {
        // A reset may overtake the response: the client says that it has the headers.
        assertThat(session.bodyReader().read()).isEqualTo(1);
        session.bodyWriter().write(new byte[3_000]);
        session.reset(OURS);
      }
      case SERVER_STOPS -> {
        session.stream().stop(OURS);
        session.bodyWriter().write(1);
      }
      case CLIENT_RESETS ->
          heard.add(codeOf(() -> session.bodyReader().transferTo(OutputStream.nullOutputStream())));
      case CLIENT_STOPS -> heard.add(codeOf(() -> writeForever(session.bodyWriter())));
    }
  }

  private static void meet(SessionConnection connection, URI uri, Way way) throws Exception {
    Headers request = Headers.request("POST", uri).with("way", way.name());
    try (Session session = connection.open(request)) {
      session.headers();
      switch (way) {
        case SERVER_RESETS -> {
          session.bodyWriter().write(1);
          assertThat(codeOf(() -> session.bodyReader().readAllBytes())).isEqualTo(OURS);
        }
        case SERVER_STOPS -> {
          assertThat(codeOf(() -> writeForever(session.bodyWriter()))).isEqualTo(OURS);
          assertThat(session.bodyReader().readAllBytes()).containsExactly(1);
        }
        case CLIENT_RESETS -> {
          session.bodyWriter().write(new byte[3_000]);
          session.stream().reset(OURS);
          assertThat(session.bodyReader().readAllBytes()).isEmpty();
        }
        case CLIENT_STOPS -> {
          assertThat(session.bodyReader().readNBytes(3_000)).hasSize(3_000);
          session.stream().stop(OURS);
        }
      }
    }
  }

  private static void writeForever(OutputStream out) throws IOException {
    for (int i = 0; i < 10_000; i++) {
      out.write(new byte[1_000]);
    }
  }

  /** The code with which the peer ended what a call does; fails if it did not. */
  private static Object codeOf(Loopback.Call call) {
    try {
      call.run();
      return "no end";
    } catch (StreamResetException e) {
      return e.fromPeer() ? e.code() : e;
    } catch (Exception e) {
      return e;
    }
  }

  @Test
  void connectionsAreMadeOverALossyNetwork() throws Exception {
    FaultyNetwork.play(
        FaultyNetwork.faults(0.1),
        Loopback::echo,
        network ->
            inParallel(
                12,
                i -> {
                  try (SessionConnection connection = network.connect()) {
                    String text = "connection " + i;
                    assertThat(Loopback.echoed(connection, network.uri(), text)).isEqualTo(text);
                  }
                }));
  }

  private interface Numbered {
    void run(int number) throws Exception;
  }

  private static void inParallel(int count, Numbered task) throws Exception {
    List<Thread> threads = new ArrayList<>();
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              task.run(number);
            } catch (Throwable e) {
              failures.add(new AssertionError("task " + number + ": " + e, e));
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          failures.size() + " failures, the first: " + failures.peek(), failures.peek());
    }
  }
}
