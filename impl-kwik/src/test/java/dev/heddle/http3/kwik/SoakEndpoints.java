package dev.heddle.http3.kwik;

import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Http3Exception;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/** What the server of a soak answers, and the bytes that both sides know. Stateless. */
final class SoakEndpoints {
  static final ErrorCode GIVEN_UP = new ErrorCode(0x5047);

  private SoakEndpoints() {}

  /** Byte {@code i} of everything whose seed is this. */
  static byte pattern(long seed, long i) {
    return (byte) (seed * 31 + i * 7 + (i >> 8));
  }

  static byte[] pattern(long seed, int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = pattern(seed, from + i);
    }
    return bytes;
  }

  static void answer(Session session) throws Exception {
    Headers request = session.headers();
    if (request.protocol().isPresent()) {
      session.respond(Headers.status(200));
      contexts(session);
      return;
    }
    switch (request.path().orElseThrow()) {
      case "/echo" -> {
        session.respond(Headers.status(200));
        session.bodyReader().transferTo(session.bodyWriter());
        session.finish(session.trailers());
      }
      case "/hold" -> session.bodyReader().readAllBytes();
      case "/endless" -> endless(session);
      case "/give-up" -> {
        session.respond(Headers.status(200));
        session.bodyWriter().write(pattern(0, 0, 10_000));
        session.reset(GIVEN_UP);
      }
      default -> session.respond(Headers.status(404), new byte[0]);
    }
  }

  private static void endless(Session session) throws IOException {
    session.respond(Headers.status(200));
    for (int at = 0; ; at += 1_000) {
      session.bodyWriter().write(pattern(0, at, 1_000));
    }
  }

  /** Each context of the client has its datagrams sent back by a thread of its own. */
  private static void contexts(Session session) throws Exception {
    AtomicReference<Throwable> fault = new AtomicReference<>();
    try {
      while (true) {
        DatagramContext context = session.acceptDatagramContext();
        Thread.ofVirtual().name("soak echo").start(() -> echo(context, fault));
      }
    } catch (SessionClosedException e) {
      if (fault.get() != null) {
        throw new IllegalStateException("an echo of datagrams failed", fault.get());
      }
    }
  }

  private static void echo(DatagramContext context, AtomicReference<Throwable> fault) {
    try {
      while (true) {
        context.tryWriteDatagram(context.readDatagram());
      }
    } catch (DatagramContextClosedException | SessionClosedException e) {
      // The client is done with it.
    } catch (Http3Exception e) {
      // The client has given the session up.
    } catch (IOException | InterruptedException | RuntimeException e) {
      fault.set(e);
    }
  }
}
