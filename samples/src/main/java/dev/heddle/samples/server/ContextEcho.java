package dev.heddle.samples.server;

import dev.heddle.DatagramContext;
import dev.heddle.DatagramContextClosedException;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionClosedException;
import java.io.IOException;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;

/** Accepts every datagram context and echoes on each, on a thread of its own. */
final class ContextEcho implements Endpoint {
  @Override
  public void answer(Session session, Query query) throws IOException, InterruptedException {
    session.respond(Headers.status(200));
    try (var contexts = StructuredTaskScope.open(Joiner.<Void>awaitAll())) {
      while (true) {
        DatagramContext context = session.acceptDatagramContext();
        contexts.fork(() -> echo(context));
      }
    } catch (SessionClosedException e) {
      if (!e.fromPeer()) {
        throw e;
      }
    } catch (IllegalStateException e) {
      // The client has registered that it wants no contexts: there is nothing to do for it here.
    }
  }

  private static Void echo(DatagramContext context) throws IOException, InterruptedException {
    try (context) {
      DatagramEcho.echo(context);
    } catch (DatagramContextClosedException e) {
      // The client needs this one no longer; the others go on.
    }
    return null;
  }
}
