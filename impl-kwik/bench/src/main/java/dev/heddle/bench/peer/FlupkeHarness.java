package dev.heddle.bench.peer;

import dev.heddle.ServerCertificate;
import dev.heddle.bench.load.EchoLoad;
import dev.heddle.bench.load.EchoLoop;
import dev.heddle.bench.load.Measured;
import dev.heddle.bench.load.Payload;
import dev.heddle.bench.load.TransferLoad;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import tech.kwik.core.log.NullLogger;
import tech.kwik.flupke.Http3ClientBuilder;
import tech.kwik.flupke.server.Http3ApplicationProtocolFactory;
import tech.kwik.flupke.server.HttpServerRequest;
import tech.kwik.flupke.server.HttpServerResponse;

/** flupke, unchanged, on kwik-loom; its handlers and callers run on virtual threads. */
final class FlupkeHarness implements Harness {
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
  private final KwikServer server;
  private final HttpClient client;
  private final String origin;

  FlupkeHarness() throws Exception {
    Http3ApplicationProtocolFactory http3 =
        new Http3ApplicationProtocolFactory(FlupkeHarness::handle, java.util.Map.of(), handlers) {
          @Override
          public int maxConcurrentPeerInitiatedBidirectionalStreams() {
            return MAX_REQUESTS;
          }
        };
    http3.setMaxDataSize(Long.MAX_VALUE);
    server = KwikServer.start(ServerCertificate.development(), "h3", http3);
    origin = "https://127.0.0.1:" + server.port();
    client =
        new Http3ClientBuilder()
            .disableCertificateCheck()
            .receiveBufferSize(KwikServer.STREAM_WINDOW_BYTES)
            .logger(new NullLogger())
            .build();
  }

  private static void handle(HttpServerRequest request, HttpServerResponse response)
      throws IOException {
    response.setStatus(200);
    String path = request.path();
    if (path.equals("/echo")) {
      byte[] body = Bodies.readSmall(request.body(), EchoLoad.SMALL);
      response.addHeader("content-type", "application/octet-stream");
      response.addHeader("content-length", Integer.toString(body.length));
      response.getOutputStream().write(body);
    } else if (path.equals("/sink")) {
      long count = Bodies.count(request.body(), System.nanoTime() + NEVER);
      response.getOutputStream().write(Long.toString(count).getBytes(StandardCharsets.US_ASCII));
    } else {
      OutputStream out = response.getOutputStream();
      long bytes = Long.parseLong(path.substring("/bytes?n=".length()));
      Bodies.write(out, bytes, System.nanoTime() + NEVER);
    }
    response.getOutputStream().close();
  }

  @Override
  public Measured echo(EchoLoad load) throws Exception {
    return EchoLoop.run(this::echo, load);
  }

  private byte[] echo(byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(origin + "/echo"))
            .header("content-type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return checked(client.send(request, BodyHandlers.ofByteArray())).body();
  }

  @Override
  public Measured upload(TransferLoad load) throws Exception {
    AtomicLong sent = new AtomicLong();
    long start = System.nanoTime();
    long deadline = load.deadline();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(origin + "/sink"))
            .POST(BodyPublishers.ofByteArrays(() -> new Chunks(load.bytes(), deadline, sent)))
            .build();
    String count = checked(client.send(request, BodyHandlers.ofString())).body();
    Payload.checkCount(sent.get(), Long.parseLong(count));
    return Measured.transfer(sent.get(), start);
  }

  @Override
  public Measured download(TransferLoad load) throws Exception {
    long start = System.nanoTime();
    long deadline = load.deadline();
    URI uri = URI.create(origin + "/bytes?n=" + load.bytes());
    HttpRequest request = HttpRequest.newBuilder(uri).GET().build();
    try (InputStream body = checked(client.send(request, BodyHandlers.ofInputStream())).body()) {
      long received = Bodies.count(body, deadline);
      if (System.nanoTime() - deadline < 0) {
        Payload.checkCount(load.bytes(), received);
      }
      return Measured.transfer(received, start);
    }
  }

  private static <T> HttpResponse<T> checked(HttpResponse<T> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException("answered " + response.statusCode());
    }
    return response;
  }

  @Override
  public void close() {
    server.close();
    handlers.shutdownNow();
  }

  /** The pieces of an upload, until it is whole or the deadline has passed. */
  private static final class Chunks implements Iterator<byte[]> {
    private final long total;
    private final long deadline;
    private final AtomicLong sent;

    Chunks(long total, long deadline, AtomicLong sent) {
      this.total = total;
      this.deadline = deadline;
      this.sent = sent;
    }

    @Override
    public boolean hasNext() {
      return sent.get() < total && System.nanoTime() - deadline < 0;
    }

    @Override
    public byte[] next() {
      int n = Payload.next(sent.get(), total);
      if (n == 0) {
        throw new NoSuchElementException();
      }
      sent.addAndGet(n);
      return n == Payload.CHUNK_BYTES ? Payload.chunk() : Arrays.copyOf(Payload.chunk(), n);
    }
  }
}
