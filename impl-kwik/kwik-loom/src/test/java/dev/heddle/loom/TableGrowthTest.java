package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicConnection;
import tech.kwik.core.QuicStream;

/** K8: streams leave every table when they end, in whatever way. Runs on stock kwik too. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TableGrowthTest {

  private enum Way {
    RESET,
    STOPPED_BY_PEER,
    RESET_BY_BOTH,
    CLOSED,
    READING_ABORTED
  }

  @Test
  @Tag("defect")
  void tablesKeepTheirSizeOverThousandStreamsOfEachKindOfEnd() throws Exception {
    useStreams(1_000);
  }

  @Test
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void tablesKeepTheirSizeOverHundredThousandStreams() throws Exception {
    useStreams(20_000);
  }

  private static void useStreams(int countPerWay) throws Exception {
    try (Loopback loopback = Loopback.serving(TableGrowthTest::serve)) {
      QuicClientConnection client = loopback.connect();
      QuicConnection server = loopback.accepted();
      use(client, Way.CLOSED);
      int clientBefore = settled(client, 0);
      int serverBefore = settled(server, 0);
      for (Way way : Way.values()) {
        for (int i = 0; i < countPerWay; i++) {
          use(client, way);
        }
        System.out.printf("%,d streams %s%n", countPerWay, way);
      }
      // In-flight packets and ranges of acknowledged numbers come and go, some at a time.
      assertThat(settled(client, clientBefore + 60)).isLessThan(clientBefore + 60);
      assertThat(settled(server, serverBefore + 60)).isLessThan(serverBefore + 60);
    }
  }

  private static void use(QuicClientConnection client, Way way) throws IOException {
    QuicStream stream = client.createStream(true);
    byte[] request = new byte[500];
    request[0] = (byte) way.ordinal();
    stream.getOutputStream().write(request);
    switch (way) {
      case RESET -> {
        stream.resetStream(1);
        stream.getInputStream().read();
      }
      case STOPPED_BY_PEER -> {
        stream.getInputStream().read();
        stream.getOutputStream().close();
      }
      case RESET_BY_BOTH -> {
        stream.resetStream(2);
        awaitReset(stream);
      }
      case CLOSED -> {
        stream.getOutputStream().close();
        stream.getInputStream().read();
      }
      case READING_ABORTED -> {
        stream.abortReading(3);
        stream.getOutputStream().close();
      }
    }
  }

  private static void awaitReset(QuicStream stream) {
    try {
      stream.getInputStream().read();
    } catch (IOException reset) {
      // Expected.
    }
  }

  private static void serve(QuicStream stream) throws IOException {
    Way way = Way.RESET;
    try {
      way = Way.values()[stream.getInputStream().read()];
      switch (way) {
        case STOPPED_BY_PEER -> stream.abortReading(4);
        case RESET_BY_BOTH -> stream.resetStream(5);
        case READING_ABORTED -> writeUntilStopped(stream);
        default -> stream.getInputStream().readAllBytes();
      }
    } finally {
      stream.getOutputStream().close();
    }
  }

  private static void writeUntilStopped(QuicStream stream) throws IOException {
    try {
      while (true) {
        stream.getOutputStream().write(new byte[100]);
      }
    } catch (IOException stopped) {
      stream.getInputStream().readAllBytes();
    }
  }

  /** The number of entries once it is at most {@code expected}, or after 5 s. */
  private static int settled(QuicConnection connection, int expected) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    int entries = Tables.entries(connection);
    while (entries > expected && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
      entries = Tables.entries(connection);
    }
    return entries;
  }
}
