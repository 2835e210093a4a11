package dev.heddle.http3.connection;

import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.http3.testing.RawPeer;
import java.net.URI;

/** The engine in either role, with a raw peer that has sent nothing yet. */
enum Roles {
  CLIENT,
  SERVER;

  static final Headers GET = Headers.get(URI.create("https://a/"));

  RawPeer peer() {
    return peer(Limits.defaults());
  }

  RawPeer peer(Limits limits) {
    return this == CLIENT ? RawPeer.server(limits) : RawPeer.client(limits, Roles::answer);
  }

  static void answer(Session session) throws Exception {
    session.bodyReader().readAllBytes();
    session.respond(Headers.status(200), new byte[0]);
  }
}
