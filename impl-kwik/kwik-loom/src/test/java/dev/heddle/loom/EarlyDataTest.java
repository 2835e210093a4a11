package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicClientConnection.StreamEarlyData;
import tech.kwik.core.QuicSessionTicket;
import tech.kwik.core.QuicStream;

/**
 * What is written before the handshake arrives once; more than a packet fails in stock kwik too.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EarlyDataTest {

  @ParameterizedTest
  @CsvSource({"100,true", "500,false", "1500,true", "5000,false", "60000,true"})
  void earlyDataArrivesOnceAndInOrder(int size, boolean close) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    try (Loopback loopback = Loopback.serving(EarlyDataTest::echo)) {
      QuicClientConnection first = loopback.connect();
      echoed(first.createStream(true), new byte[] {1});
      QuicSessionTicket ticket = first.getNewSessionTickets().getFirst();
      QuicClientConnection second = loopback.client().sessionTicket(ticket).build();
      List<QuicStream> streams = second.connect(List.of(new StreamEarlyData(bytes, close)));
      assertThat(streams).hasSize(1).doesNotContainNull();
      QuicStream stream = streams.getFirst();
      byte[] rest = close ? new byte[0] : new byte[] {4, 5, 6};
      if (!close) {
        stream.getOutputStream().write(rest);
        stream.getOutputStream().close();
      }
      byte[] expected = Arrays.copyOf(bytes, size + rest.length);
      System.arraycopy(rest, 0, expected, size, rest.length);
      assertThat(stream.getInputStream().readAllBytes()).isEqualTo(expected);
      second.close();
    }
  }

  private static void echoed(QuicStream stream, byte[] bytes) throws IOException {
    stream.getOutputStream().write(bytes);
    stream.getOutputStream().close();
    assertThat(stream.getInputStream().readAllBytes()).isEqualTo(bytes);
  }

  private static void echo(QuicStream stream) throws IOException {
    byte[] all = stream.getInputStream().readAllBytes();
    stream.getOutputStream().write(all);
    stream.getOutputStream().close();
  }
}
