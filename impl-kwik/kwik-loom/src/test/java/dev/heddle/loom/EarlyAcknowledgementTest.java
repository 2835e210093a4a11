package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** An acknowledgement may be there before the socket has returned from sending. */
@Tag("defect")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EarlyAcknowledgementTest {

  /** Comes back from sending only when the answer has long been received. */
  private static final class SlowSocket extends DatagramSocket {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private volatile boolean slow;

    SlowSocket() throws SocketException {
      super();
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
      super.send(packet);
      if (slow) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  @Test
  void packetsAcknowledgedWhileTheyAreSentAreNotLost() throws Exception {
    try (Loopback loopback =
            Loopback.serving(stream -> {
              stream.getInputStream().transferTo(stream.getOutputStream());
              stream.getOutputStream().close();
            });
        SlowSocket socket = new SlowSocket()) {
      QuicClientConnection client = loopback.client().socketFactory(address -> socket).build();
      try {
        client.connect();
        socket.slow = true;
        long before = client.getStats().lostPackets();
        for (int i = 0; i < 50; i++) {
          echo(client);
        }
        assertThat(client.getStats().lostPackets() - before).isZero();
      } finally {
        socket.slow = false;
        client.close();
      }
    }
  }

  private static void echo(QuicClientConnection client) throws IOException {
    QuicStream stream = client.createStream(true);
    stream.getOutputStream().write(1);
    stream.getOutputStream().close();
    assertThat(stream.getInputStream().readAllBytes()).containsExactly(1);
  }
}
