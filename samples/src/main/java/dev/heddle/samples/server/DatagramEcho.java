package dev.heddle.samples.server;

import dev.heddle.Datagram;
import dev.heddle.DatagramContext;
import dev.heddle.DatagramTooLargeException;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import java.io.IOException;

/** Sends every datagram back, each way as it came, until the client ends the stream. */
final class DatagramEcho implements Endpoint {
  @Override
  public void answer(Session session, Query query) throws IOException, InterruptedException {
    session.respond(Headers.status(200));
    try (DatagramContext context = session.datagramNoContext()) {
      echo(context);
    } catch (SessionClosedException e) {
      if (!e.fromPeer()) {
        throw e;
      }
    }
  }

  /** Ends with the exception that says how the context ended. */
  static void echo(DatagramContext context) throws IOException, InterruptedException {
    while (true) {
      Datagram datagram = context.receive();
      if (datagram.inCapsule()) {
        context.writeInCapsule(datagram.payload());
      } else {
        sendBack(context, datagram.payload());
      }
    }
  }

  /** A datagram that is too large for the way back gets lost, as datagrams do. */
  private static void sendBack(DatagramContext context, byte[] payload)
      throws IOException, InterruptedException {
    try {
      context.writeDatagram(payload);
    } catch (DatagramTooLargeException e) {
      // The way there may take more than the way back.
    }
  }
}
