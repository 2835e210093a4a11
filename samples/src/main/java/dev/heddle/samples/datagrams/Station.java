package dev.heddle.samples.datagrams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.heddle.DatagramCloseCode;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.DatagramFormat;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import dev.heddle.SessionHandler;
import java.io.IOException;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server's side: takes readings on one context and answers lines on another. It tells them
 * apart by the format that the client registers them with, and refuses others.
 */
final class Station implements SessionHandler {
  private final AtomicLong readings = new AtomicLong();
  private final AtomicLong latest = new AtomicLong(-1);

  /** How many readings have come, of all sensors. */
  long readings() {
    return readings.get();
  }

  /** The number of the latest reading, -1 before the first. */
  long latest() {
    return latest.get();
  }

  @Override
  public void handle(Session session) throws IOException, InterruptedException {
    session.respond(Headers.status(200));
    try (var contexts = StructuredTaskScope.open(Joiner.<Void>awaitAll())) {
      while (true) {
        DatagramContext context = session.acceptDatagramContext();
        DatagramFormat format = context.format();
        if (format.equals(Formats.TELEMETRY)) {
          contexts.fork(() -> takeReadings(context));
        } else if (format.equals(Formats.CHAT)) {
          contexts.fork(() -> answerLines(context));
        } else {
          context.close(DatagramCloseCode.UNKNOWN_FORMAT, "telemetry and chat only");
        }
      }
    } catch (SessionClosedException e) {
      // The client has gone, as it should.
    }
  }

  /** Only the latest reading counts: one that was overtaken on the way changes nothing. */
  private Void takeReadings(DatagramContext context) throws IOException, InterruptedException {
    try (context) {
      while (true) {
        long number = number(context.readDatagram());
        readings.incrementAndGet();
        latest.accumulateAndGet(number, Math::max);
      }
    } catch (DatagramContextClosedException e) {
      return null;
    }
  }

  /** Every line counts, so each is answered; the client asks again where an answer is missing. */
  private Void answerLines(DatagramContext context) throws IOException, InterruptedException {
    try (context) {
      while (true) {
        long number = number(context.readDatagram());
        context.writeDatagram((number + " read").getBytes(UTF_8));
      }
    } catch (DatagramContextClosedException e) {
      return null;
    }
  }

  /** The number in front of a datagram's text. */
  static long number(byte[] datagram) throws IOException {
    try {
      return Long.parseLong(new String(datagram, UTF_8).split(" ", 2)[0]);
    } catch (NumberFormatException e) {
      throw new IOException("a datagram without a number", e);
    }
  }
}
