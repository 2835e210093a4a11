package dev.heddle.http3.kwik;

import dev.heddle.DatagramContext;
import dev.heddle.ErrorCode;
import dev.heddle.Headers;
import dev.heddle.Session;
import dev.heddle.SessionConnection;
import dev.heddle.StreamResetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Requests, uploads, cancellations and datagrams at once on one connection, each looking at every
 * byte that it gets. The first thing that goes wrong ends all of it.
 */
final class SoakLoad {
  /** What is done. */
  enum Kind {
    REQUEST(4),
    UPLOAD(2),
    CANCELLATION(2),
    DATAGRAM(2);

    private final int workers;

    Kind(int workers) {
      this.workers = workers;
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration ECHO = Duration.ofMillis(20);
  private static final int DATAGRAMS = 50;
  private static final int DATAGRAM_HEAD = 4;

  private final SessionConnection connection;
  private final URI uri;
  private final int largestUpload;
  private final long deadline;
  private final Map<Kind, LongAdder> done = new EnumMap<>(Kind.class);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  SoakLoad(SessionConnection connection, URI uri, int largestUpload, Duration time) {
    this.connection = connection;
    this.uri = uri;
    this.largestUpload = largestUpload;
    this.deadline = System.nanoTime() + time.toNanos();
    for (Kind kind : Kind.values()) {
      done.put(kind, new LongAdder());
    }
  }

  /** Runs it; says how often each kind was done. */
  Map<Kind, LongAdder> run(long seed) throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.workers; i++) {
        Random random = new Random(seed * 100 + workers.size());
        workers.add(
            Thread.ofVirtual().name("soak " + kind + " " + i).start(() -> work(kind, random)));
      }
    }
    long end = deadline + PATIENCE.toNanos();
    for (Thread worker : workers) {
      if (!worker.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
        throw new AssertionError(worker.getName() + " does not end", stack(worker));
      }
    }
    if (failure.get() != null) {
      throw new AssertionError("the soak failed", failure.get());
    }
    return done;
  }

  private static Throwable stack(Thread worker) {
    Throwable stack = new Throwable("where it waits");
    stack.setStackTrace(worker.getStackTrace());
    return stack;
  }

  private void work(Kind kind, Random random) {
    try {
      while (System.nanoTime() < deadline && failure.get() == null) {
        switch (kind) {
          case REQUEST -> exchange(random.nextInt(2_000), random);
          case UPLOAD -> exchange(random.nextInt(largestUpload), random);
          case CANCELLATION -> cancel(random);
          case DATAGRAM -> datagrams(random);
        }
        done.get(kind).increment();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, new AssertionError(kind + ": " + e, e));
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  /** A body there and back, both directions at once, with trailers. */
  private void exchange(int length, Random random) throws Exception {
    int seed = random.nextInt(1_000);
    int part = Math.max(1 + random.nextInt(20_000), length / 1_000);
    Headers trailers = Headers.empty().with("x-seed", "" + seed);
    try (Session session = connection.open(Headers.request("POST", uri.resolve("/echo")))) {
      Loopback.Caller upload =
          Loopback.call(() -> {
            OutputStream out = session.bodyWriter();
            for (int at = 0; at < length; at += part) {
              out.write(SoakEndpoints.pattern(seed, at, Math.min(part, length - at)));
            }
            session.finish(trailers);
          });
      require(session.headers().status().orElseThrow() == 200, "status");
      require(read(session, seed, Long.MAX_VALUE) == length, "length of the echo");
      require(session.trailers().equals(trailers), "trailers");
      require(upload.end() == null, "upload: " + upload.thrown().get());
    }
  }

  /** Reads to the end, or at least so many bytes; says how many. */
  private static long read(Session session, long seed, long enough) throws IOException {
    InputStream in = session.bodyReader();
    byte[] buffer = new byte[8_192];
    long at = 0;
    while (at < enough) {
      int count = in.read(buffer);
      if (count < 0) {
        break;
      }
      for (int i = 0; i < count; i++) {
        require(buffer[i] == SoakEndpoints.pattern(seed, at + i), "byte " + (at + i));
      }
      at += count;
    }
    return at;
  }

  /** Gives up, or is given up, in one of four ways. */
  private void cancel(Random random) throws Exception {
    switch (random.nextInt(4)) {
      case 0 -> {
        Session session = connection.open(Headers.request("POST", uri.resolve("/hold")));
        session.bodyWriter().write(new byte[random.nextInt(10_000)]);
        session.reset(new ErrorCode(1_000 + random.nextInt(1_000)));
      }
      case 1 -> {
        try (Session session = open("/endless")) {
          read(session, 0, random.nextInt(50_000));
        }
      }
      case 2 -> {
        try (Session session = open("/give-up")) {
          read(session, 0, Long.MAX_VALUE);
          throw new AssertionError("a response that was given up looks whole");
        } catch (StreamResetException e) {
          require(e.fromPeer() && e.code().equals(SoakEndpoints.GIVEN_UP), "the peer's code: " + e);
        }
      }
      default -> {
        try (Session session = connection.open(Headers.request("POST", uri.resolve("/hold")))) {
          Loopback.Caller waiting = Loopback.call(session::headers);
          Thread.yield(); // it waits by now, or is about to
          waiting.thread().interrupt();
          require(waiting.end() instanceof InterruptedException, "ended by: " + waiting.thrown());
        }
      }
    }
  }

  private Session open(String path) throws Exception {
    return connection.open(Headers.get(uri.resolve(path)), new byte[0]);
  }

  /** Two contexts of one session, whose datagrams come back on the one they were sent on. */
  private void datagrams(Random random) throws Exception {
    try (Session session = connection.open(Headers.connect(uri, "soak").withCapsuleProtocol())) {
      require(session.headers().status().orElseThrow() == 200, "status");
      DatagramContext first = session.registerDatagramContext();
      DatagramContext second = session.registerDatagramContext();
      for (int i = 0; i < DATAGRAMS; i++) {
        exchange(first, 1, i, random);
        exchange(second, 2, i, random);
      }
      if (random.nextBoolean()) {
        first.close();
      }
      session.finish(Headers.empty());
    }
  }

  private void exchange(DatagramContext context, int seed, int number, Random random)
      throws Exception {
    int length = DATAGRAM_HEAD + random.nextInt(context.maxDatagramSize() - DATAGRAM_HEAD);
    byte[] payload = SoakEndpoints.pattern(seed, number, length);
    ByteBuffer.wrap(payload).putInt(number);
    context.writeDatagram(payload);
    Optional<byte[]> echo = context.readDatagram(ECHO);
    if (echo.isPresent()) { // or it was lost, or comes with the next
      byte[] bytes = echo.get();
      int which = ByteBuffer.wrap(bytes).getInt();
      require(which >= 0 && which <= number, "datagram " + which + " was never sent");
      byte[] expected = SoakEndpoints.pattern(seed, which, bytes.length);
      ByteBuffer.wrap(expected).putInt(which);
      require(Arrays.equals(bytes, expected), "bytes of datagram " + which);
    }
  }
}
