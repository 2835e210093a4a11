package dev.heddle.http3.session;

import dev.heddle.DatagramOptions;
import dev.heddle.Headers;
import dev.heddle.Limits;
import dev.heddle.Session;
import dev.heddle.http3.testing.TransportPair;
import java.nio.charset.StandardCharsets;

/** An Extended CONNECT session that the server has accepted with 200, seen from both sides. */
record Talk(Sides sides, Session client, Session server, boolean owner) implements AutoCloseable {
  static Talk open() throws Exception {
    return open("talk");
  }

  static Talk open(String protocol) throws Exception {
    return open(protocol, Limits.defaults(), DatagramOptions.defaults());
  }

  /** The options are those of both sides. */
  static Talk open(String protocol, Limits limits, DatagramOptions options) throws Exception {
    return open(new TransportPair(), protocol, limits, options, options);
  }

  static Talk open(
      TransportPair pair,
      String protocol,
      Limits limits,
      DatagramOptions client,
      DatagramOptions server)
      throws Exception {
    Talk first = on(Sides.with(pair, limits, client, server, null), protocol);
    return new Talk(first.sides, first.client, first.server, true);
  }

  /** One more session on a connection, which stays open. */
  static Talk on(Sides sides, String protocol) throws Exception {
    Session client = sides.client().open(Headers.connect(Sides.HERE, protocol));
    Session server = sides.server().accept();
    server.respond(Headers.status(200));
    return new Talk(sides, client, server, false);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
    server.close();
    if (owner) {
      sides.close();
    }
  }
}
