package dev.heddle.loom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.core.QuicStream;

/** K4: the codes of RESET_STREAM and STOP_SENDING arrive as numbers. Runs on stock kwik too. */
@Tag("defect")
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PeerCodeTest {

  private static final long CODE = 0x1234_5678_9abcL;

  @Test
  void readerLearnsTheCodeOfAReset() throws Exception {
    try (Loopback loopback = Loopback.serving(stream -> stream.resetStream(CODE))) {
      QuicStream stream = open(loopback);
      Throwable failure = catchThrowable(() -> stream.getInputStream().read());
      assertThat(failure).isInstanceOf(IOException.class);
      assertThat(code(failure)).isEqualTo(CODE);
    }
  }

  @Test
  void writerLearnsTheCodeOfStopSending() throws Exception {
    try (Loopback loopback = Loopback.serving(stream -> stream.abortReading(CODE))) {
      QuicStream stream = open(loopback);
      Throwable failure = catchThrowable(() -> writeForEver(stream));
      assertThat(failure).isInstanceOf(IOException.class);
      assertThat(code(failure)).isEqualTo(CODE);
    }
  }

  private static QuicStream open(Loopback loopback) throws IOException {
    QuicStream stream = loopback.connect().createStream(true);
    stream.getOutputStream().write(0);
    return stream;
  }

  private static void writeForEver(QuicStream stream) throws IOException {
    byte[] bytes = new byte[1000];
    while (true) {
      stream.getOutputStream().write(bytes);
    }
  }

  /** What {@code failure.code()} says, by reflection because stock kwik has no such exception. */
  private static long code(Throwable failure) {
    try {
      return (long) failure.getClass().getMethod("code").invoke(failure);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("no code in " + failure);
    }
  }
}
