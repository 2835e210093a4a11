package dev.heddle.bench.peer;

import dev.heddle.Headers;
import dev.heddle.Http3Client;
import dev.heddle.Http3Server;
import dev.heddle.Limits;
import dev.heddle.ServerCertificate;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.bench.load.DatagramLoad;
import dev.heddle.bench.load.DatagramLoop;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.EchoLoop;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.Payload;
import dev.heddle.bench.load.TransferLoad;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;

/** Heddle as a user writes it: a handler, and blocking calls on virtual threads. */
final class HeddleHarness implements Harness {
  private static final long NEVER = Long.MAX_VALUE / 2;

  private static final int SMALL_BYTES = 100;

  private final Http3Server server;
  private final Limits limits;
  private final String certificateSha256;
  private final String authority;
  private final SessionConnection connection;

  HeddleHarness(Limits limits, IntUnaryOperator relay) throws Exception {
    this.limits = limits;
    ServerCertificate certificate = ServerCertificate.development();
    certificateSha256 = certificate.sha256();
    server =
        Http3Server.builder()
            .certificate(certificate)
            .limits(limits)
            .handler(HeddleHarness::handle)
            .start();
    authority = "127.0.0.1:" + relay.applyAsInt(server.localAddress().getPort());
    connection = connect(authority, certificateSha256, limits);
  }

  private static SessionConnection connect(String authority, String sha256, Limits limits)
      throws IOException, InterruptedException {
    return Http3Client.builder()
        .trustSha256(sha256)
        .limits(limits)
        .connect(URI.create("https://" + authority));
  }

  private static void handle(Session session) throws Exception {
    String path = session.headers().path().orElse("");
    if (path.equals(HeddleDatagrams.PLAIN) || path.equals(HeddleDatagrams.CONTEXTS)) {
      HeddleDatagrams.serve(session, path.equals(HeddleDatagrams.CONTEXTS));
    } else if (path.equals("/echo")) {
      byte[] body = Bodies.readSmall(session.bodyReader(), EchoLoad.SMALL);
      session.respond(
          Headers.of(
              ":status", "200",
              "content-type", "application/octet-stream",
              "content-length", Integer.toString(body.length)),
          body);
    } else if (path.equals("/sink")) {
      long count = Bodies.count(session.bodyReader(), System.nanoTime() + NEVER);
      session.respond(
          Headers.status(200), Long.toString(count).getBytes(StandardCharsets.US_ASCII));
    } else {
      session.respond(Headers.status(200));
      try (OutputStream out = session.bodyWriter()) {
        long bytes = Long.parseLong(path.substring("/bytes?n=".length()));
        Bodies.write(out, bytes, System.nanoTime() + NEVER);
      }
    }
  }

  @Override
  public Measured echo(EchoLoad load) throws Exception {
    return EchoLoop.run(this::echo, load);
  }

  private byte[] echo(byte[] body) throws Exception {
    Headers request =
        request(
            "POST",
            "/echo",
            "content-type",
            "application/octet-stream",
            "content-length",
            Integer.toString(body.length));
    try (Session session = connection.open(request, body)) {
      checkStatus(session);
      return Bodies.readSmall(session.bodyReader(), body.length);
    }
  }

  @Override
  public Measured upload(TransferLoad load) throws Exception {
    long start = System.nanoTime();
    long deadline = load.deadline();
    try (Session session = connection.open(request("POST", "/sink"))) {
      long sent;
      try (OutputStream out = session.bodyWriter()) {
        sent = Bodies.write(out, load.bytes(), deadline);
      }
      checkStatus(session);
      byte[] count = Bodies.readSmall(session.bodyReader(), 20);
      Payload.checkCount(sent, Long.parseLong(new String(count, StandardCharsets.US_ASCII)));
      return Measured.transfer(sent, start);
    }
  }

  @Override
  public Measured download(TransferLoad load) throws Exception {
    long start = System.nanoTime();
    long deadline = load.deadline();
    try (Session session =
        connection.open(request("GET", "/bytes?n=" + load.bytes()), new byte[0])) {
      checkStatus(session);
      long received = Bodies.count(session.bodyReader(), deadline);
      if (System.nanoTime() - deadline < 0) {
        Payload.checkCount(load.bytes(), received);
      }
      return Measured.transfer(received, start);
    }
  }

  @Override
  public Measured connects(EchoLoad load) throws Exception {
    return EchoLoop.run(
        body -> {
          try (SessionConnection own = connect(authority, certificateSha256, limits)) {
            smallRequest(own);
          }
          return body;
        },
        load);
  }

  private void smallRequest(SessionConnection on) throws Exception {
    Headers request = request("GET", "/bytes?n=" + SMALL_BYTES);
    try (Session session = on.open(request, new byte[0])) {
      checkStatus(session);
      byte[] body = Bodies.readSmall(session.bodyReader(), SMALL_BYTES);
      Payload.checkCount(SMALL_BYTES, body.length);
      Payload.check(0, body, body.length);
    }
  }

  @Override
  public Measured datagrams(DatagramLoad load) throws Exception {
    try (var datagrams = new HeddleDatagrams(connection, authority, load.contexts())) {
      return DatagramLoop.run(datagrams.pipes(), load);
    }
  }

  private Headers request(String method, String path, String... more) {
    String[] fields = new String[8 + more.length];
    fields[0] = ":method";
    fields[1] = method;
    fields[2] = ":scheme";
    fields[3] = "https";
    fields[4] = ":authority";
    fields[5] = authority;
    fields[6] = ":path";
    fields[7] = path;
    System.arraycopy(more, 0, fields, 8, more.length);
    return Headers.of(fields);
  }

  private static void checkStatus(Session session) throws Exception {
    if (session.headers().status().orElse(0) != 200) {
      throw new IllegalStateException("answered " + session.headers());
    }
  }

  @Override
  public void close() {
    connection.close();
    server.close();
  }
}
